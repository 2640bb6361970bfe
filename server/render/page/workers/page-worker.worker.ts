/** The thread of a scene's Worker: lays the web's API out, then runs the script or module. Started by URL only. */

import { registerHooks } from "node:module";
import nodeProcess from "node:process";
import { runInThisContext } from "node:vm";
import { workerData } from "node:worker_threads";
import { threadPort } from "../../../platform/threads.ts";
import type { FromPageWorker, PageWorkerData, ToPageWorker } from "./page-worker-protocol.ts";
import { WorkerScope } from "./worker-scope.ts";

const OURS = /^(?:three|scenecast)(?:\/|$)/;

const data = workerData as PageWorkerData;
const port = threadPort();

function main(): void {
  const scope = new WorkerScope(data, {
    post: (message, transfer) => port.postMessage(message, [...transfer]),
    run: (source, address) => void runInThisContext(source, { filename: address }),
    close: () => nodeProcess.exit(0),
    onError: tell,
  });
  scope.install();
  pretendToBeNoNode();
  // A worker's three is the scene's.
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, OURS.test(specifier) ? { ...context, parentURL: import.meta.url } : context),
  });
  nodeProcess.on("uncaughtException", tell);
  nodeProcess.on("unhandledRejection", tell);
  let ready = Promise.resolve();
  port.on("message", (message: ToPageWorker) => {
    switch (message.kind) {
      case "script":
        runInThisContext(message.source, { filename: message.address });
        break;
      case "module":
        ready = import(message.address).then(() => undefined, tell);
        break;
      case "message":
        // Those that come while a module is loaded wait for it.
        void ready.then(() => scope.receive(message.data));
    }
  });
}

function tell(error: unknown): void {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  port.postMessage({ kind: "error", name, message, stack } satisfies FromPageWorker);
}

/** What Emscripten compiled takes files from Node's disk where it finds Node's version, and not what the page gives it. */
function pretendToBeNoNode(): void {
  const { node: _, ...versions } = nodeProcess.versions;
  const value: unknown = Object.create(nodeProcess, { versions: { value: versions } });
  Object.defineProperty(globalThis, "process", { value, configurable: true, writable: true });
}

main();
