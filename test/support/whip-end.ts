/** Runs a WHIP endpoint on loopback, written with aiortc (fixtures/whip_end.py), and reads what it got. */

import { fileURLToPath } from "node:url";
import { Child } from "./child.ts";
import { findFreePort } from "./free-port.ts";
import { python } from "./python-package.ts";
import { type DecodedPicture, pictureOf } from "./video-decoder.ts";

const program = fileURLToPath(new URL("../fixtures/whip_end.py", import.meta.url));

export type WhipEndState = {
  readonly posted: number;
  readonly refused: number;
  readonly deleted: number;
  readonly sessions: number;
  readonly frames: number;
  readonly keyFrames: number;
  readonly codec: string | null;
  /** From the offer to the first decoded picture. */
  readonly firstMs: number | null;
  readonly gapMs: number;
};

export class WhipEnd {
  readonly token: string;
  readonly #port: number;
  #child: Child;

  /** Resolves when it listens. */
  static async start(token: string): Promise<WhipEnd> {
    const port = await findFreePort();
    return new WhipEnd(token, port, await run(port, token));
  }

  private constructor(token: string, port: number, child: Child) {
    this.token = token;
    this.#port = port;
    this.#child = child;
  }

  /** The address of an output, with its token or another. */
  address(token: string = this.token): string {
    return `whip+http://${token}@127.0.0.1:${this.#port}/whip`;
  }

  async state(): Promise<WhipEndState> {
    return (await (await fetch(this.#at("state"))).json()) as WhipEndState;
  }

  /** The newest picture that came. */
  async picture(): Promise<DecodedPicture> {
    const response = await fetch(this.#at("picture"));
    const bytes = new Uint8Array(await response.arrayBuffer());
    const [width, height] = ["X-Width", "X-Height"].map((name) => Number(response.headers.get(name))) as [
      number,
      number,
    ];
    const [luma, chroma] = [width * height, (width * height) / 4];
    const planes = [bytes.subarray(0, luma), bytes.subarray(luma, luma + chroma), bytes.subarray(luma + chroma)];
    return pictureOf(planes, [width, width / 2, width / 2], { width, height, chroma: "420", isLimitedRange: true });
  }

  /** Has it ask for a key frame, as when somebody begins to watch there. */
  async askKeyFrame(): Promise<void> {
    await fetch(this.#at("key-frame"), { method: "POST" });
  }

  /** Kills it, as in a crash, and starts it again at the same address after so long. */
  async restart(awayMs: number): Promise<void> {
    await this.#child.kill();
    await new Promise((resolve) => setTimeout(resolve, awayMs));
    this.#child = await run(this.#port, this.token);
  }

  async close(): Promise<void> {
    await this.#child.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #at(path: string): string {
    return `http://127.0.0.1:${this.#port}/${path}`;
  }
}

function run(port: number, token: string): Promise<Child> {
  return Child.start([python, "-u", program, String(port), token], /listening/, 20_000);
}
