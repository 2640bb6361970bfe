/** Owns what a scene prints as the hosts' pages get it, in the main process: who comes later gets the newest of it. */

import type { ConsoleLine } from "../../shared/console.ts";
import type { Identity } from "../access/identity.ts";
import type { ViewerDirectory, ViewerLine } from "./viewer-directory.ts";

const MAX_KEPT = 50;

export class HostConsole {
  readonly #viewers: ViewerDirectory;
  readonly #lines: ConsoleLine[] = [];

  constructor(viewers: ViewerDirectory) {
    this.#viewers = viewers;
  }

  /** The scene printed something; bounded in size and rate where it did. */
  handle(printed: ConsoleLine): void {
    this.#lines.push(printed);
    if (this.#lines.length > MAX_KEPT) this.#lines.shift();
    for (const { identity, line } of this.#viewers.entries.values()) {
      if (identity.role === "host") line?.tell({ kind: "console", ...printed });
    }
  }

  /** Somebody came in. */
  greet(identity: Identity, line: ViewerLine): void {
    if (identity.role !== "host") return;
    for (const printed of this.#lines) line.tell({ kind: "console", ...printed });
  }
}
