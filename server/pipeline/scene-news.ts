/** Owns what the main process is told of the scene as the render thread says it. Pure; in the scene's process. */

import type { RendererEvents } from "../render/renderer.ts";
import type { FromSession } from "../session/session-protocol.ts";

type FromRender = RendererEvents["messageReceived"];

/** What the render thread says that is for the main process alone. */
export type SceneNews = Extract<
  FromRender,
  {
    readonly kind:
      | "notice"
      | "console"
      | "files"
      | "reloaded"
      | "message"
      | "state"
      | "cursor"
      | "title"
      | "parameters"
      | "parameters-set"
      | "panels"
      | "panel-changes"
      | "slot-freed"
      | "canvas-event"
      | "source-watched"
      | "mirror-asked";
  }
>;

export function sceneNews(message: SceneNews): FromSession {
  switch (message.kind) {
    case "notice":
      return { kind: "notice", text: message.text };
    case "console":
      return { kind: "console-printed", level: message.level, text: message.text };
    case "files":
      return { kind: "files-found", files: message.files };
    case "reloaded":
      return { kind: "scene-reloaded", title: message.title, messagesFrom: message.messagesFrom };
    case "message":
      return { kind: "send-scene-message", to: message.to, body: message.body };
    case "state":
      return { kind: "scene-state-changed", state: message.state };
    case "title":
      return { kind: "title-changed", title: message.title };
    case "cursor":
      return { kind: "cursor-changed", cursor: message.cursor, takesDrags: message.takesDrags };
    case "parameters":
      return { kind: "parameters-told", news: message.news };
    case "parameters-set":
      return { kind: "parameters-set", requestId: message.requestId, error: message.error };
    case "panels":
      return { kind: "panels-told", news: message.news };
    case "panel-changes":
      return { kind: "panel-changes-told", news: message.news };
    case "slot-freed":
    case "canvas-event":
    case "source-watched":
    case "mirror-asked":
      return message;
  }
}
