/** Owns the process of the server that is soaked, its scene, and what it says of itself. */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { SessionReport } from "../../server/session/session-report.ts";
import { SceneProject } from "../support/scene-loading.ts";

export type SceneHeaps = { readonly heapBytes: number; readonly threadHeapBytes: number };
export type SoakReport = SessionReport & SceneHeaps;
export type ToSoakServer = "hold" | "close";

/** What the main process holds, and which processes there are of scenes. */
export type Held = {
  readonly kind: "held";
  readonly main: {
    readonly rssBytes: number;
    readonly heapBytes: number;
    readonly files: number;
    readonly threads: number;
    readonly timers: number;
  };
  readonly scenes: readonly { readonly room: string; readonly pid: number; readonly heaps: SceneHeaps | null }[];
  readonly viewers: number;
  /** Of answers to input since the last time, the part of their time that was waiting. */
  readonly queueShares: readonly number[];
};

const START_MS = 60_000;
const ANSWER_MS = 20_000;

const sceneText = (version: number) => `import * as THREE from "three";
import GUI from "three/addons/libs/lil-gui.module.min.js";
// Version ${version}.
export default { title: "Soaked ${version}", animate: true, setup({ size, element }) {
  const scene = new THREE.Scene();
  const camera = new THREE.PerspectiveCamera(50, size.width / size.height, 0.1, 10);
  camera.position.z = 3;
  const mesh = new THREE.Mesh(new THREE.IcosahedronGeometry(1, 4), new THREE.MeshNormalMaterial());
  scene.add(mesh);
  const settings = { speed: 1, wireframe: false };
  const gui = new GUI();
  gui.add(settings, "speed", 0, 2);
  gui.add(settings, "wireframe").onChange((on) => { mesh.material.wireframe = on; });
  element.addEventListener("pointermove", ({ clientX }) => { mesh.rotation.y = clientX / size.width; });
  return { scene, camera,
    update: ({ delta }) => { mesh.rotation.x += delta * settings.speed; },
    getState: () => mesh.rotation.x, setState: (x) => { mesh.rotation.x = x; },
    dispose: () => { gui.destroy(); mesh.geometry.dispose(); mesh.material.dispose(); } };
} };
`;

export class SoakedServer {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #project: SceneProject;
  #version = 1;

  /** Resolves when viewers can watch. The caller closes it. */
  static async start(): Promise<SoakedServer> {
    const project = new SceneProject({ "scene.ts": sceneText(1) });
    const child = fork(
      fileURLToPath(new URL("./soak-server-process.ts", import.meta.url)),
      [project.path("scene.ts")],
      {
        execArgv: ["--conditions=scenecast-source", "--disable-warning=ExperimentalWarning", "--expose-gc"],
      },
    );
    const [started] = await once(child, "message", { signal: AbortSignal.timeout(START_MS) });
    return new SoakedServer((started as { readonly url: string }).url, child, project);
  }

  private constructor(url: string, child: ChildProcess, project: SceneProject) {
    this.url = url;
    this.#process = child;
    this.#project = project;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** The address of a room, "" for the common one. */
  roomUrl(room: string): string {
    return room === "" ? this.url : new URL(`s/${room}/`, this.url).href;
  }

  /** Rejects where the process ended, or does not answer. */
  async held(): Promise<Held> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) throw new Error("The server ended.");
    const answered = once(this.#process, "message", { signal: AbortSignal.timeout(ANSWER_MS) });
    this.#process.send("hold" satisfies ToSoakServer);
    const [held] = await answered;
    return held as Held;
  }

  /** Saves the scene anew, which every room loads. */
  saveScene(): void {
    this.#version += 1;
    this.#project.write({ "scene.ts": sceneText(this.#version) });
  }

  async close(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, "exit");
      this.#process.send("close" satisfies ToSoakServer);
      await ended;
    }
    this.#project[Symbol.dispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
