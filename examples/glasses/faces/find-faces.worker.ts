/**
 * Finds the faces of a picture: 478 points of each, by @vladmandic/human on TensorFlow's WebAssembly. A thread of its own, for libraries
 * that look whether they are in a page.
 */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort } from "node:worker_threads";
import type { FaceAnswer, FoundFaces, Picture } from "./found-faces.ts";

/** What is used of the libraries, which are installed in this folder alone. */
type Detector = {
  readonly faceTriangulation: readonly number[];
  load(): Promise<void>;
  detect(tensor: unknown): Promise<{
    readonly error: string | null;
    readonly face: readonly { readonly meshRaw: readonly (readonly [number, number, number])[] }[];
  }>;
};
type TensorFlow = {
  tensor(values: Int32Array, shape: readonly number[], type: "int32"): unknown;
  dispose(tensor: unknown): void;
};

const require = createRequire(import.meta.url);
const human = dirname(require.resolve("@vladmandic/human"));

/** Every picture is looked at anew, so that what is found hangs on it alone. */
const config = {
  debug: false,
  backend: "wasm",
  wasmPath: `${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`,
  modelBasePath: pathToFileURL(join(human, "../models/")).href,
  cacheSensitivity: 0,
  filter: { enabled: false },
  face: {
    enabled: true,
    detector: { rotation: true, maxDetected: 8, minConfidence: 0.3 },
    mesh: { enabled: true },
    iris: { enabled: true },
    ...{ description: { enabled: false }, emotion: { enabled: false } },
    ...{ antispoof: { enabled: false }, liveness: { enabled: false } },
  },
  ...{ body: { enabled: false }, hand: { enabled: false }, object: { enabled: false } },
  ...{ gesture: { enabled: false }, segmentation: { enabled: false } },
};

// The models are files, which Node's own fetch does not read.
const fetchOfNetwork = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  return url.startsWith("file:") ? new Response(await readFile(new URL(url))) : await fetchOfNetwork(input, init);
};

async function open(): Promise<{ readonly tf: TensorFlow; readonly detector: Detector }> {
  const tf = require("@tensorflow/tfjs-core") as TensorFlow;
  const { Human } = require(join(human, "human.node-wasm.js")) as { Human: new (options: object) => Detector };
  const detector = new Human(config);
  await detector.load();
  return { tf, detector };
}

const opened = open();

/** The library divides depths by the size of its model, but the others by that of the picture. */
const DEPTH = 192;

async function find({ width, height, pixels }: Picture): Promise<FoundFaces> {
  const { tf, detector } = await opened;
  const colours = new Int32Array(width * height * 3);
  for (let from = 0, to = 0; to < colours.length; from += 4, to += 3) {
    colours[to] = pixels[from] ?? 0;
    colours[to + 1] = pixels[from + 1] ?? 0;
    colours[to + 2] = pixels[from + 2] ?? 0;
  }
  const tensor = tf.tensor(colours, [1, height, width, 3], "int32");
  const { error, face } = await detector.detect(tensor);
  tf.dispose(tensor);
  if (error !== null) throw new Error(error);
  const faces = face
    .filter(({ meshRaw }) => meshRaw.length >= 478)
    .map(({ meshRaw }) => Float32Array.from(meshRaw.flatMap(([x, y, z]) => [x * width, y * height, z * DEPTH])));
  return { faces, triangles: detector.faceTriangulation };
}

let work: Promise<void> = Promise.resolve();
parentPort?.on("message", (picture: Picture) => {
  work = work.then(async () => {
    const answer: FaceAnswer = await find(picture).then(
      (found) => ({ found }),
      (error: unknown) => ({ failed: String(error) }),
    );
    parentPort?.postMessage(answer);
  });
});
