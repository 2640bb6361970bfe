/** Owns the inputs that once broke something: a file each in test/fixtures/fuzz, named after its target. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("../fixtures/fuzz/", import.meta.url);

/** `<target>-<what>.txt` is text, `<target>-<what>.bin` is bytes. */
export function corpusOf(target: string): readonly (Uint8Array | string)[] {
  return readdirSync(fileURLToPath(folder))
    .filter((name) => name.startsWith(`${target}-`))
    .map((name) => {
      const content = readFileSync(new URL(name, folder));
      return name.endsWith(".bin") ? new Uint8Array(content) : content.toString("utf8");
    });
}
