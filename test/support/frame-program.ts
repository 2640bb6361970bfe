/** Owns a program that gives frames to a room, as another would in another language: with a WebSocket and a file. */

import { once } from "node:events";
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { WebSocket } from "ws";
import type { CanvasEvent } from "../../shared/canvas-event.ts";
import { FRAMES_PROTOCOL, type ProgramFrame, type ToProgram } from "../../shared/frame-source.ts";

/** Only a failure takes so long, so a busy machine has time. */
const WITHIN_MS = 30_000;

type Kind = ToProgram["kind"];
type Message<Name extends Kind> = Extract<ToProgram, { readonly kind: Name }>;
type Picture = Pick<ProgramFrame, "width" | "height"> & Partial<Pick<ProgramFrame, "format" | "rows" | "answers">>;

export class FrameProgram implements Disposable {
  readonly socket: WebSocket;
  readonly messages: ToProgram[] = [];
  /** The slots that it holds. */
  readonly free: number[] = [];
  closeCode: number | null = null;
  #file = -1;
  #number = 0;

  private constructor(serverUrl: string, headers: Record<string, string>) {
    const address = new URL("frames", serverUrl);
    this.socket = new WebSocket(address, { headers, perMessageDeflate: false });
    this.socket.on("message", (data) => this.#take(JSON.parse(String(data)) as ToProgram));
    this.socket.on("close", (code) => {
      this.closeCode = code;
      if (this.#file >= 0) closeSync(this.#file);
      this.#file = -1;
    });
    this.socket.on("error", () => undefined);
  }

  /** Opens the socket and says nothing. Rejects with the status where the server refuses that. */
  static async open(serverUrl: string, headers: Record<string, string> = {}): Promise<FrameProgram> {
    const program = new FrameProgram(serverUrl, headers);
    await Promise.race([
      once(program.socket, "open"),
      once(program.socket, "unexpected-response").then(([, response]) => {
        throw new Error(`refused with ${response.statusCode}`);
      }),
    ]);
    return program;
  }

  /** Opens the socket, says hello and waits for the welcome. */
  static async join(
    serverUrl: string,
    hello: object = {},
    headers: Record<string, string> = {},
  ): Promise<FrameProgram> {
    const program = await FrameProgram.open(serverUrl, headers);
    program.send({ kind: "hello", protocol: FRAMES_PROTOCOL, ...hello });
    await program.received("welcome");
    return program;
  }

  get welcome(): Message<"welcome"> {
    const welcome = this.messages.find((message) => message.kind === "welcome");
    if (welcome === undefined) throw new Error("It was not welcomed.");
    return welcome;
  }

  get events(): readonly CanvasEvent[] {
    return this.messages.flatMap((message) => (message.kind === "event" ? [message.event] : []));
  }

  /** The number of the newest event. */
  get lastEvent(): number {
    return this.messages.reduce((last, message) => (message.kind === "event" ? message.number : last), 0);
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" || message instanceof Uint8Array ? message : JSON.stringify(message));
  }

  /** Resolves with the first message of this kind, old or new, that fits. */
  async received<Name extends Kind>(
    kind: Name,
    fits: (message: Message<Name>) => boolean = () => true,
  ): Promise<Message<Name>> {
    for (;;) {
      const found = this.messages.find(
        (message): message is Message<Name> => message.kind === kind && fits(message as Message<Name>),
      );
      if (found !== undefined) return found;
      if (this.closeCode !== null) throw new Error(`The socket was closed with ${this.closeCode}.`);
      await Promise.race([
        once(this.socket, "message", { signal: AbortSignal.timeout(WITHIN_MS) }),
        once(this.socket, "close"),
      ]);
    }
  }

  /** Resolves with the event of this type that comes next, or is the newest already. */
  async event(type: CanvasEvent["event_type"]): Promise<CanvasEvent> {
    const { event } = await this.received("event", (message) => message.event.event_type === type);
    return event;
  }

  /** Writes a frame into a slot that it holds, by the memory, and says so. Returns its number; waits for a slot. */
  async give(pixels: Uint8Array, picture: Picture): Promise<number> {
    const slot = await this.#slot();
    const { memory } = this.welcome;
    if (memory === null) throw new Error("There is no memory.");
    if (this.#file < 0) this.#file = openSync(memory.path, "r+");
    writeSync(this.#file, pixels, 0, pixels.byteLength, memory.slotsAt + slot * memory.slotBytes);
    this.send({ kind: "frame", slot, number: this.#next(), ...picture });
    return this.#number;
  }

  /** The same in the socket, as from another machine. */
  async carry(pixels: Uint8Array, picture: Picture): Promise<number> {
    const slot = await this.#slot();
    const head = JSON.stringify({ kind: "frame", slot, number: this.#next(), ...picture });
    this.send(Buffer.concat([Buffer.from(`${head}\n`), pixels]));
    return this.#number;
  }

  /** Whether the file begins with the nonce. */
  findsNonce(): boolean {
    const { memory } = this.welcome;
    const file = openSync(memory?.path ?? "", "r");
    const nonce = Buffer.alloc(16);
    readSync(file, nonce, 0, 16, 0);
    closeSync(file);
    return nonce.toString("hex") === memory?.nonce;
  }

  /** Resolves with the code with which the server closed. */
  async closed(): Promise<number> {
    if (this.closeCode === null) await once(this.socket, "close", { signal: AbortSignal.timeout(WITHIN_MS) });
    return this.closeCode ?? 0;
  }

  /** Leaves without a word, as one that was killed. */
  [Symbol.dispose](): void {
    this.socket.terminate();
  }

  #take(message: ToProgram): void {
    this.messages.push(message);
    if (message.kind === "welcome") this.free.push(...Array.from({ length: message.slots }, (_, slot) => slot));
    if (message.kind === "free") this.free.push(message.slot);
  }

  async #slot(): Promise<number> {
    while (this.free.length === 0) await once(this.socket, "message", { signal: AbortSignal.timeout(WITHIN_MS) });
    return this.free.shift() ?? 0;
  }

  #next(): number {
    this.#number += 1;
    return this.#number;
  }
}

/** Red grows to the right, green downwards, blue is in the lower left quarter: no two corners are alike. */
export function asymmetric(width: number, height: number, blue = 200): Uint8Array {
  const pixels = new Uint8Array(width * height * 4);
  for (let at = 0, y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      pixels[at] = Math.floor((255 * x) / width);
      pixels[at + 1] = Math.floor((255 * y) / height);
      pixels[at + 2] = x < width / 2 && y >= height / 2 ? blue : 20;
      pixels[at + 3] = 255;
    }
  }
  return pixels;
}

/** The same pixels without alpha. */
export function withoutAlpha(rgba: Uint8Array): Uint8Array {
  return rgba.filter((_, at) => at % 4 !== 3);
}

/** The rows of an RGBA picture the other way around. */
export function upsideDown(rgba: Uint8Array, width: number): Uint8Array {
  const stride = width * 4;
  const turned = new Uint8Array(rgba.length);
  for (let at = 0; at < rgba.length; at += stride) {
    turned.set(rgba.subarray(at, at + stride), rgba.length - stride - at);
  }
  return turned;
}
