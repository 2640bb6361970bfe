/**
 * Owns the panels of a room's scene between the scene and its viewers, in the main process.
 *
 * PX1 who joins is sent the panels as they are, everybody what changes.
 * PX2 a control is set by who has control, as input is. What does not fit the control is refused by its rule, and reaches no
 *     scene.
 *     A program sets several at once, all of them or none; `true` presses a button.
 * PX3 a viewer changes at most 60 controls a second (120 at once); what is more is left out, and the viewer is told so.
 */

import { StreamError } from "../../shared/errors.ts";
import {
  type PanelChange,
  type PanelControl,
  type PanelValue,
  readPanelValue,
  readProgramValue,
} from "../../shared/panels.ts";
import type { ServerMessage } from "../../shared/signaling.ts";
import { now } from "../../shared/time.ts";
import { BucketTable } from "../platform/bucket-table.ts";
import type { Session } from "../session/session.ts";
import type { People } from "./people.ts";
import type { ViewerDirectory } from "./viewer-directory.ts";

const CHANGES_PER_SECOND = 60;

export type PanelRelayOptions = {
  readonly session: Session;
  readonly viewers: ViewerDirectory;
  readonly people: People;
  /** A viewer steers by a panel; null for a program. */
  readonly used: (viewerId: string | null, change: PanelChange) => void;
};

export class PanelRelay {
  readonly #options: PanelRelayOptions;
  /** By viewers (PX3). */
  readonly #allowances = new BucketTable({ clock: now, perSecond: CHANGES_PER_SECOND, burst: 2 * CHANGES_PER_SECOND });

  constructor(options: PanelRelayOptions) {
    this.#options = options;
    const { session, viewers } = options;
    session.on("panelsTold", (news) => viewers.broadcast({ kind: "panels", ...news }));
    session.on("panelsChanged", ({ news }) => viewers.broadcast({ kind: "panel-changes", ...news }));
    viewers.on("left", ({ viewerId }) => this.#allowances.forget(viewerId));
  }

  /** What a newcomer is sent (PX1). */
  get greeting(): ServerMessage {
    return { kind: "panels", ...this.#options.session.panels.whole };
  }

  /** A viewer changes a control (PX2). */
  handleChange(viewerId: string, change: PanelChange): void {
    const { viewers, people } = this.#options;
    const entry = viewers.get(viewerId);
    if (entry === null) return;
    if (!people.personOf(entry).hasControl) {
      return viewers.refuse(viewerId, "no-control", "You need control to change the panel.");
    }
    if (!this.#allowances.take(viewerId)) {
      return viewers.refuse(viewerId, "too-fast", "You are changing the panel too fast, so part of it was ignored.");
    }
    try {
      this.#set([this.#fitting(change, readPanelValue)], viewerId);
    } catch (error) {
      if (error instanceof StreamError) return viewers.refuse(viewerId, error.code, error.message);
      if (error instanceof TypeError) return viewers.refuse(viewerId, "bad-message", error.message);
      throw error;
    }
  }

  /** Whether a program with the link of a controller may set them: not where hosts alone give control. */
  get areOpenToControllers(): boolean {
    const { mode, locked } = this.#options.people.control;
    return mode !== "host" && !locked;
  }

  /**
   * Has the scene take values by the ids of its controls (PX2). Throws `TypeError` naming the control and the rule where one
   * does not fit, and `StreamError` "not-allowed" where the scene lets nobody change it, or "room-lost" while it does not run.
   */
  setAll(values: Readonly<Record<string, unknown>>): void {
    const changes = Object.entries(values).map(([id, value]) =>
      this.#fitting({ id, value, last: true }, readProgramValue),
    );
    this.#set(changes, null);
  }

  /** The change with what its control takes, as `read` reads it. */
  #fitting(change: Asked, read: ReadValue): PanelChange {
    const control = this.#options.session.panels.find(change.id);
    if (control === null) throw new TypeError(`There is no control ${JSON.stringify(change.id)}.`);
    const value = read(control, change.value);
    if (control.disabled) throw new StreamError("not-allowed", `The scene has disabled “${control.label}”.`);
    return { ...change, value };
  }

  #set(changes: readonly PanelChange[], viewerId: string | null): void {
    for (const change of changes) {
      if (!this.#options.session.handlePanelChange(change, viewerId)) {
        throw new StreamError("room-lost", "The scene is not running right now, so nothing was changed.");
      }
      this.#options.used(viewerId, change);
    }
  }
}

type Asked = Omit<PanelChange, "value"> & { readonly value: unknown };
type ReadValue = (control: PanelControl, found: unknown) => PanelValue;
