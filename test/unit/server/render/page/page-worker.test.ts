/** Worker of a page: server/render/page/workers. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { REVISION } from "three";
import { afterEach, expect, test } from "vitest";
import { Addresses } from "../../../../../server/render/page/network/addresses.ts";
import { pageWorkerOf } from "../../../../../server/render/page/workers/page-worker.ts";

type Heard = Event & { readonly data: unknown; readonly message: string };
type Worker = EventTarget & { postMessage(data: unknown, transfer?: unknown): void; terminate(): void };

const assets = new URL("../../../../fixtures/page-assets/scene.ts", import.meta.url).href;
const errors: unknown[] = [];
const workers = new Set<{ release(): void }>();
const PageWorker = pageWorkerOf({
  addresses: new Addresses(assets),
  onError: (error) => void errors.push(error),
  workers,
});

afterEach(() => {
  for (const worker of workers) (worker as unknown as Worker).terminate();
  errors.length = 0;
});

function start(source: string): Worker {
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new PageWorker(address) as Worker;
  // As scenes do.
  URL.revokeObjectURL(address);
  return worker;
}

function next(worker: Worker, type: string = "message"): Promise<Heard> {
  return new Promise((resolve) => worker.addEventListener(type, (event) => resolve(event as Heard), { once: true }));
}

test("runs the script of a blob, whose address is revoked at once, and answers what was posted before it ran", async () => {
  const worker = start("let sum = 0; onmessage = ({ data }) => { sum += data; postMessage(sum); };");
  worker.postMessage(1);
  expect((await next(worker)).data).toBe(1);
  worker.postMessage(2);
  expect((await next(worker)).data).toBe(3);
});

test("moves what is transferred, both ways", async () => {
  const worker = start(
    "self.addEventListener('message', ({ data }) => postMessage({ data }, { transfer: [data.buffer] }));",
  );
  const bytes = new Uint8Array([1, 2, 3]);
  worker.postMessage(bytes, [bytes.buffer]);
  expect(bytes.byteLength).toBe(0);
  expect((await next(worker)).data).toEqual({ data: new Uint8Array([1, 2, 3]) });
});

test("has what a worker of a page has, and nothing by which compiled code would take it for Node", async () => {
  const worker = start(`postMessage({
    self: self === globalThis,
    names: [typeof importScripts, typeof XMLHttpRequest, typeof fetch, typeof OffscreenCanvas, typeof createImageBitmap, typeof location.href],
    absent: [typeof window, typeof document, typeof require, typeof process.versions.node],
  })`);
  expect((await next(worker)).data).toEqual({
    self: true,
    names: ["function", "function", "function", "function", "function", "string"],
    absent: ["undefined", "undefined", "undefined", "undefined"],
  });
});

test("importScripts runs files beside the scene, three's own, and blobs that the worker makes", async () => {
  const worker = start(`
    importScripts(URL.createObjectURL(new Blob(["self.fromBlob = ", "7"])), "jsm/libs/draco/draco_decoder.js");
    let failure;
    try { importScripts("http://127.0.0.1:1/x.js"); } catch (error) { failure = error.message; }
    postMessage([fromBlob, typeof DracoDecoderModule, failure]);
  `);
  const [fromBlob, draco, failure] = (await next(worker)).data as [number, string, string];
  expect([fromBlob, draco]).toEqual([7, "function"]);
  expect(failure).toContain("importScripts() can read only files, not http://127.0.0.1:1/x.js");
});

test("a module of a file, in TypeScript, has the scene's three", async () => {
  const worker = new PageWorker("answering.worker.ts", { type: "module" }) as Worker;
  worker.postMessage("hello");
  expect((await next(worker)).data).toEqual({ data: "hello", revision: REVISION });
});

test("fetches relative to the scene's file", async () => {
  const worker = start("fetch('part.mtl').then((response) => response.text()).then(postMessage);");
  expect((await next(worker)).data).toContain("newmtl red");
});

test("what it throws is an error event, else told to the page, and it goes on", async () => {
  const worker = start("onmessage = ({ data }) => { if (data) throw new RangeError('too much'); postMessage('on'); };");
  worker.postMessage(true);
  const [failed, error] = await Promise.all([
    next(worker, "error").then(({ message }) => message),
    Promise.resolve()
      .then(() => worker.postMessage(false))
      .then(() => next(worker)),
  ]);
  expect([failed, error.data, errors]).toEqual(["too much", "on", []]);
  worker.postMessage(true);
  worker.postMessage(false);
  await next(worker);
  expect(String(errors[0])).toBe("RangeError: too much");
});

test("a script that is not there is an error", async () => {
  const worker = new PageWorker("not-there.js") as Worker;
  expect((await next(worker, "error")).message).toContain("not-there.js");
});

test("ends when it is told to, and by itself", async () => {
  const worker = start("onmessage = () => close();");
  expect(workers.size).toBe(1);
  worker.postMessage(1);
  while (workers.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
});

const collect = (): void => {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
};

/** In a function of its own, whose variables refer to the worker no more when it is over. */
async function useAfterRelease(): Promise<unknown[]> {
  const worker = start(`
    const channel = new BroadcastChannel("page-worker-test");
    setInterval(() => channel.postMessage(0), 10);
    onmessage = ({ data }) => postMessage(data);
  `);
  const answers: unknown[] = [];
  for (const message of ["before", "after"]) {
    worker.postMessage(message);
    answers.push((await next(worker)).data);
    for (const one of workers) one.release();
    collect();
  }
  return answers;
}

test("of a page that is closed, it ends when nobody refers to it, and not before (WK1)", async () => {
  const ended = new BroadcastChannel("page-worker-test");
  let beats = 0;
  ended.onmessage = () => void (beats += 1);
  expect(await useAfterRelease()).toEqual(["before", "after"]);
  const isQuiet = async () => {
    collect();
    const before = beats;
    await new Promise((resolve) => setTimeout(resolve, 200));
    return beats === before;
  };
  await expect.poll(isQuiet, { timeout: 4000 }).toBe(true);
  ended.close();
});
