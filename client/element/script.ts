/**
 * Owns the one file that a page takes with a `<script type="module">` or an import map, as every server gives it under
 * `scenecast.js`: a `<scene-cast>` without `src` shows the scene of the server that the file came from.
 */

import { SceneCastElement } from "./index.ts";

// A bundler would take `new URL("./", import.meta.url)` for a file to be bundled.
SceneCastElement.ownServer = import.meta.url.replace(/[^/]*$/, "");

export * from "../index.ts";
export { SceneCastElement } from "./index.ts";
