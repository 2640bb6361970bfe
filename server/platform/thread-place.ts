/**
 * Owns finding out where in its source a thread is that does not come back, in the main thread of its process: it is halted for
 * a moment by Node's inspector, asked for its stack, and let go on. No port is opened for it.
 */

import { Session } from "node:inspector";
import { SourceMap, type SourceMapPayload } from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const WITHIN_MS = 2_000;
const serverFolder: string = new URL("../", import.meta.url).href;

type Frame = {
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber: number };
};
type Script = { readonly url: string; readonly sourceMapURL?: string };
/** What of the protocol of Chrome's tools is read here. */
type FromThread =
  | { readonly method: "Debugger.scriptParsed"; readonly params: Script & { readonly scriptId: string } }
  | { readonly method: "Debugger.paused"; readonly params: { readonly callFrames: readonly Frame[] } }
  | { readonly method?: undefined };

/** The place in the scene's own source, `scene.ts:12:5`, where the thread of this name is; null where none is found. */
export async function placeOfThread(name: string): Promise<string | null> {
  const session = new Session();
  session.connect();
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const deadline = setTimeout(() => resolve(null), WITHIN_MS);
  const scripts = new Map<string, Script>();
  let threadId: string | null = null;
  const say = (method: string): void => {
    if (threadId === null) return;
    const message = JSON.stringify({ id: 1, method });
    session.post("NodeWorker.sendMessageToWorker", { sessionId: threadId, message });
  };
  session.on("NodeWorker.attachedToWorker", ({ params }) => {
    if (!params.workerInfo.title.endsWith(` ${name}`)) return;
    threadId = params.sessionId;
    say("Debugger.enable");
    say("Debugger.pause");
  });
  session.on("NodeWorker.receivedMessageFromWorker", ({ params }) => {
    const message = JSON.parse(params.message) as FromThread;
    if (message.method === "Debugger.scriptParsed") scripts.set(message.params.scriptId, message.params);
    if (message.method === "Debugger.paused") resolve(placeIn(message.params.callFrames, scripts));
  });
  session.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
  const place = await promise;
  clearTimeout(deadline);
  // Which lets it go on.
  say("Debugger.disable");
  setTimeout(() => session.disconnect(), WITHIN_MS / 4).unref();
  return place;
}

function placeIn(frames: readonly Frame[], scripts: ReadonlyMap<string, Script>): string | null {
  for (const { location } of frames) {
    const script = scripts.get(location.scriptId);
    const url = script?.url ?? "";
    const isOwn = url.startsWith("file:") && !url.startsWith(serverFolder) && !url.includes("/node_modules/");
    if (script === undefined || !isOwn) continue;
    const { line, column } = sourcePlace(script, location.lineNumber, location.columnNumber);
    return `${basename(fileURLToPath(url))}:${line + 1}:${column + 1}`;
  }
  return null;
}

/** What was compiled for the scene carries its source map in itself. */
function sourcePlace({ sourceMapURL = "" }: Script, line: number, column: number): { line: number; column: number } {
  const [, base64] = /^data:application\/json[^,]*;base64,(.*)$/s.exec(sourceMapURL) ?? [];
  if (base64 === undefined) return { line, column };
  try {
    const map = new SourceMap(JSON.parse(Buffer.from(base64, "base64").toString()) as SourceMapPayload);
    const entry = map.findEntry(line, column);
    return "originalLine" in entry ? { line: entry.originalLine, column: entry.originalColumn } : { line, column };
  } catch {
    return { line, column };
  }
}
