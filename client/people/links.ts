/** Owns making, listing and revoking the links by which others come in, over `links`. */

import { roles } from "../../shared/people.ts";
import type { ServerMessage } from "../../shared/signaling.ts";
import type { Ask } from "./ask-server.ts";
import type { AccessLink, LinkWish, NewAccessLink, ViewerLinks } from "./viewer-links.ts";

type Welcome = Extract<ServerMessage, { readonly kind: "welcome" }>;

export class Links implements ViewerLinks {
  readonly #address: () => URL;
  readonly #fetch: Ask;
  #canCreate = false;
  /** The room under `s/`; "" for the common room. */
  #room = "";

  /** `address` gives where `links` is now; `ask` is the fetch to use. */
  constructor(address: () => URL, ask: Ask) {
    this.#address = address;
    this.#fetch = ask;
  }

  get canCreate(): boolean {
    return this.#canCreate;
  }

  handleWelcome({ canLink, room }: Welcome): void {
    this.#canCreate = canLink;
    this.#room = room ?? "";
  }

  async create(wish: LinkWish): Promise<NewAccessLink> {
    const { createLink } = await import("./host-requests.ts");
    return createLink(this.#fetch, this.#address(), { room: this.#room, ...wish }, roles);
  }

  async list(): Promise<AccessLink[]> {
    const { listLinks } = await import("./host-requests.ts");
    return listLinks(this.#fetch, this.#address(), roles);
  }

  async revoke(id: string): Promise<void> {
    const { revokeLink } = await import("./host-requests.ts");
    return revokeLink(this.#fetch, this.#address(), id);
  }
}
