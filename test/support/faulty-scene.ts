/** Owns a test's session of a scene that fails as a message tells it to, and what is told of it. */

import { resolveOptions } from "../../server/options/options.ts";
import { Session } from "../../server/session/session.ts";
import { SceneProject } from "./scene-loading.ts";

/** Where the scene can be told to loop, and the other ways in which it can be told to fail. */
export type Fault = "update" | "listener" | "message" | "setState" | "frame" | "timer" | "memory" | "exit" | "crash";

/** Its loops keep their thread from all else as any loop does, without warming the machine. */
const source = `import * as THREE from "three";
let fault = "", kept = 1; const cell = new Int32Array(new SharedArrayBuffer(4));
const loop = (place) => { while (fault === place) Atomics.wait(cell, 0, 0, 20); };
export default { animate: true, messagesFrom: "everyone", setup({ messages, element }) {
const scene = new THREE.Scene(), camera = new THREE.PerspectiveCamera();
element.addEventListener("pointermove", () => loop("listener"));
const frame = () => { loop("frame"); requestAnimationFrame(frame); };
requestAnimationFrame(frame);
messages.onMessage((wanted) => {
  fault = wanted;
  loop("message");
  if (fault === "timer") setTimeout(() => loop("timer"), 10);
  if (fault === "exit") process.exit(3);
  if (fault === "crash") process.kill(process.pid, "SIGSEGV");
  const all = [];
  while (fault === "memory") all.push(Array.from({ length: 100_000 }, (_, index) => ({ index })));
});
return { scene, camera, getState: () => kept, setState(state) { kept = state; loop("setState"); }, update: () => loop("update") }; } };`;

export class FaultyScene implements AsyncDisposable {
  readonly session: Session;
  /** What was told of its hanging. */
  readonly hung: (string | null)[] = [];
  /** Each status with its sentence. */
  readonly statuses: string[] = [];
  readonly #project: SceneProject;
  #inputs = 0;

  /** Resolves when it is live and somebody watches. */
  static async start(hangMs: number, watch: boolean = false): Promise<FaultyScene> {
    const started = new FaultyScene(hangMs, watch);
    await started.session.ready;
    const { viewers } = started.session;
    viewers.join("a", { person: 1, paused: false });
    viewers.setControllers(["a"]);
    viewers.handleMessage("a", { kind: "stream", connection: 1, codecs: ["h264"] });
    return started;
  }

  private constructor(hangMs: number, watch: boolean) {
    this.#project = new SceneProject({ "scene.ts": source });
    const size = { width: 320, height: 192 };
    const options = resolveOptions({ scene: this.#project.path("scene.ts"), render: { size, maxFps: 30 } });
    const { sceneUrl, render, encode, quality, ice } = options;
    const kept = { watch, iceHost: "127.0.0.1", ice, presence: false };
    const config = { sceneUrl: sceneUrl.href, ...render, ...encode, quality, ...kept };
    this.session = Session.start({ config, hangMs });
    this.session.on("hung", ({ text }) => this.hung.push(text));
    this.session.on("statusChanged", ({ status }) => {
      this.statuses.push("error" in status ? `${status.kind}: ${status.error.message}` : status.kind);
      // As a page does.
      if (status.kind === "live") this.#watchAgain();
    });
  }

  get pid(): number {
    return this.session.pid ?? 0;
  }

  /** Has it fail. */
  fail(fault: Fault): void {
    const host = { person: 1, name: "", role: "host", hasControl: true } as const;
    this.session.handleSceneMessage(host, { json: JSON.stringify(fault) });
    if (fault === "setState") this.session.setSceneState("7");
  }

  /** Saves a scene that does nothing wrong in the place of this one. */
  mend(): void {
    this.#project.write({ "scene.ts": source.replace("fault = wanted", 'fault = ""') });
  }

  /** Moves the pointer, as whoever has control. */
  move(input: (sequence: number) => Uint8Array): void {
    this.#inputs += 1;
    this.session.viewers.handleBytes("a", input(this.#inputs));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.close();
    this.#project[Symbol.dispose]();
  }

  #watchAgain(): void {
    this.session.viewers.handleMessage("a", { kind: "stream", connection: 1, codecs: ["h264"] });
  }
}
