/**
 * Owns the frame's end of the messages with the page around it (FM1 to FM3 of frame-messages.ts): whether that may drive this one,
 * what it is told, and what it may command.
 */

import {
  type FrameEvents,
  type FromFrame,
  frameEvents,
  marked,
  readToFrame,
  type ToFrame,
} from "../frame/frame-messages.ts";
import type { Viewer, ViewerState } from "../index.ts";

type Command = Exclude<ToFrame, { readonly kind: "hello" }>;

/** States before the first picture, which go over by themselves. */
const onTheWay: ReadonlySet<ViewerState["kind"]> = new Set(["connecting", "waiting", "queued"]);

export class ParentLink {
  readonly #viewer: Viewer;
  /** Whether pages of these origins may drive this one; one that could not be found out is not kept. */
  readonly #known = new Map<string, Promise<boolean>>();
  /** The one that is told; null before it said hello. */
  #origin: string | null = null;

  /** Listens where this page is in a frame. */
  constructor(viewer: Viewer) {
    this.#viewer = viewer;
    if (window.parent === window) return;
    window.addEventListener("message", (event) => void this.#handle(event));
    // Before anybody said who they are: nothing is said by it.
    window.parent.postMessage(marked({ kind: "here" } as const), "*");
    for (const name of frameEvents) viewer.on(name, (detail) => this.#tell(name, detail));
  }

  async #handle({ source, origin, data }: MessageEvent): Promise<void> {
    if (source !== window.parent || origin === "null") return;
    const message = this.#read(data);
    if (message === null) return;
    if (!(await this.#mayDrive(origin))) {
      if (message.kind === "hello") this.#post({ kind: "refused", sentence: refusalOf(origin) }, origin);
      return;
    }
    if (message.kind === "hello") this.#greet(origin);
    else this.#post(await this.#answer(message), origin);
  }

  #read(data: unknown): ToFrame | null {
    try {
      return readToFrame("message", data);
    } catch (error) {
      console.error(wordsOf(error));
      return null;
    }
  }

  /** FM2 */
  #greet(origin: string): void {
    const { state, scene, people, control, panels } = this.#viewer;
    this.#origin = origin;
    this.#tell("stateChanged", { state });
    this.#tell("titleChanged", { title: scene.title });
    this.#tell("peopleChanged", { people: people.all });
    this.#tell("controlChanged", { control: control.state });
    this.#tell("panelsChanged", { panels: panels.all, changed: null });
    this.#tell("sceneStateChanged", { state: scene.state });
    this.#tell("noticeChanged", { text: scene.notice });
  }

  #tell<Name extends keyof FrameEvents>(name: Name, detail: FrameEvents[Name]): void {
    if (this.#origin !== null) this.#post({ kind: "event", name, detail } as FromFrame, this.#origin);
  }

  /** FM3 */
  async #answer(command: Command): Promise<FromFrame> {
    const { number } = command;
    try {
      return { kind: "answer", number, error: null, result: await this.#do(command) };
    } catch (error) {
      return { kind: "answer", number, error: wordsOf(error), result: null };
    }
  }

  async #do(command: Command): Promise<Blob | null> {
    const viewer = this.#viewer;
    if (command.kind !== "pause" && command.kind !== "resume") await this.#sceneThere(command.kind === "snapshot");
    switch (command.kind) {
      case "snapshot":
        return await viewer.snapshot();
      case "set-controls":
        viewer.panels.setAll(command.values);
        return null;
      case "send":
        viewer.scene.send(command.data);
        return null;
      case "pause":
        viewer.pause();
        return null;
      case "resume":
        viewer.resume();
        return null;
    }
  }

  /** FM3: resolves when the scene is there, with a picture or at least with its controls, or is known not to come by itself. */
  #sceneThere(withPicture: boolean): Promise<void> {
    const viewer = this.#viewer;
    const isComing = (): boolean => onTheWay.has(viewer.state.kind) && (withPicture || viewer.panels.all.length === 0);
    if (!isComing()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = (): void => {
        if (isComing()) return;
        for (const off of offs) off();
        resolve();
      };
      const offs = [viewer.on("stateChanged", look), viewer.on("panelsChanged", look)];
    });
  }

  #post(message: FromFrame, origin: string): void {
    window.parent.postMessage(marked(message), origin);
  }

  /** FM1 */
  #mayDrive(origin: string): Promise<boolean> {
    if (origin === location.origin) return Promise.resolve(true);
    const known = this.#known.get(origin) ?? askServer(origin);
    this.#known.set(origin, known);
    known.catch(() => this.#known.delete(origin));
    return known.catch(() => false);
  }
}

async function askServer(origin: string): Promise<boolean> {
  const { status } = await fetch(`access/driver?origin=${encodeURIComponent(origin)}`);
  if (status !== 204 && status !== 403) throw new Error(`The server answered ${status}.`);
  return status === 204;
}

function refusalOf(origin: string): string {
  return `Pages of ${origin} may not drive this one. The server has to be started with --frame-driver ${origin} (http.frameDrivers).`;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
