/** What the file that every server gives to pages costs them, as it goes over the line. */

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { expect, test } from "vitest";

const MAX_BYTES = 41_000;

test("the client with the element is at most 41 kB gzipped, and what few want in files of their own", async () => {
  const configFile = fileURLToPath(new URL("../../../client/vite.config.ts", import.meta.url));
  const built = await build({ configFile, mode: "script", logLevel: "error", build: { write: false } });
  const [bundle] = [built].flat();
  if (bundle === undefined || !("output" in bundle)) throw new Error("nothing was bundled");
  const sizes = new Map(
    bundle.output.flatMap((file) =>
      file.type === "chunk"
        ? [[file.isEntry ? "script" : file.name, gzipSync(file.code, { level: 9 }).byteLength]]
        : [],
    ),
  );
  expect(sizes.get("script")).toBeLessThanOrEqual(MAX_BYTES);
  expect([...sizes.keys()].sort()).toEqual(["cast-panel", "host-requests", "script"]);
});
