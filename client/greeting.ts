/** Owns what a viewer tells the server of itself when they meet: who it is, once. */

import { type ClientMessage, PROTOCOL_VERSION } from "../shared/signaling.ts";
import type { LinkKind } from "./link/server-link.ts";
import type { People } from "./people/people.ts";

export class Greeting {
  readonly #people: Pick<People, "wishedName">;
  readonly #send: (message: ClientMessage) => void;
  /** The name of the last hello. */
  #toldName: string | null = null;

  constructor(people: Pick<People, "wishedName">, send: (message: ClientMessage) => void) {
    this.#people = people;
    this.#send = send;
  }

  /** The first message by a WebSocket. */
  hello(): ClientMessage {
    const name = this.#people.wishedName;
    this.#toldName = name;
    return { kind: "hello", protocol: PROTOCOL_VERSION, ...(name === null ? {} : { name }) };
  }

  /** The server has just welcomed us, by a link of this kind: it is told the name that it does not know yet. */
  sayName(link: LinkKind | null): void {
    const { wishedName } = this.#people;
    // By HTTP there is no hello that would have told the name, and it may have been changed in the queue.
    const told = link === "http" ? null : this.#toldName;
    if (wishedName !== null && wishedName !== told) this.#send({ kind: "name", name: wishedName });
  }
}
