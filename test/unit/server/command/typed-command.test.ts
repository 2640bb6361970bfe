/** Sentences of the command line name commands as they can be typed where somebody is. */

import { expect, test } from "vitest";
import { asTyped, typedNote } from "../../../../server/command/typed-command.ts";

const file = "/home/ann/scenecast/package.json";
const inClone = { npm_lifecycle_event: "start", npm_package_json: file, INIT_CWD: "/home/ann/scenecast/examples" };
const sentence = "to let others only watch: scenecast link --role viewer";

test("an installed package is started by its name", () => {
  expect(asTyped(sentence, {}, file)).toBe(sentence);
  expect(asTyped(sentence, { npm_lifecycle_event: "test", npm_package_json: file }, file)).toBe(sentence);
  // The script of a project that has us as a dependency.
  expect(asTyped(sentence, { ...inClone, npm_package_json: "/home/ann/app/package.json" }, file)).toBe(sentence);
  expect(typedNote({}, file)).toBe("");
});

test("a clone is started by npm, from other folders with its place", () => {
  expect(asTyped(sentence, inClone, file)).toBe("to let others only watch: npm start -- link --role viewer");
  const elsewhere = { ...inClone, INIT_CWD: "/home/ann/my-scene" };
  expect(asTyped("See scenecast --help.", elsewhere, file)).toBe(
    "See npm --prefix /home/ann/scenecast start -- --help.",
  );
  const spaced = { ...elsewhere, npm_package_json: "/home/ann/my tools/package.json" };
  expect(asTyped(sentence, spaced, "/home/ann/my tools/package.json")).toContain(
    'npm --prefix "/home/ann/my tools" start -- link',
  );
  expect(typedNote(inClone, file)).toContain('"npm start --"');
});

test("what is no command of ours stays as it is", () => {
  expect(asTyped("scenecast: A folder is missing. Scenecast 0.1.0", inClone, file)).toBe(
    "scenecast: A folder is missing. Scenecast 0.1.0",
  );
});
