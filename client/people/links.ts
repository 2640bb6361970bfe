/** Owns making, listing and revoking the links by which others come in, over `links`. */

import { roles } from "../../shared/people.ts";
import type { ServerMessage } from "../../shared/signaling.ts";
import type { AccessLink, LinkWish, NewAccessLink, ViewerLinks } from "./viewer-links.ts";

type Fields = Readonly<Record<string, unknown>>;
type Ask = (url: URL, request: RequestInit) => Promise<Response>;
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
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ room: this.#room, ...wish });
    const answer = await this.#ask(this.#address(), { method: "POST", headers, body });
    const fields = fieldsOf(await answer.json());
    if (typeof fields["link"] !== "string") throw notUnderstood();
    return { ...linkOf(fields), link: fields["link"] };
  }

  async list(): Promise<AccessLink[]> {
    const answer = await this.#ask(this.#address(), { method: "GET" });
    const { links } = fieldsOf(await answer.json());
    if (!Array.isArray(links)) throw notUnderstood();
    return links.map((link) => linkOf(fieldsOf(link)));
  }

  async revoke(id: string): Promise<void> {
    const address = this.#address();
    address.pathname += `/${encodeURIComponent(id)}`;
    await this.#ask(address, { method: "DELETE" });
  }

  async #ask(url: URL, request: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await this.#fetch(url, { ...request, cache: "no-store" });
    } catch (cause) {
      throw new Error("The server could not be reached.", { cause });
    }
    if (response.ok) return response;
    throw new Error(sentenceOf(await response.text()) ?? `The server answered ${response.status}.`);
  }
}

/** What a refusal says, in plain text; null where it says nothing that fits on a line. */
export function sentenceOf(body: string): string | null {
  const text = body.trim();
  return text === "" || text.length > 300 || text.startsWith("<") ? null : text;
}

/** Reads a link of the server's answer. Throws `Error` where it is none. */
export function linkOf(fields: Fields): AccessLink {
  const { id, room, expiresAt } = fields;
  const endMs = typeof expiresAt === "string" ? Date.parse(expiresAt) : Number.NaN;
  if (typeof id !== "string" || typeof fields["role"] !== "string" || Number.isNaN(endMs)) throw notUnderstood();
  // A newer server may have roles that this version does not know (PV1 in shared/signaling.ts).
  const role = roles.find((role) => role === fields["role"]) ?? "viewer";
  const [data, isRevoked] = [fields["data"] === true, fields["isRevoked"] === true];
  return { id, role, room: typeof room === "string" ? room : null, data, expiresAt: endMs, isRevoked };
}

function notUnderstood(): Error {
  return new Error("The server's answer could not be understood.");
}

function fieldsOf(value: unknown): Fields {
  return (typeof value === "object" && value !== null ? value : {}) as Fields;
}
