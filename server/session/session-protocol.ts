/** Owns the messages between the main process and the process of a scene, sent over Node's IPC channel. */

import type { ConsoleLine } from "../../shared/console.ts";
import type { PointerWish } from "../../shared/cursor.ts";
import type { MessageBody } from "../../shared/custom-message.ts";
import type { PlainError } from "../../shared/errors.ts";
import type { PanelChange, PanelNews } from "../../shared/panels.ts";
import type { ServerMessage, ViewerMessage } from "../../shared/signaling.ts";
import type { ChromaWish, PictureSize, VideoCodec } from "../../shared/video.ts";
import type { OutputFigures, OutputNews, StreamPiece } from "../encode/mux/mux-protocol.ts";
import type { PictureFormat } from "../encode/pictures/picture-protocol.ts";
import type { PictureWish } from "../frames/picture-wish.ts";
import type { ResolvedQuality } from "../options/quality-options.ts";
import type { GivenParameters } from "../platform/given-parameters.ts";
import type { ParameterValues } from "../platform/parameters.ts";
import type { ThreadSpans } from "../platform/trace.ts";
import type { FromSceneData, ToSceneData } from "../render/data/data-protocol.ts";
import type { RenderScale } from "../render/drawn-scale.ts";
import type {
  MessageSender,
  MirrorAsked,
  ParameterNews,
  Played,
  RendererInfo,
  StartReport,
  ToldInput,
} from "../render/render-protocol.ts";
import type { PulsePlace } from "../render/render-pulse.ts";
import type { ArrivedFrame, SlotFreed, SourceOpened, ToldEvent } from "../render/source-protocol.ts";
import type { IceSettings } from "../transport/ice/ice-servers.ts";
import type { OutputWish } from "./output-wish.ts";
import type { SessionReport } from "./session-report.ts";

export type { MessageSender, RendererInfo, StartReport, ToldInput };

/** What of a viewer's words concerns its connections; the main process deals with the rest. */
export type ConnectionMessage = Extract<
  ViewerMessage,
  { readonly kind: "offer" | "candidate" | "stream" | "disconnect" | "pause" | "view" }
>;

/** What a scene's process is told of the scene and of how to stream it. */
export type SceneConfig = {
  /** The scene module as a `file:` URL; `frames:` where another program makes the pictures, `studio:` for a layout (scene-address.ts). */
  readonly sceneUrl: string;
  /** How large the picture is, to begin with. */
  readonly size: PictureSize;
  /** Whether it takes the shape of the window of who steers. */
  readonly followsWindow: boolean;
  /** The most frames a second, 1 to 240. */
  readonly maxFps: number;
  /** How large the picture is drawn while things move, without a GPU. */
  readonly scale: RenderScale;
  /** Whether all around the camera is drawn, whatever the scene says. Default false. */
  readonly panorama?: boolean;
  /** The codec for everybody, or null to choose for each viewer what it can and the server prefers. */
  readonly codec: VideoCodec | null;
  /** How fine colours are. */
  readonly chroma: ChromaWish;
  /** What a viewer's stream may take, in bits a second. */
  readonly bitrateBps: number;
  readonly quality: ResolvedQuality;
  /** Load the scene anew when its file, or one that it imports, changes. */
  readonly watch: boolean;
  /** The addresses to gather ICE candidates on; null for every one of the machine. */
  readonly iceHost: string | null;
  readonly ice: IceSettings;
  /** Whether viewers see each other's pointers. */
  readonly presence: boolean;
  /** Where its input comes from. Default "viewers". */
  readonly inputs?: SceneInputs;
};

/**
 * Where a scene's input comes from: from its viewers; from them, and the main process is told of it; or played by the main process,
 * in time or by a clock that is stepped from one input to the next.
 */
export type SceneInputs = "viewers" | "viewers-told" | "played" | "stepped";

/** What is played into a scene. */
export type PlayedMessage = Extract<ToSession, { readonly kind: "inputs-played" | "size-played" }>;

/** What a scene's process needs to start: the same, how it is to reach OpenGL, and the most pixels that the picture may come to have. */
export type SessionConfig = SceneConfig & { readonly backend: RendererInfo["backend"]; readonly maxPixels: number };

/** The most pixels of a picture that follows a window; any may come to have so many. */
export const MAX_WINDOW_PIXELS: number = 2560 * 1440;

/** Whose messages a scene takes: of who has control, or of everybody. */
export type MessagesFrom = "control" | "everyone";

/** What a Motion JPEG stream looks like: frames a second at most, quality 1 to 100, size or null for the scene's own. */
export type JpegForm = { readonly maxFps: number; readonly quality: number; readonly size: PictureSize | null };

/** What a snapshot looks like. `quality` 1 to 100 counts for jpg and webp. */
export type SnapshotForm = {
  readonly format: PictureFormat;
  readonly quality: number;
  readonly size: PictureSize | null;
};

/** The formats in which nothing is lost. */
export type ExactFormat = Extract<PictureFormat, "png" | "webp-exact">;

export function exactForm(format: ExactFormat): SnapshotForm {
  return { format, quality: 100, size: null };
}

/** How a scene's process does. */
export type ScenePulse = {
  /** How long the scene's thread has not come back to its event loop. */
  readonly silentMs: number;
  /** Where in the scene it is. */
  readonly place: PulsePlace;
  /** The place in the scene's source where it is, `scene.ts:12:5`; null where that is not known. */
  readonly where: string | null;
  /** Whether a scene is on its way, which may take any time. */
  readonly isStarting: boolean;
  /** Whether a debugger is attached, which may halt it. */
  readonly isDebugged: boolean;
};

/** What a scene is to begin with. */
export type SceneBeginning = {
  /** The JSON text of the state; null for its own. */
  readonly sceneState: string | null;
  readonly parameters: GivenParameters;
  /** The data that there is. */
  readonly data: readonly ToSceneData[];
};

/** The main process is the only sender. `viewerId` is of its choice and unique in a session's life. */
export type ToSession =
  | ({ readonly kind: "start"; readonly config: SessionConfig } & SceneBeginning)
  /** `person` is its number among the people. Its input does not reach the scene before `control-changed` names it. */
  | {
      readonly kind: "viewer-joined";
      readonly viewerId: string;
      readonly person: number;
      readonly paused: boolean;
      /** What video may take of its WebSocket, in bits a second; without it as much as of other ways. */
      readonly socketMaxBps?: number;
    }
  /** A viewer said something of its connections. */
  | { readonly kind: "viewer-message-received"; readonly viewerId: string; readonly message: ConnectionMessage }
  /** These viewers' input reaches the scene from now on, and that of no others. */
  | { readonly kind: "control-changed"; readonly viewerIds: readonly string[] }
  /** A message of a viewer for the scene. */
  | { readonly kind: "scene-message-received"; readonly from: MessageSender; readonly body: MessageBody }
  /** The scene is to take this state; JSON text. */
  | { readonly kind: "scene-state-wanted"; readonly state: string }
  /** The scene's parameters are to have these values; answered by `parameters-set`. */
  | { readonly kind: "parameters-wanted"; readonly requestId: number; readonly values: ParameterValues }
  /** For the scene's data; also while it starts. */
  | { readonly kind: "data-sent"; readonly message: ToSceneData }
  /** A control of a panel is to take this value, which a viewer gave it. */
  | { readonly kind: "panel-changed"; readonly change: PanelChange; readonly viewerId: string | null }
  /** The picture is to have this size, whatever windows say; null: it follows the window of who steers. */
  | { readonly kind: "size-wanted"; readonly size: PictureSize | null }
  /** A piece of a replay, where input is played (`inputs`); answered by `inputs-played`. */
  | ({ readonly kind: "inputs-played" } & Played)
  /** In a replay the picture takes this size. */
  | { readonly kind: "size-played"; readonly size: PictureSize }
  | { readonly kind: "viewer-left"; readonly viewerId: string }
  /** Binary messages of a viewer by WebSocket, or by HTTP where there is none (socket-message.ts), in their order. */
  | { readonly kind: "viewer-bytes-received"; readonly viewerId: string; readonly messages: readonly Uint8Array[] }
  /** Somebody watches Motion JPEG of this sort, or nobody does any more. `streamId` is the main process's choice. */
  | { readonly kind: "jpeg-wanted"; readonly streamId: string; readonly form: JpegForm }
  | { readonly kind: "jpeg-unwanted"; readonly streamId: string }
  /**
   * A snapshot of the newest picture; answered by `snapshot-taken` or `snapshot-refused` with the same requestId. `known`
   * are the tags of the pictures that the asker has.
   */
  | {
      readonly kind: "snapshot-wanted";
      readonly requestId: number;
      readonly form: SnapshotForm;
      readonly known: readonly string[];
    }
  /** A program came that makes the pictures; the same again to a process that was started since. */
  | ({ readonly kind: "source-opened" } & SourceOpened)
  /** It has put a frame into a slot; `slot-freed` answers. */
  | ({ readonly kind: "frame-arrived" } & ArrivedFrame)
  /** A WHEP offer; answered by `whep-answered` or `whep-refused` with the same viewerId. */
  | { readonly kind: "whep-offered"; readonly viewerId: string; readonly person: number; readonly sdp: string }
  | { readonly kind: "output-wish"; readonly wish: OutputWish }
  /** A studio on this machine wants the pictures of this room so, or none any more (null). `mirrorId` is never another's. */
  | { readonly kind: "mirror-wanted"; readonly mirrorId: string; readonly wish: PictureWish | null }
  /** For a studio: why a room that it asked for gives no pictures; null: it gives some, or is about to. */
  | { readonly kind: "mirror-told"; readonly mirrorId: string; readonly trouble: string | null }
  /** Begins a trace of the process, or ends it; `trace-taken` answers the latter. */
  | { readonly kind: "trace-wanted"; readonly on: boolean }
  | { readonly kind: "stop" };

/** The scene's process is the only sender. */
export type FromSession =
  | {
      readonly kind: "ready";
      readonly renderer: RendererInfo;
      readonly title: string;
      readonly size: PictureSize;
      readonly messagesFrom: MessagesFrom;
    }
  /** It lives; once a second from its start to its end. */
  | ({ readonly kind: "pulse" } & ScenePulse)
  /** How its start goes, once a second until `ready`. */
  | ({ readonly kind: "start-progressed" } & StartReport)
  /** The scene's own files, where they are watched; again when there are more. */
  | { readonly kind: "files-found"; readonly files: readonly string[] }
  /** The scene printed something; bounded in size and rate. */
  | ({ readonly kind: "console-printed" } & ConsoleLine)
  /** It could not start and ends now. */
  | { readonly kind: "failed"; readonly error: PlainError }
  /** To be sent to a viewer. */
  | { readonly kind: "send-viewer-message"; readonly viewerId: string; readonly message: ServerMessage }
  /** A viewer takes nothing of its video for long: its WebSocket is to be cut. */
  | { readonly kind: "viewer-stuck"; readonly viewerId: string; readonly reason: string }
  /** To be sent to the WebSockets of these viewers, the same to all. */
  | { readonly kind: "send-viewer-bytes"; readonly viewerIds: readonly string[]; readonly bytes: Uint8Array }
  | { readonly kind: "jpeg-encoded"; readonly streamId: string; readonly bytes: Uint8Array }
  /** `tag` names the picture and the form; `bytes` is null where it is one of those that were known. */
  | {
      readonly kind: "snapshot-taken";
      readonly requestId: number;
      readonly tag: string;
      readonly bytes: Uint8Array | null;
      readonly encodeMs: number;
    }
  | { readonly kind: "snapshot-refused"; readonly requestId: number; readonly error: PlainError }
  /** The scene may be about to rest: this picture of it is being drawn. `rest-changed` tells what became of it. */
  | { readonly kind: "rest-begun"; readonly picture: string }
  /** The picture has another size from now on. */
  | { readonly kind: "picture-resized"; readonly size: PictureSize }
  /** The scene rests; `picture` is the name of what it shows. Null: it moves again. */
  | { readonly kind: "rest-changed"; readonly picture: string | null }
  | { readonly kind: "whep-answered"; readonly viewerId: string; readonly sdp: string }
  | { readonly kind: "whep-refused"; readonly viewerId: string; readonly error: PlainError }
  /** A viewer's connection ended by itself; for WHEP viewers this ends the resource. */
  | { readonly kind: "viewer-closed"; readonly viewerId: string; readonly reason: string }
  /** The scene threw and the stream goes on with what it has; null when it works again. */
  | { readonly kind: "notice"; readonly text: string | null }
  /** The scene gave itself another title. */
  | { readonly kind: "title-changed"; readonly title: string }
  | { readonly kind: "scene-reloaded"; readonly title: string; readonly messagesFrom: MessagesFrom }
  /** Input of these viewers reached the scene. At most once a second. */
  | { readonly kind: "viewers-active"; readonly viewerIds: readonly string[] }
  /** The scene has the piece of a replay that came last. */
  | { readonly kind: "inputs-played" }
  /** All input that reached the scene, in its order; five times a second, where it is wanted (`inputs`). */
  | { readonly kind: "inputs-told"; readonly inputs: readonly ToldInput[] }
  /** To be sent to a person, or to everybody (null): a message of the scene. */
  | { readonly kind: "send-scene-message"; readonly to: number | null; readonly body: MessageBody }
  /** The scene's state changed: JSON text, or null where it gives none. At most four times a second. */
  | { readonly kind: "scene-state-changed"; readonly state: string | null }
  /** The parameters of the scene, at every change; each process tells of them before it is ready. */
  | { readonly kind: "parameters-told"; readonly news: ParameterNews }
  | { readonly kind: "parameters-set"; readonly requestId: number; readonly error: PlainError | null }
  /** Of the scene's data. */
  | { readonly kind: "data-said"; readonly message: FromSceneData }
  /** The scene wants another cursor over its picture, or listens to drags or does not any more. */
  | ({ readonly kind: "cursor-changed" } & PointerWish)
  /** The panels of the scene, whole; each process tells of them before it is ready. */
  | { readonly kind: "panels-told"; readonly news: PanelNews }
  /** What differs from the last whole of the same revision. */
  | { readonly kind: "panel-changes-told"; readonly news: PanelNews }
  /** A slot is the program's again that makes the pictures. */
  | ({ readonly kind: "slot-freed" } & SlotFreed)
  /** The program is to be told this. */
  | ({ readonly kind: "canvas-event" } & ToldEvent)
  /** Whether anybody watches the pictures of the program. */
  | { readonly kind: "source-watched"; readonly watched: boolean }
  | { readonly kind: "output-told"; readonly outputId: string; readonly news: OutputNews }
  /** Of an output that is cut into segments; its last ones come before it is told that it is over. */
  | { readonly kind: "output-piece"; readonly outputId: string; readonly piece: StreamPiece }
  | { readonly kind: "clip-saved"; readonly requestId: number; readonly figures: OutputFigures }
  | { readonly kind: "clip-refused"; readonly requestId: number; readonly error: PlainError }
  /** A studio asks for the pictures of another room. */
  | ({ readonly kind: "mirror-asked" } & MirrorAsked)
  /** A mirror of this room is over whose memory could not be written. */
  | { readonly kind: "mirror-refused"; readonly mirrorId: string; readonly reason: string }
  | { readonly kind: "report"; readonly report: SessionReport }
  /** What each thread did while the trace ran. */
  | { readonly kind: "trace-taken"; readonly threads: readonly ThreadSpans[] }
  | { readonly kind: "log"; readonly level: "debug" | "info" | "warn" | "error"; readonly text: string };
