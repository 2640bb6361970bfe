/** Fonts: whether there is one on this machine, and what is said where text is drawn without any. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { sayMissingFonts } from "../../../../server/render/page/images/missing-fonts.ts";
import { hasFonts } from "../../../../server/setup/fonts.mjs";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scenecast-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a font counts wherever it lies below the folders of fonts, and nothing else does", async () => {
  expect(hasFonts([join(folder, "none"), folder])).toBe(false);
  await mkdir(join(folder, "truetype/dejavu"), { recursive: true });
  await writeFile(join(folder, "truetype/dejavu/fonts.dir"), "");
  expect(hasFonts([folder])).toBe(false);
  await writeFile(join(folder, "truetype/dejavu/DejaVuSans.ttf"), "");
  expect(hasFonts([folder])).toBe(true);
});

test("that there is no font is said once, and when text is drawn", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const drawn: string[] = [];
  const context = {
    fillText: (text: string) => void drawn.push(text),
    strokeText: (text: string) => void drawn.push(text),
  };
  sayMissingFonts(context, () => 0);
  expect(warn).not.toHaveBeenCalled();
  context.fillText("a");
  context.strokeText("b");
  expect(warn.mock.calls).toEqual([[expect.stringContaining("Install some, for example fonts-dejavu-core.")]]);
  expect(drawn).toEqual(["a", "b"]);
  sayMissingFonts(context, () => 1);
  context.fillText("c");
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
});
