/** Owns what hosts see of the share link's tunnel: how much went through it, in the people panel, and a toast when little is left. */

import { tunnelLeft, tunnelSentence, tunnelWarning, type Viewer } from "../index.ts";
import { find, make } from "./elements.ts";
import type { Toasts } from "./toasts.ts";

export class TunnelNews {
  readonly #line = make("p", "tunnel-usage");
  /** What was warned of, once each. */
  readonly #warned = new Set<string>();

  constructor(viewer: Viewer, toasts: Toasts) {
    this.#line.id = "tunnel-usage";
    this.#line.hidden = true;
    find("host-section", HTMLElement).append(this.#line);
    viewer.on("tunnelUsed", (usage) => {
      const warning = tunnelWarning(usage);
      this.#line.textContent = warning ?? tunnelSentence(usage);
      this.#line.hidden = usage.monthBytes === 0;
      const left = tunnelLeft(usage);
      if (warning === null || this.#warned.has(left)) return;
      this.#warned.add(left);
      const ok = { label: "OK", act: () => undefined };
      toasts.show({ key: "tunnel", text: warning, stays: true, actions: [ok] });
    });
  }
}
