import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DataFile } from "../../../../server/data/data-file.ts";
import { DataFolder, type OpenedFile } from "../../../../server/data/data-folder.ts";

let place: string;
let folder: DataFolder;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "data-"));
  folder = new DataFolder([place]);
});
afterEach(() => folder.close());

test("DF1, DF2: nobody else can read what is there, and all of it goes", () => {
  const { path } = folder.create(0);
  expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
  folder.close();
  folder.close();
  expect(readdirSync(place)).toEqual([]);
  expect(() => folder.create(0)).toThrow("was removed");
});

test("DF2: a process that ends by itself leaves nothing", () => {
  const source = new URL("../../../../server/data/data-folder.ts", import.meta.url).href;
  const program = `const { DataFolder } = await import(${JSON.stringify(source)});
    new DataFolder([${JSON.stringify(place)}]).create(0); process.exit(3);`;
  expect(() => execFileSync(process.execPath, ["--input-type=module", "-e", program])).toThrow();
  expect(readdirSync(place)).toEqual([]);
});

/** Its first place is full: at once, or after the first bytes. */
class FullFolder extends DataFolder {
  override create(at: number): OpenedFile {
    if (at > 0) return super.create(at);
    const path = join(place, `full-${readdirSync(place).length}`);
    symlinkSync("/dev/full", path);
    return { path, fd: openSync(path, "r+") };
  }
}

test("what does not fit in shared memory goes to the disk, and where that is full, too, it is said", async () => {
  folder.close();
  folder = new FullFolder([join(place, "none"), place]);
  let gone = 0;
  const file = DataFile.create(folder, () => (gone += 1));
  await file.write(new Uint8Array([1, 2, 3]));
  await file.write(new Uint8Array(300_000).fill(4));
  file.finish();
  expect(file.path).not.toContain("full");
  expect(readFileSync(file.path)).toHaveLength(300_003);
  expect([...file.readWhole().subarray(0, 4)]).toEqual([1, 2, 3, 4]);
  file.hold();
  file.release();
  expect([gone, existsSync(file.path)]).toEqual([0, true]);
  file.release();
  expect([gone, existsSync(file.path)]).toEqual([1, false]);

  const nowhere = new FullFolder([join(place, "none")]);
  await expect(DataFile.create(nowhere, () => undefined).write(new Uint8Array(1))).rejects.toMatchObject({
    code: "data-full",
  });
  expect(() => DataFile.create(new DataFolder([join(place, "none")]), () => undefined)).toThrow(
    "There is no room left",
  );
});
