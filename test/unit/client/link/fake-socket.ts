/** Owns a WebSocket that does what a test says, and the rest of a browser that a link touches. */

import { vi } from "vitest";
import type { ServerMessage } from "../../../../shared/signaling.ts";

export class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readonly url: string;
  readonly sent: string[] = [];
  readyState = 0;
  readonly bufferedAmount = 0;

  constructor(url: string) {
    super();
    this.url = url;
    FakeSocket.all.push(this);
  }

  static get last(): FakeSocket {
    const last = FakeSocket.all.at(-1);
    if (last === undefined) throw new Error("There is no socket.");
    return last;
  }

  open(...messages: readonly ServerMessage[]): void {
    this.readyState = FakeSocket.OPEN;
    this.dispatchEvent(new Event("open"));
    for (const message of messages) this.say(message);
  }

  say(message: ServerMessage): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
  }

  /** What a server of another version says: text, or bytes. */
  sayRaw(data: unknown): void {
    const isBytes = data instanceof Uint8Array;
    const form = isBytes ? data.buffer : typeof data === "string" ? data : JSON.stringify(data);
    this.dispatchEvent(new MessageEvent("message", { data: form }));
  }

  send(text: string): void {
    this.sent.push(text);
  }

  fail(code = 1006): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }

  close(): void {
    this.readyState = 3;
  }
}

/** Stands for a browser, with time that stands still, until `vi` is told to put the real things back. */
export function installFakeBrowser(): void {
  vi.useFakeTimers();
  FakeSocket.all = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", Object.assign(new EventTarget(), { hidden: false }));
  vi.stubGlobal("fetch", async () => new Response(null, { status: 204 }));
}
