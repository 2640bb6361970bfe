/** Owns what is to be given up where a scene is drawn too slowly, in the scene's process: those who steer feel it most. Pure. */

import type { Preference } from "../../../shared/signaling.ts";
import type { VideoStream } from "../viewers/video-stream.ts";

type Wishing = Pick<VideoStream, "viewerId" | "wish">;

export class SteeringPreference {
  readonly #ofServer: Preference;
  readonly #changed: (preference: Preference) => void;
  #controllers: ReadonlySet<string> = new Set();
  #told: Preference;

  /** `changed` is called when it is no longer `ofServer`, and at each change after that. */
  constructor(ofServer: Preference, changed: (preference: Preference) => void) {
    this.#ofServer = ofServer;
    this.#changed = changed;
    this.#told = ofServer;
  }

  /** These viewers steer from now on, and no others. */
  setControllers(viewerIds: readonly string[], streams: readonly Wishing[]): void {
    this.#controllers = new Set(viewerIds);
    this.update(streams);
  }

  /** Looks at what viewers wish now. */
  update(streams: readonly Wishing[]): void {
    const preference = steeringPreference(streams, this.#controllers, this.#ofServer);
    if (preference === this.#told) return;
    this.#told = preference;
    this.#changed(preference);
  }
}

/** "fluid" where one who steers prefers that; what all of them prefer where they agree; else the server's preference. */
export function steeringPreference(
  streams: readonly Wishing[],
  controllers: ReadonlySet<string>,
  fallback: Preference,
): Preference {
  const own = streams.filter(({ viewerId }) => controllers.has(viewerId)).map(({ wish }) => wish.preference);
  if (own.includes("fluid")) return "fluid";
  const [first = "auto"] = own;
  return first !== "auto" && own.every((preference) => preference === first) ? first : fallback;
}
