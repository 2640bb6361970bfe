/** Owns the words of `scenecast new`. Pure. */

import { parseArgs } from "node:util";

export const newHelp = `Write a folder with a scene to begin with.

  scenecast new <folder>         scene.ts, package.json and tsconfig.json; nothing that is there is overwritten

Exit codes: 0 done, 1 the folder has something in it or cannot be written, 2 bad arguments.
`;

export type NewCommand = { readonly folder: string };

/** Reads what follows `new`; null asks for help. Throws `TypeError` with a line for people. */
export function readNewArguments(args: readonly string[]): NewCommand | null {
  const options = { help: { type: "boolean", short: "h" } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  if (values.help === true) return null;
  const [folder, ...rest] = positionals;
  if (folder === undefined) throw new TypeError("A folder is missing, as in scenecast new my-scene.");
  if (rest.length > 0) throw new TypeError(`One folder can be written, so "${rest[0]}" is too much.`);
  return { folder };
}
