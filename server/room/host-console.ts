/** Owns what a scene prints as the hosts' pages get it, in the main process: hosts who join later get the newest of it. */

import type { ConsoleLine } from "../../shared/console.ts";
import type { Identity } from "../access/identity.ts";
import type { ViewerConnection } from "../access/viewer-connection.ts";
import type { ViewerDirectory } from "./viewer-directory.ts";

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
    for (const { identity, connection } of this.#viewers.entries.values()) {
      if (identity.role === "host") connection?.sendMessage({ kind: "console", ...printed });
    }
  }

  /** Somebody came in. */
  greet(identity: Identity, connection: ViewerConnection): void {
    if (identity.role !== "host") return;
    for (const printed of this.#lines) connection.sendMessage({ kind: "console", ...printed });
  }
}
