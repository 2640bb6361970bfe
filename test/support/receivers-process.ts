/** The process of many light viewers, so that what they cost is not counted to the server. Started by receivers.ts. */

import { toPlainError } from "../../shared/errors.ts";
import { type LightViewer, openLightSocket, openLightWhep } from "./light-viewer.ts";
import type { FromReceivers, ToReceivers } from "./receivers.ts";

const viewers: LightViewer[] = [];

async function obey(message: ToReceivers): Promise<FromReceivers> {
  switch (message.kind) {
    case "open":
      // One after the other, so that those who watch already are disturbed by one handshake at a time.
      for (let opened = 0; opened < message.count; opened += 1) {
        const open = message.way === "webrtc" ? openLightWhep : openLightSocket;
        // As a page does, a viewer that did not connect in time tries once more.
        viewers.push(await open(message.url).catch(() => open(message.url)));
      }
      break;
    case "close":
      await Promise.all(viewers.splice(viewers.length - message.count).map((viewer) => viewer.close()));
      break;
    case "take":
      break;
  }
  const { user, system } = process.cpuUsage();
  const cpuMs = (user + system) / 1000;
  return { kind: "done", cpuMs, counts: message.kind === "take" ? viewers.map((viewer) => viewer.take()) : [] };
}

process.on("message", (message: ToReceivers) => {
  const failed = (error: unknown): FromReceivers => ({ kind: "failed", error: toPlainError(error) });
  void obey(message)
    .catch(failed)
    .then((answer) => process.send?.(answer));
});
process.on("disconnect", () => process.exit(0));
