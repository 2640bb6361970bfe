/** Owns the card of a scene on the start page: a link to its page with its picture, its title and how it does. */

import type { SceneCard, SceneCardStatus } from "../../../shared/scene-cards.ts";
import { make, makeIcon } from "../elements.ts";

type Words = { readonly text: string; readonly tone: "good" | "busy" | "bad" | "quiet" };

const words: Readonly<Record<SceneCardStatus, Words>> = {
  waiting: { text: "Starts when opened", tone: "quiet" },
  starting: { text: "Starting…", tone: "busy" },
  live: { text: "Live", tone: "good" },
  restarting: { text: "Restarting…", tone: "busy" },
  down: { text: "Down", tone: "bad" },
  failed: { text: "Failed to start", tone: "bad" },
  closed: { text: "Starts when opened", tone: "quiet" },
};

const troubled: Words = { text: "Runs with an error", tone: "bad" };

export class SceneCardView {
  readonly element: HTMLLIElement;
  readonly #link = make("a", "scene-card");
  readonly #picture = make("img", "scene-picture");
  readonly #title = make("span", "scene-name");
  readonly #dot = make("span", "dot");
  readonly #status = make("span", "");
  /** Names the picture that is shown. */
  #tag: string | null = null;
  #pictureUrl: string | null = null;

  constructor(name: string) {
    const frame = make("span", "scene-frame", makeIcon("scene"), this.#picture);
    frame.style.setProperty("--hue", String(hueOf(name)));
    this.#picture.alt = "";
    this.#dot.ariaHidden = "true";
    const status = make("span", "scene-status", this.#dot, this.#status);
    this.#link.append(frame, make("span", "scene-words", this.#title, status));
    this.element = make("li", "", this.#link);
  }

  /** `address` is that of its page. */
  show({ title, status, isTroubled, viewers }: SceneCard, address: string): void {
    const { text, tone } = status === "live" && isTroubled ? troubled : words[status];
    this.#title.textContent = title;
    this.#title.title = title;
    this.#status.textContent = viewers === 0 ? text : `${text} · ${viewers} watching`;
    this.#dot.dataset["tone"] = tone;
    if (this.#link.href !== address) this.#link.href = address;
  }

  /** Shows the picture in an answer, where it is another one. */
  async showPicture(answer: Response): Promise<void> {
    const tag = answer.headers.get("ETag");
    if (!answer.ok || (tag !== null && tag === this.#tag)) return;
    const url = URL.createObjectURL(await answer.blob());
    this.#tag = tag;
    this.#picture.src = url;
    // So that it takes the place of the one before without a flash.
    await this.#picture.decode().catch(() => undefined);
    this.#picture.toggleAttribute("data-shown", true);
    if (this.#pictureUrl !== null) URL.revokeObjectURL(this.#pictureUrl);
    this.#pictureUrl = url;
  }

  get hasPicture(): boolean {
    return this.#pictureUrl !== null;
  }
}

/** A colour of its own for each name, from green over blue to purple. */
function hueOf(name: string): number {
  return 165 + [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 130, 45);
}
