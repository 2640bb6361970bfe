/**
 * Owns the cases as whole pages, as people write them: each third case, in one of several styles of page. The same files are streamed
 * here and opened in Chromium.
 */

import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A module in the HTML; a canvas and a linked module; three as a global; a folder as bundlers have it. */
export type PageStyle = "inline" | "linked" | "global" | "folder";

export type WholePage = {
  /** Of its case, "group/case". */
  readonly name: string;
  readonly style: PageStyle;
};

const here = new URL("./", import.meta.url);
const styles: readonly PageStyle[] = ["inline", "linked", "folder"];
/** Beside the global three there is none that addons could share. */
const withoutAddons = new Set(["materials", "objects"]);
/** Where each style has its files: place in the page's folder → file of test/fixtures/pages/styles. */
const files: Readonly<Record<PageStyle, Readonly<Record<string, string>>>> = {
  inline: { "index.html": "inline.html" },
  linked: { "index.html": "linked.html", "main.js": "linked.js", "page.css": "page.css" },
  global: { "index.html": "global.html" },
  folder: { "index.html": "folder.html", "src/main.js": "folder.js", "src/view.js": "view.js" },
};
const EVERY = 3;

/** The pages of these cases: of each third one, but for those that draw by a renderer of another kind; and of all with labels. */
export function wholePagesOf(names: readonly string[]): WholePage[] {
  const isChosen = (name: string, at: number) =>
    name.startsWith("labels/") || (at % EVERY === 0 && !name.startsWith("libraries/nodes"));
  return names.filter(isChosen).map((name, at): WholePage => {
    const isPlain = withoutAddons.has(name.split("/")[0] ?? "");
    return { name, style: isPlain && at % 2 === 0 ? "global" : (styles[at % styles.length] ?? "inline") };
  });
}

/** Writes a page into `folder`, over what is there of another one. Returns the path of its HTML. */
export async function writePage(folder: string, { name, style }: WholePage): Promise<string> {
  const [group = "", rest = ""] = name.split("/");
  await mkdir(folder, { recursive: true });
  await symlink(fileURLToPath(here), join(folder, "compat")).catch(() => undefined);
  const written = Object.entries(files[style]).reverse();
  for (const [place, file] of written) {
    const from = fileURLToPath(new URL(`../../fixtures/pages/styles/${file}`, here));
    const to = join(folder, place);
    await mkdir(dirname(to), { recursive: true });
    if (place.endsWith(".css")) await cp(from, to);
    else {
      const text = await readFile(from, "utf8");
      await writeFile(to, text.replaceAll("GROUP", group).replaceAll("cases.CASE", `cases.${rest}`));
    }
  }
  return join(folder, "index.html");
}
