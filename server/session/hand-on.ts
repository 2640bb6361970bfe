/** Owns what of a scene's process is only handed on, as an event of its session, in the main process. */

import type { Emitter } from "../../shared/emitter.ts";
import type { SessionEvents } from "./session-events.ts";
import type { FromSession } from "./session-protocol.ts";

type HandedOn = Extract<
  FromSession,
  {
    readonly kind:
      | "send-viewer-message"
      | "send-viewer-bytes"
      | "viewer-stuck"
      | "viewer-closed"
      | "notice"
      | "console-printed"
      | "viewers-active"
      | "inputs-played"
      | "inputs-told"
      | "send-scene-message"
      | "cursor-changed"
      | "report"
      | "mirror-asked"
      | "mirror-refused"
      | "trace-taken"
      | "log";
  }
>;

/** Emits the event of a session that says what `message` does. */
export function handOn(message: HandedOn, events: Emitter<SessionEvents>): void {
  switch (message.kind) {
    case "send-viewer-message":
      return events.emit("viewerMessageSent", { viewerId: message.viewerId, message: message.message });
    case "send-viewer-bytes":
      return events.emit("viewerBytesSent", { viewerIds: message.viewerIds, bytes: message.bytes });
    case "viewer-stuck":
      return events.emit("viewerStuck", { viewerId: message.viewerId });
    case "viewer-closed":
      return events.emit("viewerClosed", { viewerId: message.viewerId, reason: message.reason });
    case "notice":
      return events.emit("noticed", { text: message.text });
    case "console-printed":
      return events.emit("consolePrinted", { level: message.level, text: message.text });
    case "viewers-active":
      return events.emit("viewersActive", { viewerIds: message.viewerIds });
    case "inputs-played":
      return events.emit("inputsPlayed", {});
    case "inputs-told":
      return events.emit("inputsTold", { inputs: message.inputs });
    case "send-scene-message":
      return events.emit("sceneMessageSent", { to: message.to, body: message.body });
    case "cursor-changed":
      return events.emit("cursorChanged", { cursor: message.cursor, takesDrags: message.takesDrags });
    case "report":
      return events.emit("reported", { report: message.report });
    case "mirror-asked":
      return events.emit("mirrorAsked", { mirrorId: message.mirrorId, room: message.room, wish: message.wish });
    case "mirror-refused":
      return events.emit("mirrorRefused", { mirrorId: message.mirrorId, reason: message.reason });
    case "trace-taken":
      return events.emit("traceTaken", { threads: message.threads });
    case "log":
      return events.emit("logged", { level: message.level, text: message.text });
  }
}
