/** Owns the public API for a page that shows the server's page in a frame: it hears what happens there and gives commands. */

export type { MessageData, PanelControl, PanelFolder, PanelItem, PanelValue, Person, ViewerState } from "../index.ts";
export type { ControlValues, FrameEvents } from "./frame-messages.ts";
export { connectFrame, type FramedScene, type FrameOptions } from "./framed-scene.ts";
