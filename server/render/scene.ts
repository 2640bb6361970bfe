/**
 * Owns the contract between a scene module and the render thread. Exported as "scenecast/scene"; imports nothing at run
 * time, so a scene module stays a plain module that also runs in a page or a test.
 */

import type { Camera, DataTexture, Scene as ThreeScene, WebGLRenderer } from "three";
import type { Json, MessageData } from "../../shared/custom-message.ts";
import type { DataDeclarations } from "../../shared/data.ts";
import type { Role } from "../../shared/people.ts";
import type { PictureSize, SceneContent } from "../../shared/video.ts";
import type { ParameterDeclarations, ValuesOf } from "../platform/parameters.ts";
import type { NoData, SceneData } from "./data/scene-data-types.ts";
import type { ControlDeclarations, NoControls, SceneControls } from "./panels/control-declarations.ts";

export type { Json, MessageData } from "../../shared/custom-message.ts";
export type {
  ArrayDeclaration,
  ArrayOf,
  DataDeclaration,
  DataDeclarations,
  DataRange,
  DimensionDeclaration,
  ElementArrays,
  ElementType,
} from "../../shared/data.ts";
export type { SceneContent } from "../../shared/video.ts";
export type {
  BooleanParameter,
  ChoiceParameter,
  DeclaredParameter,
  NumberParameter,
  Parameter,
  ParameterDeclarations,
  ParameterValue,
  ParameterValues,
  TextParameter,
  ValuesOf,
} from "../platform/parameters.ts";
export { type CameraTarget, cameraState, type StateKeeper } from "./camera-state.ts";
export type {
  AnyDataValue,
  ArrayValue,
  BytesValue,
  ChangedData,
  DataAt,
  DataByName,
  DataName,
  DataValue,
  DeclaredData,
  EmptyData,
  JsonValue,
  NoData,
  SceneData,
  ShapeOf,
} from "./data/scene-data-types.ts";
export type {
  ButtonDeclaration,
  ChoiceDeclaration,
  ColourDeclaration,
  ControlDeclaration,
  ControlDeclarations,
  ControlNames,
  ControlType,
  ControlValue,
  FolderDeclaration,
  HoldingType,
  LabelledDeclaration,
  NoControls,
  RangeDeclaration,
  SceneControls,
  SwitchDeclaration,
  TextDeclaration,
} from "./panels/control-declarations.ts";
export { type PanoramaOptions, panoramaCamera } from "./panorama-camera.ts";

/** The time of a scene, in seconds. It stands still while nothing is rendered only if the scene does not animate. */
export type SceneClock = {
  /** Since `setup` was called. */
  readonly elapsed: number;
  /** Since the frame before this one; at most 0.1, so that a pause does not make things jump. */
  readonly delta: number;
};

/** Somebody who watches, as a scene sees it. */
export type SceneViewer = {
  /** Counts the people of the scene from 1; what `SceneMessages.send` takes. */
  readonly id: number;
  /** Empty where the server passes no names on. */
  readonly name: string;
  /** What its link allows. */
  readonly role: Role;
  /** Whether its input reaches the scene. */
  readonly hasControl: boolean;
};

/**
 * Messages between a scene and the pages of its viewers: JSON values of at most 16 384 characters, or bytes, at most
 * 32 768. A viewer may send 50 a second, a scene 200.
 */
export type SceneMessages = {
  /** Sends to everybody. Throws `TypeError` where `data` is too long or cannot be sent, and an error when too fast. */
  broadcast(data: MessageData): void;
  /** Sends to one viewer. One who has left gets nothing. Throws as `broadcast`. */
  send(viewerId: number, data: MessageData): void;
  /** Calls `listener` at every message of a viewer, before the next frame. Returns a function that takes it off again. */
  onMessage(listener: (data: MessageData, from: SceneViewer) => void): () => void;
};

/** The pictures that a render was given by `input`, one for each frame; the same object has the next one before `update` is called. */
export type SceneInput = {
  /** The picture, to be used as a `map` or as `scene.background`. In sRGB, its first row at the top. */
  readonly texture: DataTexture;
  /** Which one it is, from 0; -1 until the first frame, while it is black. */
  readonly number: number;
  /** How many there are. */
  readonly count: number;
  /** When it is shown in its movie, in seconds from the beginning; 0 for pictures. */
  readonly seconds: number;
  /** In pixels. Pictures of a folder may have sizes of their own. */
  readonly width: number;
  readonly height: number;
  /** RGBA, the top row first, to be read only. The next picture has memory of its own. */
  readonly pixels: Uint8Array<ArrayBuffer>;
};

/** What a scene gets to set itself up with. */
export type SceneContext<
  Parameters extends ParameterDeclarations = ParameterDeclarations,
  Controls extends ControlDeclarations = NoControls,
  Data extends DataDeclarations | "any" = NoData,
> = {
  /** The three that the renderer belongs to; the same module that `import "three"` gives in a scene. */
  readonly three: typeof import("three");
  /** The renderer that draws the scene; change its tone mapping, shadows and so on as in a page. */
  readonly renderer: WebGLRenderer;
  /** The size of the picture in pixels; the same object has another size when the picture has. */
  readonly size: PictureSize;
  /** The time of the scene. */
  readonly clock: SceneClock;
  /**
   * Stands for the page's canvas. Pass it to three's controls, or listen to it: `pointerdown`, `pointermove`,
   * `pointerup`, `pointercancel`, `pointerleave`, `click`, `dblclick`, `contextmenu`, `wheel`, `keydown`, `keyup`.
   * Coordinates are pixels of the picture.
   */
  readonly element: HTMLElement;
  /** Messages to and from the pages of viewers. */
  readonly messages: SceneMessages;
  /** The controls that the scene declared: `controls.speed` is what it holds, `controls.onChange("speed", …)` hears of it. */
  readonly controls: SceneControls<Controls>;
  /** The values of the parameters that the scene declares; the same object has others when they change. */
  readonly parameters: ValuesOf<Parameters>;
  /**
   * The data that the scene declares, which programs fill: `data.points` is null or the value, `data.follow("points", …)` is told of
   * it now and whenever it changes.
   */
  readonly data: SceneData<Data>;
  /** The pictures of a movie, an image or a folder that the scene is rendered over (`scenecast render --input`); null where it is not. */
  readonly input: SceneInput | null;
  /** Asks for a frame. Controls and input ask by themselves; call it when something else changed. */
  invalidate(): void;
};

/** What `setup` returns. */
export type SceneParts<Parameters extends ParameterDeclarations = ParameterDeclarations> = {
  /** What is drawn. */
  readonly scene: ThreeScene;
  /** What it is seen by; one whose aspect ratio is that of `size`, which it is kept at when the picture gets another size. */
  readonly camera: Camera;
  /**
   * Called before every frame. Return `true` to be called again for the next frame (it animates), else nothing. A promise is waited for
   * where the scene is rendered off the clock, and there alone.
   */
  update?(clock: SceneClock): boolean | undefined | void | Promise<unknown>;
  /**
   * Draws in place of `renderer.render(scene, camera)`, into the renderer's canvas (render target `null`), for
   * post-processing with `EffectComposer` and the like. Anti-aliasing is up to it then.
   */
  render?(): void;
  /**
   * Called when the picture has another size, in pixels, after `resize` was fired at the window: the picture follows the window
   * of the person who steers. Renderer, camera and `size` have it by then; the targets of a scene that renders by itself are its
   * own. Where it has none, an `EffectComposer` as large as the picture stays so by itself.
   */
  resize?(size: PictureSize): void;
  /**
   * Gives what the scene must know to look the same again, as JSON of at most 16 384 characters: the camera, what is
   * selected. Asked after frames, at most four times a second. The server keeps the newest for a process that is started
   * again, and links carry it.
   */
  getState?(): Json;
  /** Takes what `getState` gave: of a link, or of this scene before it was started again. May be of an older version. */
  setState?(state: Json): void;
  /**
   * Called when the program that runs the server changed parameters: with all values, and the names of those that are others. A
   * frame follows. Where the scene has none it is begun anew with its state, as it is when its file is saved.
   */
  parametersChanged?(
    parameters: ValuesOf<Parameters>,
    changed: readonly (keyof Parameters & string)[],
  ): void | Promise<void>;
  /**
   * Called when the scene is replaced or the server stops. Timers that the scene began, and what three put on the GPU for it,
   * end by themselves; connections and processes of its own do not.
   */
  dispose?(): void;
};

/** A scene: what `defineScene` takes and returns. */
export type SceneDefinition<
  Parameters extends ParameterDeclarations = ParameterDeclarations,
  Controls extends ControlDeclarations = NoControls,
  Data extends DataDeclarations | "any" = NoData,
> = {
  /** Shown as the title of the page. Default: the name of the file. */
  readonly title?: string;
  /** Whether frames are rendered all the time, not only after input or `invalidate()`. Default false. */
  readonly animate?: boolean;
  /** Whose messages the scene takes: those of the person in control, or of everybody. Default `"control"`. */
  readonly messagesFrom?: "control" | "everyone";
  /**
   * What the picture is mostly made of: `"lines"` for thin coloured lines and points, `"text"` for text. Both are sent with
   * a colour for each pixel (4:4:4) to those who can show that, unless the server was told otherwise (`--chroma`); it takes
   * more time to encode. Counts for viewers who come from then on. Default `"surfaces"`.
   */
  readonly content?: SceneContent;
  /**
   * Controls that every viewer's page shows as a panel and whoever has control uses, by name: `{ type: "range", min, max, step,
   * value }`, `switch`, `choice` with `options`, `colour`, `text`, `button`, and `folder` with `controls`; each with a `label`
   * if you like. What they hold is part of the scene's state. Default none.
   */
  readonly controls?: Controls;
  /**
   * What may be set from outside, by name: `{ count: { type: "number", default: 60, min: 1, max: 5000 } }`, or of the type
   * `"boolean"`, `"choice"` with `options`, or `"text"`. Values come from the server's options or `--param count=200`, with
   * `fromLink: true` from the link that opens the room, and from `setParameters` while the room runs. Default none.
   */
  readonly parameters?: Parameters;
  /**
   * What programs fill with data, by names of up to 64 letters, digits, "_", "-" and ".": `{ points: { type: "float32", shape: [null, 3]
   * } }` is an array, of which any number of rows of three; its type is one of float32, float64, int8, uint8, int16, uint16, int32,
   * uint32, int64 and uint64. Or `{ type: "json" }`, or `{ type: "bytes" }`; or `"any"` in place of all, for whatever comes. Data
   * stays when the scene is loaded anew or its process is started again. Default none.
   */
  readonly data?: Data;
  /** Makes the scene. May be asynchronous, to load data. */
  setup(context: SceneContext<Parameters, Controls, Data>): SceneParts<Parameters> | Promise<SceneParts<Parameters>>;
};

/** Types a scene. A scene module exports the result as its default: `export default defineScene({ setup() { ... } })`. */
export function defineScene<
  const Parameters extends ParameterDeclarations = Record<never, never>,
  const Controls extends ControlDeclarations = NoControls,
  const Data extends DataDeclarations | "any" = NoData,
>(definition: SceneDefinition<Parameters, Controls, Data>): SceneDefinition<Parameters, Controls, Data> {
  return definition;
}
