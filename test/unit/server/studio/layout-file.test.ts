import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Layout } from "../../../../server/studio/layout.ts";
import { LayoutFile } from "../../../../server/studio/layout-file.ts";

const item = (name: string, x: number): object => ({ name, kind: "text", text: name, x, y: 0, width: 10, height: 10 });
const written = { version: 1, width: 100, height: 100, items: [item("a", 1), item("b", 2), item("c", 3)] };

let folder: string;
let path: string;
let file: LayoutFile;
let saved: Layout[];
let told: (string | null)[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scenecast-layout-"));
  path = join(folder, "view.json");
  writeFileSync(path, JSON.stringify(written));
  [saved, told] = [[], []];
  file = new LayoutFile({ path, changed: (layout) => saved.push(layout), told: (trouble) => told.push(trouble) });
});
afterEach(() => {
  file.close();
  rmSync(folder, { recursive: true });
});
const inFile = () => JSON.parse(readFileSync(path, "utf8")) as typeof written;

it("what is arranged is written, with the rights of before, and all else stays (UF2)", async () => {
  chmodSync(path, 0o640);
  file.change([{ name: "b", x: 50, hidden: true }]);
  file.change([{ name: "a", order: 2 }]);
  expect(file.layout.items.map(({ name }) => name)).toEqual(["b", "c", "a"]);
  await expect.poll(() => inFile().items).toEqual([{ ...item("b", 50), hidden: true }, item("c", 3), item("a", 1)]);
  expect(inFile()).toMatchObject({ version: 1, width: 100, height: 100 });
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder)).toEqual(["view.json"]);
  expect([saved, told]).toEqual([[], []]);
  // More than the process gives to files of its own.
  chmodSync(path, 0o666);
  file.change([{ name: "b", x: 60 }]);
  await expect.poll(() => inFile().items[0]).toEqual({ ...item("b", 60), hidden: true });
  expect(statSync(path).mode & 0o777).toBe(0o666);
});

it("what is arranged while the last of it is written stays (UF3)", async () => {
  for (let x = 10; x < 40; x += 1) {
    file.change([{ name: "a", x }]);
    await new Promise((resolve) => setTimeout(resolve, x % 10 === 0 ? 320 : 20));
  }
  expect(file.layout.items[0]?.x).toBe(39);
  await expect.poll(() => inFile().items[0]).toEqual(item("a", 39));
  expect(saved).toEqual([]);
});

it("what cannot be is refused and changes nothing (UF1)", () => {
  expect(() =>
    file.change([
      { name: "a", x: 5 },
      { name: "nobody", x: 5 },
    ]),
  ).toThrow('There is no item "nobody".');
  expect(() => file.change([{ name: "a", width: 9999 }])).toThrow("layout.items[0].width must be a whole number");
  expect(file.layout.items[0]).toMatchObject({ x: 1, width: 10 });
});

it("a file that is saved is taken, one that is broken is told and changes nothing (UF1)", async () => {
  writeFileSync(path, JSON.stringify({ ...written, items: [item("d", 4)] }));
  await expect.poll(() => saved.length).toBe(1);
  expect(file.layout.items.map(({ name }) => name)).toEqual(["d"]);
  writeFileSync(path, JSON.stringify({ ...written, items: [{ ...item("d", 4), x: "left" }] }));
  await expect
    .poll(() => told)
    .toEqual(["view.json was not taken: layout.items[0].x must be a whole number from -16384 to 16384."]);
  expect(file.layout.items.map(({ name }) => name)).toEqual(["d"]);
  writeFileSync(path, JSON.stringify(written));
  await expect.poll(() => told.at(-1)).toBe(null);
  await expect.poll(() => saved.length).toBe(2);
});

it("what is saved in an editor wins over what is arranged at the same time (UF3)", async () => {
  file.change([{ name: "a", x: 77 }]);
  writeFileSync(path, JSON.stringify({ ...written, items: [item("d", 4)] }));
  await expect.poll(() => saved.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(inFile().items).toEqual([item("d", 4)]);
});

it("what an editor saves just before an arrangement is written stays (UF3)", async () => {
  file.change([{ name: "a", x: 77 }]);
  await new Promise((resolve) => setTimeout(resolve, 280));
  writeFileSync(path, JSON.stringify({ ...written, width: 222 }));
  await expect.poll(() => saved.map(({ width }) => width)).toEqual([222]);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(inFile()).toMatchObject({ width: 222 });
  expect(file.layout.items[0]?.x).toBe(1);
});

it("a pipe or a device in its place is told, and is not read (UF1)", async () => {
  rmSync(path);
  symlinkSync("/dev/null", path);
  await expect.poll(() => told.at(-1)).toBe("view.json was not taken: layout must be a plain file.");
  rmSync(path);
  execFileSync("mkfifo", [path]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  rmSync(path);
  writeFileSync(path, JSON.stringify({ ...written, width: 222 }));
  await expect.poll(() => saved.map(({ width }) => width)).toEqual([222]);
});
