/** Owns where hosts send the picture on to, in the panel of recordings: the addresses, how each does, and a field for one more. */

import type { SentOutput, Viewer } from "../index.ts";
import { find, make, makeTool } from "./elements.ts";
import { bytesWords, lengthWords } from "./recording-words.ts";

const LOOK_MS = 2000;

export class OutputSection {
  readonly #viewer: Viewer;
  readonly #panel = find("recordings", HTMLElement);
  readonly #form = find("output-form", HTMLFormElement);
  readonly #address = find("output-address", HTMLInputElement);
  readonly #answer = find("output-answer", HTMLElement);
  readonly #list = find("outputs-list", HTMLElement);
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#act(() => this.#start());
    });
    // While it is not seen nothing is asked.
    new MutationObserver(() => this.#follow()).observe(this.#panel, { attributeFilter: ["hidden"] });
  }

  #follow(): void {
    clearInterval(this.#timer);
    if (this.#panel.hidden !== false) return;
    this.#timer = setInterval(() => void this.#refresh(), LOOK_MS);
    void this.#refresh();
  }

  async #start(): Promise<void> {
    await this.#viewer.outputs.start(this.#address.value.trim());
    // It has a key in it.
    this.#address.value = "";
    await this.#refresh();
  }

  async #refresh(): Promise<void> {
    const outputs = await this.#viewer.outputs.list().catch(() => null);
    if (outputs === null) return;
    const known = new Map([...this.#list.children].map((row) => [(row as HTMLElement).dataset["id"], row]));
    const rows = outputs.map((output) => this.#rowOf(output, known.get(output.id)));
    // Rows that stay keep the focus of what is in them.
    if (rows.length !== this.#list.children.length || rows.some((row, at) => row !== this.#list.children[at])) {
      this.#list.replaceChildren(...rows);
    }
  }

  #rowOf(output: SentOutput, known: Element | undefined): Element {
    const row = known ?? this.#makeRow(output);
    if (row instanceof HTMLElement) row.dataset["state"] = output.error === null ? output.state : "failed";
    const detail = row.querySelector(".person-detail");
    const words = outputWords(output);
    if (detail !== null && detail.textContent !== words) detail.textContent = words;
    return row;
  }

  #makeRow({ id, address }: SentOutput): HTMLElement {
    const words = make("span", "recorded-words", make("span", "recorded-name", address), make("span", "person-detail"));
    const end = (): void => void this.#act(() => this.#viewer.outputs.end(id).then(() => this.#refresh()));
    const row = make("li", "recorded-file", words, makeTool("leave", `Stop sending to ${address}`, end));
    row.dataset["id"] = id;
    return row;
  }

  async #act(act: () => Promise<void>): Promise<void> {
    this.#answer.textContent = "";
    try {
      await act();
    } catch (error) {
      this.#answer.textContent = error instanceof Error ? error.message : String(error);
    }
  }
}

function outputWords({ state, seconds, bytes, error }: SentOutput): string {
  if (error !== null) return state === "failed" ? error : `Trying again: ${error}`;
  if (state === "waiting") return "Waiting for the scene";
  return state === "connecting" ? "Connecting …" : `Sending: ${lengthWords(seconds)}, ${bytesWords(bytes)}`;
}
