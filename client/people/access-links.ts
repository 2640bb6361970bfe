/** Owns making, listing and revoking the links by which others come in, over `links`. */

import { type Role, roles } from "../../shared/people.ts";

/** What a new link is to allow. */
export type LinkWish = {
  readonly role: Role;
  /** For how long it lets people in, in seconds, from 60 to 31 536 000. Default a day. */
  readonly expiresSeconds?: number;
  /** The only room that it leads to, "" for the common scene; null for every room. Default the room of this viewer. */
  readonly room?: string | null;
};

/** A link that was made and has not expired. */
export type AccessLink = {
  readonly id: string;
  readonly role: Role;
  readonly room: string | null;
  /** When it ends, in milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly isRevoked: boolean;
};

/** A link just made. Only now it is told, and never again. */
export type NewAccessLink = AccessLink & { readonly link: string };

type Fields = Readonly<Record<string, unknown>>;

export class AccessLinks {
  readonly #address: () => URL;

  /** `address` gives where `links` is now. */
  constructor(address: () => URL) {
    this.#address = address;
  }

  /** Rejects with an `Error` in the server's words. */
  async create(wish: LinkWish): Promise<NewAccessLink> {
    const headers = { "Content-Type": "application/json" };
    const answer = await this.#ask(this.#address(), { method: "POST", headers, body: JSON.stringify(wish) });
    const fields = fieldsOf(await answer.json());
    if (typeof fields["link"] !== "string") throw notUnderstood();
    return { ...linkOf(fields), link: fields["link"] };
  }

  /** Rejects with an `Error` in the server's words. */
  async list(): Promise<AccessLink[]> {
    const answer = await this.#ask(this.#address(), { method: "GET" });
    const { links } = fieldsOf(await answer.json());
    if (!Array.isArray(links)) throw notUnderstood();
    return links.map((link) => linkOf(fieldsOf(link)));
  }

  /** Whoever came by the link is sent out. Rejects with an `Error` in the server's words. */
  async revoke(id: string): Promise<void> {
    const address = this.#address();
    address.pathname += `/${encodeURIComponent(id)}`;
    await this.#ask(address, { method: "DELETE" });
  }

  async #ask(url: URL, request: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(url, { ...request, cache: "no-store" });
    } catch (cause) {
      throw new Error("The server was not reached.", { cause });
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
  const role = roles.find((role) => role === fields["role"]);
  const endMs = typeof expiresAt === "string" ? Date.parse(expiresAt) : Number.NaN;
  if (typeof id !== "string" || role === undefined || Number.isNaN(endMs)) throw notUnderstood();
  const isRevoked = fields["isRevoked"] === true;
  return { id, role, room: typeof room === "string" ? room : null, expiresAt: endMs, isRevoked };
}

function notUnderstood(): Error {
  return new Error("The server's answer was not understood.");
}

function fieldsOf(value: unknown): Fields {
  return (typeof value === "object" && value !== null ? value : {}) as Fields;
}
