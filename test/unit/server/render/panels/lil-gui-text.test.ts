/** Panels of lil-gui are noticed in whatever text it comes, of whatever version; any other text stays as it is. */

import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { followPanels, tellingOfPanels } from "../../../../../server/render/panels/lil-gui-text.ts";
import { bundle, lilGuiPath, lilGuiText } from "../../../../support/lil-gui.ts";

/** How the constructor begins, as published. */
const constructors = {
  "0.16 and 0.17, minified":
    'constructor({parent:t,autoPlace:i=void 0===t,container:e,width:s,title:n="Controls",injectStyles:r=!0,touchStyles:l=!0}={}){',
  "0.18 to 0.21, minified":
    'constructor({parent:t,autoPlace:i=void 0===t,container:e,width:l,title:s="Controls",closeFolders:n=!1,injectStyles:r=!0,touchStyles:o=!0}={}){',
  "0.20, as written": `constructor( {
		parent,
		autoPlace = parent === undefined,
		container,
		width,
		title = 'Controls',
		closeFolders = false,
		injectStyles = true,
		touchStyles = true
	} = {} ) {
`,
};

test.each(Object.entries(constructors))("a panel of lil-gui %s is told of as it is made", (_, head) => {
  const made: object[] = [];
  const text = tellingOfPanels(`class GUI { ${head} this.parent = 1; } } new class extends GUI {}();`);
  const panel: unknown = runInNewContext(text, { [Symbol.for("scenecast.lil-gui")]: (gui: object) => made.push(gui) });
  expect(made).toEqual([panel]);
  expect(text.split("\n")).toHaveLength(head.split("\n").length);
});

test("three's own copy tells of its panels", () => {
  expect(tellingOfPanels(lilGuiText())).not.toBe(lilGuiText());
});

test("a minified bundle tells of its panels, and what it listens to asks for no frames", async () => {
  const program = `import { GUI } from ${JSON.stringify(lilGuiPath)}; export { GUI };`;
  const text = tellingOfPanels(await bundle(program));
  const hooks = text.match(/\{globalThis\[Symbol\.for\("scenecast\.lil-gui"\)\]\?\.\(this\);/g);
  expect(hooks).toHaveLength(1);
  expect(text).not.toMatch(/=requestAnimationFrame\(this\._listenCallback\)/);
});

test("followed are those that are made from now on", () => {
  const made: object[] = [];
  followPanels((gui) => made.push(gui));
  const head = constructors["0.18 to 0.21, minified"];
  const Gui = new Function(`return ${tellingOfPanels(`class { ${head} } }`)}`)() as new () => object;
  const gui = new Gui();
  expect(made).toEqual([gui]);
});

test.each([
  "constructor({ touchStyles = true } = {}) { this.a = 1; }",
  "// touchStyles\nrequestAnimationFrame(this._listenCallback)",
  "constructor({parent,autoPlace,container,width,title,injectStyles}={}){}",
])("a text that has some of its words only stays as it is: %s", (text) => {
  expect(tellingOfPanels(text)).toBe(text);
});
