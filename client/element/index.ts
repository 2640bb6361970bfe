/**
 * Owns `<scene-cast>`: a viewer as an element of any page, in any framework. Importing this module registers it; where
 * there is no document, as on a server that renders pages, it does nothing.
 */

import { SceneCastElement } from "./scene-cast.ts";

export type { Viewer, ViewerEvents, ViewerState } from "../index.ts";
export { SceneCastElement, type SceneCastEventMap, sceneCastEvents } from "./scene-cast.ts";

if (typeof customElements !== "undefined" && customElements.get("scene-cast") === undefined) {
  customElements.define("scene-cast", SceneCastElement);
}

declare global {
  // biome-ignore lint/style/useConsistentTypeDefinitions: nothing but an interface adds to the elements of the DOM.
  interface HTMLElementTagNameMap {
    "scene-cast": SceneCastElement;
  }
}
