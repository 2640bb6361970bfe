/** Which files go with a module to another machine. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bundleOfFile, bundleOfModule } from "../../../../../server/jobs/queue/travelling-files.ts";

const root = mkdtempSync(join(tmpdir(), "scenecast-travelling-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

test("TV1 what modules name by relative paths goes with them, and nothing else does", () => {
  write({
    "package.json": '{ "type": "module" }',
    "app/work.ts": `import type { A } from "./types.ts";
      import { b } from "../shared/b.js";
      import three from "three";
      const data = new URL('./my%20data.bin', import.meta.url);
      const later = () => import(\`./later.mts\`);
      const none = ["./missing.ts", "..", "./", "/etc/passwd", "https://example.org/./x.ts"];`,
    "app/types.ts": "export type A = number;",
    "app/later.mts": 'export { c } from "./deep/c.ts";',
    "app/deep/c.ts": 'import "../work.ts"; export const c = 1;',
    "app/my data.bin": 'not read: "./secret.txt"',
    "app/secret.txt": "secret",
    "shared/b.ts": "export const b = 1;",
    "shared/secret.ts": "",
  });
  const bundle = bundleOfModule(join(root, "app", "work.ts"));
  expect(bundle).toMatchObject({ root, main: "app/work.ts", moduleType: "module" });
  const paths = bundle.files.map(({ path }) => path);
  expect(paths).toEqual(["app/deep/c.ts", "app/later.mts", "app/my data.bin", "app/work.ts", "shared/b.ts"]);
  expect(bundle.files.find(({ path }) => path === "app/my data.bin")?.bytes).toBe(24);
});

test("TV1 what others sent names nothing of this machine that they did not send", () => {
  write({
    "sent/script/work.ts": 'import "./part.ts"; import "../../private.ts"; import "../other/x.ts";',
    "sent/script/part.ts": "",
    "sent/other/x.ts": "",
    "private.ts": "",
  });
  const script = join(root, "sent", "script");
  const bundle = bundleOfModule(join(script, "work.ts"), script);
  expect(bundle.files.map(({ path }) => path)).toEqual(["part.ts", "work.ts"]);
});

test("an input is one file, whatever is in it, and a module that names too much is refused", () => {
  write({ "clip.mp4": '"./package.json"', "many.ts": "" });
  expect(bundleOfFile(join(root, "clip.mp4"))).toEqual({
    ...{ root, main: "clip.mp4", moduleType: null },
    files: [{ path: "clip.mp4", bytes: 16 }],
  });
  const names = Array.from({ length: 1001 }, (_, index) => `many/${index}.txt`);
  write(Object.fromEntries(names.map((name) => [name, ""])));
  write({ "many.ts": names.map((name) => `"./${name}";`).join("\n") });
  expect(() => bundleOfModule(join(root, "many.ts"))).toThrow("names more than 1000 files or 256 MiB");
});
