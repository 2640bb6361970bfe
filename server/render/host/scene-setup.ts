/** Owns calling a scene's `setup`: what it gets, and that what it returns is a scene. In the render thread. */

import * as three from "three";
import { StreamError } from "../../../shared/errors.ts";
import { renderPulse } from "../render-pulse.ts";
import type { SceneContext, SceneDefinition, SceneParts } from "../scene.ts";
import type { Surface } from "../surface/surface.ts";
import type { SceneBelongings, SceneHooks } from "./scene-belongings.ts";
import { sceneError } from "./scene-error.ts";

/** Rejects with `StreamError` "scene-failed" or "scene-invalid". */
export async function setUpScene(
  definition: SceneDefinition,
  { page, mailbox, data, declared, size, clock, parameters }: SceneBelongings,
  surface: Surface,
  { input = null, invalidate }: SceneHooks,
): Promise<SceneParts> {
  const context: SceneContext = {
    three,
    renderer: surface.renderer,
    size,
    clock,
    element: page.element as unknown as HTMLElement,
    messages: mailbox.api,
    controls: declared.api as SceneContext["controls"],
    parameters,
    data: data.api as SceneContext["data"],
    input,
    invalidate,
  };
  let parts: SceneParts;
  try {
    parts = await renderPulse.at("setup", () => definition.setup(context));
  } catch (error) {
    throw sceneError("The scene threw in setup()", error);
  }
  if (parts?.scene?.isScene !== true || parts.camera?.isCamera !== true) {
    throw new StreamError("scene-invalid", "The scene's setup() must return { scene, camera }, both made by three.");
  }
  if (surface.wantsPanorama(parts) && surface.panoramaOf(parts) === null) {
    const needed = "a camera in perspective, and nothing that draws by itself: no render() and no renderer of its own";
    throw new StreamError("scene-invalid", `The scene cannot be drawn all around: that needs ${needed}.`);
  }
  return parts;
}
