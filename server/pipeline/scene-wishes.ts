/** Owns what the scene itself is told of what the main process wants, the other way of scene-news.ts. In the scene's process. */

import type { Renderer } from "../render/renderer.ts";
import type { ToSession } from "../session/session-protocol.ts";
import type { SteeringWindow } from "./steering-window.ts";

/** What the main process says that is for the scene alone. */
type SceneWish = Extract<
  ToSession,
  {
    readonly kind:
      | "scene-message-received"
      | "scene-state-wanted"
      | "parameters-wanted"
      | "inputs-played"
      | "source-opened"
      | "frame-arrived"
      | "mirror-told";
  }
>;

export function tellScene(
  render: Pick<
    Renderer,
    "sendMessage" | "setState" | "setParameters" | "play" | "openSource" | "handleFrame" | "tellMirror"
  >,
  message: SceneWish,
  window: Pick<SteeringWindow, "setMaxPixels"> | null,
): void {
  switch (message.kind) {
    case "scene-message-received":
      return render.sendMessage(message.from, message.body);
    case "scene-state-wanted":
      return render.setState(message.state);
    case "parameters-wanted":
      return render.setParameters(message.requestId, message.values);
    case "inputs-played":
      return render.play(message);
    case "source-opened":
      window?.setMaxPixels(message.maxPixels);
      return render.openSource(message);
    case "frame-arrived":
      return render.handleFrame(message);
    case "mirror-told":
      return render.tellMirror(message.mirrorId, message.trouble);
  }
}
