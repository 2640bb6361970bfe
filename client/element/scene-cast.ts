/** Owns the element `<scene-cast>`: attributes in, a viewer inside, its events out. */

import { createViewer, type MessageData, type Viewer, type ViewerEvents, type ViewerState } from "../index.ts";
import { adopt } from "../panels/adopt.ts";
import { type CastAttribute, castAttributes, castOptions } from "./cast-options.ts";
import type { CastPanel } from "./cast-panel.ts";
import { styleCast } from "./cast-style.ts";
import { StatusCard } from "./status-card.ts";

/** The events of a `<scene-cast>`: those of its viewer, each a `CustomEvent` with the payload as `detail`. */
export type SceneCastEventMap = { readonly [Name in keyof ViewerEvents]: CustomEvent<ViewerEvents[Name]> };

/** The names of the events of a `<scene-cast>`. */
export const sceneCastEvents: readonly (keyof ViewerEvents)[] = Object.keys({
  stateChanged: true,
  statsUpdated: true,
  noticeChanged: true,
  consolePrinted: true,
  titleChanged: true,
  peopleChanged: true,
  controlChanged: true,
  controlRefused: true,
  refused: true,
  messageReceived: true,
  sceneStateChanged: true,
  pointersMoved: true,
  pausedChanged: true,
  qualityChanged: true,
  cookieRefused: true,
  panelsChanged: true,
  tunnelUsed: true,
  recordingChanged: true,
} satisfies Record<keyof ViewerEvents, true>) as (keyof ViewerEvents)[];

/** Those that a running viewer takes; another value of the others begins anew. */
const live: ReadonlySet<string> = new Set(["name", "preference", "max-bitrate"] satisfies CastAttribute[]);

/** Shows the panels of the scene inside the element. */
const PANEL = "controls-panel";

/** Without a document, as on a server that renders pages, there are no elements. */
const Base: typeof HTMLElement = globalThis.HTMLElement ?? (class {} as unknown as typeof HTMLElement);

/**
 * Shows the scene at `src` while it is in a document. `token`, `name`, `transport`, `preference`, `max-bitrate` and
 * `own-keys` are the options of a viewer; `src` may be a share link, whose token counts where there is no `token`. With
 * `controls-panel` the controls of the scene are a panel inside it. Its parts for `::part()` are `picture`, `status`, `title`,
 * `detail`, `action`, `token` and `unlock`; of panels `panels`, `panel`, `folder`, `panel-title`, `control`, `control-label`,
 * `control-field` and `panel-why`.
 */
export class SceneCastElement extends Base {
  static readonly observedAttributes: readonly string[] = [...castAttributes, PANEL];
  /** What an element without `src` shows; null for nothing. Set by the script that a server gives. */
  static ownServer: string | null = null;

  #parts: { readonly picture: HTMLElement; readonly card: StatusCard } | null = null;
  #viewer: Viewer | null = null;
  #panel: CastPanel | null = null;
  #token: string | null = null;
  #isPlanned = false;

  /** The viewer inside; null while it is in no document, and where an attribute keeps it from one. */
  get viewer(): Viewer | null {
    return this.#viewer;
  }

  /** The address of the room's page, or a share link. Default: the server that the script of this element came from. */
  get src(): string {
    return this.getAttribute("src") ?? SceneCastElement.ownServer ?? "";
  }

  /** Begins anew with the scene at `address`. */
  set src(address: string) {
    this.setAttribute("src", address);
  }

  /** The token of a share link, where the server wants one. Kept out of the document: the attribute does not follow. */
  get token(): string | null {
    return this.#token ?? this.getAttribute("token");
  }

  /** Begins anew with `token`. */
  set token(token: string | null) {
    if (token === this.#token) return;
    this.#token = token;
    this.#plan();
  }

  /** Whether the controls of the scene are a panel inside the element. Default false. */
  get controlsPanel(): boolean {
    return this.hasAttribute(PANEL);
  }

  /** Shows or hides them. */
  set controlsPanel(isShown: boolean) {
    this.toggleAttribute(PANEL, isShown);
  }

  /** Sends the scene a message; see `viewer.scene.send`. Throws where there is no viewer. */
  send(data: MessageData): void {
    this.#required().scene.send(data);
  }

  /** The picture of this moment as PNG. Rejects with an `Error` when there is none yet. */
  async snapshot(): Promise<Blob> {
    return await this.#required().snapshot();
  }

  /** Calls `listener` at every event `name` of the viewer. */
  override addEventListener<Name extends keyof SceneCastEventMap>(
    name: Name,
    listener: (event: SceneCastEventMap[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** The same for the events that every element has. */
  override addEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(name: string, listener: never, options?: boolean | AddEventListenerOptions): void {
    super.addEventListener(name, listener, options);
  }

  /** Of the browser: the element came into a document. */
  connectedCallback(): void {
    this.#parts ??= this.#build();
    this.#plan();
  }

  /** Of the browser: the element left its document. */
  disconnectedCallback(): void {
    this.#plan();
  }

  /** Of the browser: an attribute has another value. */
  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after) return;
    if (name === PANEL) return void this.#updatePanel();
    if (!live.has(name) || this.#viewer === null) return this.#plan();
    try {
      const options = castOptions(this.#attributes(), document.baseURI);
      if (name === "name" && options.name !== undefined) this.#viewer.people.rename(options.name);
      if (name === "preference") this.#viewer.setPreference(options.preference ?? "auto");
      if (name === "max-bitrate") this.#viewer.setMaxBitrate(options.maxBitrateBps ?? null);
    } catch (error) {
      // What runs goes on as it is.
      console.error(error instanceof Error ? error.message : error);
    }
  }

  #build(): { readonly picture: HTMLElement; readonly card: StatusCard } {
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    styleCast(root);
    const picture = document.createElement("div");
    picture.setAttribute("part", "picture");
    const card = new StatusCard(
      { begin: () => this.#beginAnew(), unlock: async (token) => (await this.#viewer?.unlock(token)) ?? false },
      (isDimmed) => picture.toggleAttribute("data-dimmed", isDimmed),
    );
    root.append(picture, card.element);
    return { picture, card };
  }

  /** Begins anew after whatever else this turn of the page changes: several attributes, or a move to another place. */
  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    queueMicrotask(() => {
      this.#isPlanned = false;
      if (this.isConnected) this.#begin();
      else this.#end();
    });
  }

  #begin(): void {
    this.#end();
    const parts = this.#parts;
    if (parts === null || this.src === "") return;
    const { picture, card } = parts;
    try {
      const viewer = createViewer({ ...castOptions(this.#attributes(), document.baseURI), target: picture });
      this.#viewer = viewer;
      this.#listen(viewer, card);
      void this.#updatePanel();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      console.error(error.message);
      card.showMistake(error.message);
    }
    if (this.clientWidth === 0 || this.clientHeight === 0) {
      console.warn("A <scene-cast> has no size, so nothing of it is seen. Give it a width and a height.", this);
    }
  }

  /** Starts the scene where it is down; by every way, where the one that it is kept to brings nothing. */
  #beginAnew(): void {
    const state = this.#viewer?.state;
    if (state?.kind === "waiting") this.#viewer?.scene.restart();
    else if (state !== undefined && "trouble" in state && state.trouble !== null) this.removeAttribute("transport");
    else this.#begin();
  }

  #listen(viewer: Viewer, card: StatusCard): void {
    viewer.element.role = "application";
    viewer.element.ariaLabel = this.getAttribute("aria-label") ?? "The scene";
    const tell = (state: ViewerState): void => card.handleState(state, viewer.role === "host");
    tell(viewer.state);
    viewer.on("stateChanged", ({ state }) => void (this.#viewer === viewer && tell(state)));
    for (const name of sceneCastEvents) {
      viewer.on(name, (detail) => {
        if (this.#viewer === viewer) this.dispatchEvent(new CustomEvent(name, { detail }));
      });
    }
  }

  async #updatePanel(): Promise<void> {
    const viewer = this.#viewer;
    if (viewer === null || !this.controlsPanel) return this.#closePanel();
    try {
      const { CastPanel } = await import("./cast-panel.ts");
      const root = this.shadowRoot;
      if (this.#viewer !== viewer || !this.controlsPanel || this.#panel !== null || root === null) return;
      this.#panel = new CastPanel({ viewer, host: this, root, style: adopt });
    } catch (error) {
      console.error("The panel of a <scene-cast> could not be loaded.", error);
    }
  }

  #closePanel(): void {
    this.#panel?.close();
    this.#panel = null;
  }

  #end(): void {
    const viewer = this.#viewer;
    this.#viewer = null;
    this.#closePanel();
    this.#parts?.card.hide();
    void viewer?.close();
  }

  #attributes(): Record<CastAttribute, string | null> {
    const attributes = Object.fromEntries(castAttributes.map((name) => [name, this.getAttribute(name)]));
    return { ...attributes, src: this.src, token: this.token } as Record<CastAttribute, string | null>;
  }

  #required(): Viewer {
    if (this.#viewer === null) throw new Error("This <scene-cast> shows nothing: it is in no document, or has no src.");
    return this.#viewer;
  }
}
