/** Owns where the package.json of this package is, and its version. For any process. */

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The package.json of this package. */
export function packageFile(): string {
  return firstExisting("../../package.json", "../../../package.json");
}

/** The version of this package. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(packageFile(), "utf8")) as { version: string };
  return version;
}

/** The first of these paths, as seen from this folder, at which there is a file; the source has other ones than the built package. */
export function firstExisting(...paths: readonly [string, ...string[]]): string {
  const files = paths.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return files.find((file) => existsSync(file)) ?? files[0] ?? "";
}
