/** A thread that does pieces of work, one after another, in the process of who has the work. Started by URL only. */

import { threadPort } from "../platform/threads.ts";
import { servePieces } from "./piece-server.ts";

const port = threadPort();

port.on(
  "message",
  servePieces((message) => port.postMessage(message)),
);
