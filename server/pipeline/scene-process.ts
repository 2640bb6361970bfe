/**
 * The process of one scene: joins its stages. Started by URL only; it ends when the main process does.
 *
 * scene → render thread → frame ring → encode thread → packets → viewers → transport, and input the other way.
 */

import { MessageChannel } from "node:worker_threads";
import { toPlainError } from "../../shared/errors.ts";
import { profileThread } from "../platform/cpu-profile.ts";
import { placeOfThread } from "../platform/thread-place.ts";
import { openTrace, startTrace, takeTrace } from "../platform/trace.ts";
import type { FromSceneData } from "../render/data/data-protocol.ts";
import type { FromSession, ToSession } from "../session/session-protocol.ts";
import { currentCulprit } from "../transport/culprit.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Pipeline } from "./pipeline.ts";
import { StrayErrors } from "./stray-errors.ts";

openTrace();
profileThread("scene");

const send = (message: FromSession): void => {
  if (process.connected) process.send?.(message);
};

let pipeline: Pipeline | null = null;

/** Of data, past the pipeline to the render thread, which takes it before the scene is there. */
const { port1: data, port2: dataPort } = new MessageChannel();
data.on("message", (message: FromSceneData) => send({ kind: "data-said", message }));

process.on("message", (message: ToSession) => {
  switch (message.kind) {
    case "start":
      void start(message);
      break;
    case "stop":
      void stop();
      break;
    case "data-sent":
      data.postMessage(message.message);
      break;
    case "trace-wanted":
      if (message.on) startTrace();
      else send({ kind: "trace-taken", threads: takeTrace() });
      break;
    default:
      pipeline?.handle(message);
  }
});
process.on("disconnect", () => process.exit(0));
// The main process decides when to end; Ctrl-C reaches every process of the terminal.
process.on("SIGINT", () => undefined);
process.on("SIGHUP", () => undefined);
process.on("SIGTERM", () => void stop());
const strays = new StrayErrors({
  culprit: currentCulprit,
  log: (level, text) => send({ kind: "log", level, text }),
});
process.on("uncaughtException", (error) => strays.handle(error));
process.on("unhandledRejection", (error) => strays.handle(error));

// From now on, as loading what comes next takes a while.
const heartbeat = new Heartbeat({
  pulse: () => pipeline?.renderPulse ?? null,
  send: (pulse) => send({ kind: "pulse", ...pulse }),
  locate: () => placeOfThread("render thread"),
});

async function start(message: Extract<ToSession, { readonly kind: "start" }>): Promise<void> {
  const { config, data: values, ...beginning } = message;
  for (const message of values) data.postMessage(message);
  try {
    pipeline = await Pipeline.start(config, { ...beginning, dataPort }, send, fail);
    const { renderer, title, messagesFrom } = pipeline;
    send({ kind: "ready", renderer, title, size: config.size, messagesFrom });
  } catch (error) {
    fail(error);
  }
}

async function stop(): Promise<void> {
  heartbeat.close();
  await pipeline?.close();
  process.exit(0);
}

/** Ends the process with the reason; the main process starts another one. */
function fail(error: unknown): void {
  if (!process.connected) process.exit(1);
  const message: FromSession = { kind: "failed", error: toPlainError(error) };
  process.send?.(message, undefined, undefined, () => process.exit(1));
}
