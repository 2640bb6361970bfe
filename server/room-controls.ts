/** Owns what a program that runs a server may do with the controls that a room's scene offers. In the main process. */

import type { PanelControl } from "../shared/panels.ts";
import type { Room } from "./room/room.ts";

/** The controls of a room's scene, declared or of lil-gui; given by `room.controls`. */
export class RoomControls {
  readonly #room: Room;

  /** For `RoomHandle`. */
  constructor(room: Room) {
    this.#room = room;
  }

  /**
   * The controls with what they hold, a folder before what is in it; none before the scene was there. While it is restarted
   * they are as they were last.
   */
  list(): readonly PanelControl[] {
    return this.#room.session.panels.controls;
  }

  /**
   * Sets controls by their ids, such as `{ "/scene/speed": 2, "/scene/reset": true }`; `true` presses a button. Viewers see it as
   * soon as the scene has it, which `panelsChanged` tells. Throws `TypeError` naming the control and the rule, and `StreamError`
   * "not-allowed" where the scene has disabled one, "room-lost" while it does not run: then none of them is set.
   */
  set(values: Readonly<Record<string, boolean | number | string>>): void {
    this.#room.panels.setAll(values);
  }
}
