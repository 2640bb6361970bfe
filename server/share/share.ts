/** Owns the share link of a server: opens the tunnel, has its host name let in, and says what became of it. */

import { Emitter } from "../../shared/emitter.ts";
import { linkTo } from "./addresses.ts";
import type { PublicTunnel } from "./public-tunnel.ts";

export type ShareOptions = {
  /** Owned by the share link. */
  readonly tunnel: PublicTunnel;
  /** What the link carries; null for a link that lets everybody in. */
  readonly token: string | null;
  /** Has requests for this host name answered; null for none. */
  setHost(host: string | null): void;
};

export type ShareEvents = {
  /** `link` is null while there is none; then `detail` is a sentence for people. */
  readonly changed: { readonly link: string | null; readonly detail: string | null };
};

export class Share extends Emitter<ShareEvents> {
  readonly #tunnel: PublicTunnel;
  #pageUrl: string | null = null;
  #link: string | null = null;

  constructor(options: ShareOptions) {
    super();
    this.#tunnel = options.tunnel;
    this.#tunnel.on("opened", ({ url }) => {
      options.setHost(new URL(url).host);
      this.#pageUrl = new URL("/", url).href;
      this.#link = linkTo(this.#pageUrl, options.token);
      this.emit("changed", { link: this.#link, detail: null });
    });
    this.#tunnel.on("failed", ({ sentence, retryMs }) => {
      // Its name may be somebody else's from now on.
      options.setHost(null);
      this.#pageUrl = null;
      this.#link = null;
      this.emit("changed", { link: null, detail: `${sentence}${outlook(retryMs)}` });
    });
  }

  /** The public address of the page; null while there is none. */
  get pageUrl(): string | null {
    return this.#pageUrl;
  }

  /** The public link with the token; null while there is none. */
  get link(): string | null {
    return this.#link;
  }

  /** Never rejects: what becomes of it is told by `changed`. */
  open(): Promise<void> {
    return this.#tunnel.open();
  }

  close(): Promise<void> {
    return this.#tunnel.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function outlook(retryMs: number | null): string {
  if (retryMs === null) return " There is no share link.";
  return retryMs === 0 ? " Reconnecting." : ` Trying again in ${Math.ceil(retryMs / 1000)} s.`;
}
