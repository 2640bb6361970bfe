/**
 * Owns what is made for a scene and lives as long as it does: its page, what it begins, its messages, its data, its panels and
 * its clock. In the render thread.
 */

import type { MessageBody } from "../../../shared/custom-message.ts";
import type { PictureSize } from "../../../shared/video.ts";
import type { Clock } from "../../platform/clock.ts";
import type { ParameterValue } from "../../platform/parameters.ts";
import type { DataStore } from "../data/data-store.ts";
import { SceneDataSource } from "../data/scene-data.ts";
import type { Page } from "../page/page.ts";
import { DeclaredControls } from "../panels/declared-controls.ts";
import { LilGuiSource } from "../panels/lil-gui-source.ts";
import { ScenePanels } from "../panels/scene-panels.ts";
import { renderPulse } from "../render-pulse.ts";
import type { SceneInput } from "../scene.ts";
import { noticePanels } from "./noticed-panels.ts";
import { sceneError } from "./scene-error.ts";
import { SceneMailbox } from "./scene-messages.ts";
import { SceneScope } from "./scene-scope.ts";

/** What a scene goes by, and what it tells of itself. */
export type SceneHooks = {
  /** The data of the thread. */
  readonly data: DataStore;
  /** The time by which the scene moves. */
  readonly clock: Clock;
  /** The pictures that it is given. Default none. */
  readonly input?: SceneInput | null;
  /** The scene asks for a frame. */
  readonly invalidate: () => void;
  /** The scene threw in what is done for each frame: a sentence for viewers; null when it works again. */
  readonly noticed: (text: string | null) => void;
  /** The scene threw in what is done once, as a listener or a timer: a sentence for viewers. */
  readonly strayed: (text: string) => void;
  /** The scene wants another cursor over its picture. */
  readonly cursorChanged: (page: Page) => void;
  /** The document of the page has another title. */
  readonly titleChanged: (page: Page) => void;
  /** The scene sends a message to a person, or to everybody (null). */
  readonly messageSent: (to: number | null, body: MessageBody) => void;
  /** The scene makes a panel, or sets a control that it declared. */
  readonly panelsTouched: () => void;
};

export class SceneBelongings {
  readonly scope: SceneScope;
  /** The page that it runs in. */
  readonly page: Page;
  readonly mailbox: SceneMailbox;
  readonly data: SceneDataSource;
  /** That of the picture, as the scene knows it. */
  readonly size: { width: number; height: number };
  /** What of its panels it declared, what comes from lil-gui, and all that comes from anywhere. */
  readonly declared: DeclaredControls;
  readonly lilGui: LilGuiSource = new LilGuiSource();
  readonly panels: ScenePanels;
  readonly clock: { elapsed: number; delta: number } = { elapsed: 0, delta: 0 };
  /** The values of its parameters, as it knows them. */
  readonly parameters: Record<string, ParameterValue> = {};

  constructor(page: Page, size: PictureSize, hooks: SceneHooks) {
    const stray = (where: string, error: unknown): void =>
      hooks.strayed(sceneError(`The scene threw ${where}`, error).message);
    const onError = (error: unknown): void => stray("in a listener", error);
    this.page = page;
    this.size = { ...size };
    this.scope = new SceneScope((error) => stray("in a timer", error));
    page.follow({
      onError,
      onFrameRequested: hooks.invalidate,
      onCursor: () => hooks.cursorChanged(page),
      onTitle: () => hooks.titleChanged(page),
    });
    this.mailbox = new SceneMailbox({ post: hooks.messageSent, onError });
    this.data = new SceneDataSource({
      store: hooks.data,
      changed: hooks.invalidate,
      onError,
      inside: (work) => renderPulse.at("data", () => this.inside(work)),
      warn: (sentence) => console.warn(sentence),
    });
    noticePanels(this.scope, (gui) => {
      this.lilGui.note(gui);
      hooks.panelsTouched();
    });
    this.declared = new DeclaredControls(hooks.panelsTouched);
    this.panels = new ScenePanels({
      sources: [this.declared, this.lilGui],
      onError: (label, error) => stray(`when “${label}” was used`, error),
      warn: (sentence) => console.warn(sentence),
    });
  }

  /** Does `work` as the scene's: in its page, and what it begins and uploads ends with it. */
  inside<Result>(work: () => Result): Result {
    return this.scope.run(() => this.page.inside(work));
  }

  end(): void {
    this.page.close();
    this.mailbox.close();
    this.data.close();
    this.scope.close();
  }
}
