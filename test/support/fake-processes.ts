/** Owns processes of scenes that are none: a test plays what each says, and sees what it is sent. */

import type { ProcessEnd, ProcessOptions, ProcessPort, SceneProcess } from "../../server/session/process-port.ts";
import type { FromSession, ToSession } from "../../server/session/session-protocol.ts";
import { fakeBackends } from "./fake-scene.ts";

export class FakeProcesses implements ProcessPort {
  readonly backends = fakeBackends;
  /** Those that were started, the first first. */
  readonly started: FakeProcess[] = [];

  start(options: ProcessOptions): FakeProcess {
    const started = new FakeProcess(this.started.length + 1, options);
    this.started.push(started);
    return started;
  }

  /** The one that was started last, once there are so many. */
  async nth(count: number): Promise<FakeProcess> {
    while (this.started.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
    const process = this.started[count - 1];
    if (process === undefined) throw new Error("There is no such process.");
    return process;
  }
}

export class FakeProcess implements SceneProcess {
  readonly pid: number;
  readonly ended: Promise<ProcessEnd>;
  /** What it was sent. */
  readonly sent: ToSession[] = [];
  /** Whether it reads what it is sent. */
  isReading = true;
  readonly #options: ProcessOptions;
  #unread: (() => void)[] = [];
  readonly #end = Promise.withResolvers<ProcessEnd>();
  #isGone = false;

  constructor(pid: number, options: ProcessOptions) {
    this.pid = pid;
    this.#options = options;
    this.ended = this.#end.promise;
  }

  send(message: ToSession, taken: () => void): boolean {
    if (this.#isGone) return false;
    this.sent.push(message);
    if (this.isReading) taken();
    else this.#unread.push(taken);
    if (message.kind === "stop") this.end({ kind: "exited", exitCode: 0 });
    return true;
  }

  /** Reads what waits, and reads on. */
  read(): void {
    this.isReading = true;
    for (const taken of this.#unread.splice(0)) taken();
  }

  kill(): void {
    this.end({ kind: "killed", signal: "SIGKILL" });
  }

  end(end: ProcessEnd): void {
    this.#isGone = true;
    this.#end.resolve(end);
  }

  say(message: FromSession): void {
    this.#options.received(message);
  }

  print(line: string): void {
    this.#options.printed(line);
  }

  /** Says that it streams. */
  ready(title = "A played scene"): void {
    const renderer = { name: "played", isGpu: false, backend: "vulkan" } as const;
    this.say({ kind: "ready", renderer, title, size: { width: 320, height: 192 }, messagesFrom: "control" });
  }

  /** The kinds of what it was sent. */
  get kinds(): string[] {
    return this.sent.map(({ kind }) => kind);
  }
}
