/** Folders are made with all that they lie in, and nowhere is that tried for ever (FO1). */

import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { makeFolder, makeFolderSync } from "../../../../server/platform/made-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-folders-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ways: [string, (path: string, mode?: number) => Promise<void>][] = [
  ["at once", async (path, mode) => makeFolderSync(path, mode)],
  ["while others go on", makeFolder],
];

describe.each(ways)("%s", (way, make) => {
  const at = (path: string): string => join(folder, way, path);

  test("a folder is made with those around it, and again it is there already", async () => {
    await make(at("a/b/c"), 0o700);
    await make(at("a/b/c"));
    await make(at("a/b/d/"));
    await make("/");
    expect(["a", "a/b", "a/b/c"].map((path) => statSync(at(path)).mode & 0o777)).toEqual([0o700, 0o700, 0o700]);
    expect(statSync(at("a/b/d")).isDirectory()).toBe(true);
  });

  test("what is in the way is said", async () => {
    await make(at(""));
    writeFileSync(at("file"), "");
    await expect(make(at("file"))).rejects.toMatchObject({ code: "EEXIST" });
    await expect(make(at("file/b/c"))).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect(make("")).rejects.toThrow();
  });

  test.runIf(process.platform === "linux")("FO1 where none can be made that is said, and soon", async () => {
    await expect(make("/proc/scenecast/a/b")).rejects.toThrow("no folder can be made there");
    await expect(make("/proc/scenecast")).rejects.toThrow("no folder can be made there");
  });
});

test("FO1 nothing in the server has Node make folders by itself", () => {
  const server = fileURLToPath(new URL("../../../../server", import.meta.url));
  const all = globSync(`${server}/**/*.ts`).filter((path) => !path.endsWith(".d.ts"));
  const found = all.filter((path) => /\bmkdir(?:Sync)?\([^;]*recursive: true/.test(readFileSync(path, "utf8")));
  expect([all.length > 300, found]).toEqual([true, []]);
});
