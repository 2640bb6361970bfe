/** The decoder's thread: nothing but the thread around frame-decoder.ts. Started by canvas-screen.ts. */

import type { FromDecoder, ToDecoder } from "./decoder-protocol.ts";
import { FrameDecoder } from "./frame-decoder.ts";

const tell = (message: FromDecoder): void => globalThis.postMessage(message);
const decoder = new FrameDecoder(tell);

globalThis.addEventListener("message", (event: MessageEvent<ToDecoder>) => decoder.handle(event.data));
tell({ kind: "ready" });
