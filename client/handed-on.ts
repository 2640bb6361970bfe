/** Owns what of the server's messages is only handed on, as an event of the viewer. */

import type { Emitter } from "../shared/emitter.ts";
import type { ServerMessage } from "../shared/signaling.ts";
import type { Recordings } from "./people/recordings.ts";
import type { ViewerEvents } from "./viewer.ts";

export type HandedOn = Extract<ServerMessage, { readonly kind: "console" | "tunnel" | "recording" }>;

/** Emits the event that says what `message` does. */
export function handOn(message: HandedOn, events: Emitter<ViewerEvents>, recordings: Pick<Recordings, "handle">): void {
  switch (message.kind) {
    case "console":
      return events.emit("consolePrinted", { level: message.level, text: message.text });
    case "tunnel": {
      const { monthBytes, allowanceBytes } = message;
      return events.emit("tunnelUsed", { monthBytes, allowanceBytes });
    }
    case "recording": {
      const { isOn, replaySeconds } = message;
      recordings.handle(message);
      return events.emit("recordingChanged", { isOn, replaySeconds });
    }
  }
}
