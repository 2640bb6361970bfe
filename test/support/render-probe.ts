/** Owns a test's handle of a probe process: real rendering and encoding of a scene, looked at from outside. */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { PacketMessage } from "../../server/encode/video/encode-protocol.ts";
import { fromPlainError } from "../../shared/errors.ts";
import type { InputEvent } from "../../shared/input.ts";
import type { FromProbe, GrabbedFrame, ProbeConfig, ToProbe } from "../fixtures/render-probe-protocol.ts";

type Rendered = Extract<FromProbe, { kind: "rendered" }>["message"];
type Kind = FromProbe["kind"];

/** The URL of one of the scenes under test/fixtures/scenes, without its ending. */
export function sceneFixture(name: string): string {
  return new URL(`../fixtures/scenes/${name}.ts`, import.meta.url).href;
}

/** Only a failure takes so long, so a busy machine has time. */
const WITHIN_MS = 30_000;

export class RenderProbe {
  readonly packets: PacketMessage[] = [];
  readonly rendered: Rendered[] = [];
  /** Who draws, as the driver says. */
  renderer: string = "";
  title: string = "";
  readonly #process: ChildProcess;
  #sequence = 0;

  /** Starts rendering a scene. Rejects with the scene's error. */
  static async start(sceneUrl: string, options: Partial<ProbeConfig> = {}): Promise<RenderProbe> {
    const process = fork(fileURLToPath(new URL("../fixtures/render-probe-process.ts", import.meta.url)), {
      serialization: "advanced",
      execArgv: ["--conditions=scenecast-source"],
      env: { ...globalThis.process.env, ANGLE_DEFAULT_PLATFORM: "vulkan" },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const probe = new RenderProbe(process);
    const size = { width: 320, height: 192 };
    const rate = { maxFps: 60, codec: null, bitrateBps: 4_000_000 } as const;
    const drawn = { asGpu: null, i420: null, scale: 1, preference: "auto" } as const;
    const config = { sceneUrl, size, ...rate, watch: false, state: null, ...drawn, ...options };
    const answer = probe.#next("started", "failed");
    probe.tell({ kind: "start", config });
    const first = await answer;
    if (first.kind === "failed") {
      await probe.close();
      throw fromPlainError(first.error, "scene-failed");
    }
    probe.renderer = first.renderer;
    probe.title = first.title;
    return probe;
  }

  private constructor(process: ChildProcess) {
    this.#process = process;
    process.on("message", (message: FromProbe) => {
      if (message.kind === "packet") this.packets.push(message.packet);
      if (message.kind === "rendered") this.rendered.push(message.message);
    });
  }

  /** The memory of the process that is resident, in MiB. */
  get residentMib(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  tell(message: ToProbe): void {
    this.#process.send(message);
  }

  input(event: InputEvent): void {
    this.#sequence += 1;
    this.tell({ kind: "input", sequence: this.#sequence, event });
  }

  /** A copy of the newest frame. */
  async grab(): Promise<GrabbedFrame> {
    return await this.#grab(true);
  }

  /** To copy pixels from one process to the other is most of what it costs to look. */
  async #grab(hasPixels: boolean): Promise<GrabbedFrame> {
    const answer = this.#next("grabbed");
    this.tell({ kind: "grab", hasPixels });
    return (await answer).frame;
  }

  /** Grabs frames until one is as wanted; rejects after `withinMs`. */
  async grabWhen(isWanted: (frame: GrabbedFrame) => boolean, withinMs: number = WITHIN_MS): Promise<GrabbedFrame> {
    const until = performance.now() + withinMs;
    while (performance.now() < until) {
      const frame = await this.grab();
      if (isWanted(frame)) return frame;
      await sleep(10);
    }
    throw new Error(`No such frame within ${withinMs} ms.`);
  }

  /** Waits until nothing has been drawn for a while and, where packets are wanted, the newest frame is encoded. */
  async untilAtRest(isEncoding: boolean): Promise<GrabbedFrame> {
    for (let [frame, restedMs] = [await this.#grab(false), 0]; ; ) {
      await sleep(50);
      const next = await this.#grab(restedMs >= 150);
      const isResting = next.number === frame.number && (!isEncoding || this.packets.at(-1)?.frame === next.number);
      [frame, restedMs] = [next, isResting ? restedMs + 50 : 0];
      if (restedMs >= 200) return frame;
    }
  }

  /** Waits for a number of packets from now; rejects after `withinMs`. */
  async nextPackets(count: number, withinMs: number = WITHIN_MS): Promise<PacketMessage[]> {
    const from = this.packets.length;
    const until = performance.now() + withinMs;
    while (this.packets.length < from + count) {
      if (performance.now() > until) throw new Error(`${this.packets.length - from} of ${count} packets came.`);
      await sleep(10);
    }
    return this.packets.slice(from, from + count);
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.disconnect();
    await exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #next<Wanted extends Kind>(...kinds: Wanted[]): Promise<Extract<FromProbe, { kind: Wanted }>> {
    return new Promise((resolve, reject) => {
      const exited = (code: number | null) => reject(new Error(`The probe ended with code ${code}.`));
      const listen = (message: FromProbe) => {
        if (!kinds.some((kind) => kind === message.kind)) return;
        this.#process.off("message", listen);
        this.#process.off("exit", exited);
        resolve(message as Extract<FromProbe, { kind: Wanted }>);
      };
      this.#process.on("message", listen);
      this.#process.on("exit", exited);
    });
  }
}

/** The colour of a pixel of a bottom-up RGBA picture; `x` and `y` from 0 to 1, `y` down. */
export function colourAt(pixels: Uint8Array, size: { width: number; height: number }, x: number, y: number): number[] {
  const column = Math.min(size.width - 1, Math.floor(x * size.width));
  const row = size.height - 1 - Math.min(size.height - 1, Math.floor(y * size.height));
  const at = (row * size.width + column) * 4;
  return [...pixels.subarray(at, at + 3)];
}
