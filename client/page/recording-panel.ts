/**
 * Owns what hosts do about recordings on the server: the button of the bar with how long it runs, and the panel in which they are
 * started, stopped, downloaded and removed. Others only read that something is recorded.
 */

import type { RecordedFile, Viewer } from "../index.ts";
import { find, make, makeTool } from "./elements.ts";
import { isRunning, lengthWords, recordingWords, replayWords } from "./recording-words.ts";
import { fileName, saveFile } from "./saved-file.ts";
import type { Toasts } from "./toasts.ts";

const LOOK_MS = 1000;
const MAX_SHOWN = 20;

export class RecordingPanel {
  readonly #viewer: Viewer;
  readonly #toasts: Toasts;
  readonly #open = find("recordings-button", HTMLButtonElement);
  readonly #panel = find("recordings", HTMLElement);
  readonly #record = find("record-button", HTMLButtonElement);
  readonly #replay = find("replay-button", HTMLButtonElement);
  readonly #answer = find("recordings-answer", HTMLElement);
  readonly #list = find("recordings-list", HTMLElement);
  readonly #hint = find("recorded-hint", HTMLElement);
  readonly #help = find("help-recordings", HTMLElement);
  #files: readonly RecordedFile[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  /** What failed is told once. */
  readonly #failed = new Set<string>();

  constructor(viewer: Viewer, toasts: Toasts) {
    this.#viewer = viewer;
    this.#toasts = toasts;
    viewer.on("recordingChanged", () => this.#handleChange());
    viewer.on("stateChanged", ({ state }) => {
      if (state.kind === "gone" || state.kind === "locked" || state.kind === "queued") this.#hide();
      else this.#handleChange();
    });
    this.#open.addEventListener("click", () => this.toggle());
    find("recordings-close", HTMLButtonElement).addEventListener("click", () => this.#close());
    this.#panel.addEventListener("keydown", (event) => void (event.key === "Escape" && this.#close()));
    this.#record.addEventListener("click", () => void this.#act(this.#record, () => this.#toggleRecording()));
    this.#replay.addEventListener("click", () => void this.#act(this.#replay, () => this.#saveReplay()));
  }

  toggle(): void {
    if (this.#open.hidden) return;
    const isOpen = this.#panel.hidden !== false;
    this.#panel.hidden = !isOpen;
    this.#open.ariaExpanded = String(isOpen);
    if (isOpen) void this.#refresh();
    this.#follow();
  }

  #close(): void {
    if (this.#panel.hidden !== false) return;
    this.toggle();
    this.#viewer.element.focus({ preventScroll: true });
  }

  /** Who is in no room records none. */
  #hide(): void {
    this.#close();
    clearInterval(this.#timer);
    this.#open.hidden = true;
    this.#hint.hidden = true;
    this.#files = [];
    this.#show();
  }

  #handleChange(): void {
    const { isOn, canRecord, replaySeconds } = this.#viewer.recordings;
    this.#hint.hidden = !isOn;
    this.#open.hidden = !canRecord;
    this.#help.hidden = !canRecord;
    this.#replay.hidden = replaySeconds === null;
    if (replaySeconds !== null) this.#replay.textContent = replayWords(replaySeconds);
    if (!canRecord) return;
    // Nothing is asked where there is nothing to be seen of it.
    if (isOn || this.#files.some(isRunning) || this.#panel.hidden === false) void this.#refresh();
    this.#follow();
  }

  /** Looks again and again while something runs; at rest nothing is asked. */
  #follow(): void {
    clearInterval(this.#timer);
    if (this.#viewer.recordings.isOn) this.#timer = setInterval(() => void this.#refresh(), LOOK_MS);
  }

  async #refresh(): Promise<void> {
    try {
      this.#files = await this.#viewer.recordings.list();
    } catch (error) {
      if (this.#panel.hidden === false) this.#say(error);
      return;
    }
    for (const file of this.#files) {
      if (file.state !== "failed" || this.#failed.has(file.file)) continue;
      this.#failed.add(file.file);
      const text = `The recording failed: ${file.error ?? "nobody knows why."}`;
      this.#toasts.show({ key: "recording", text, stays: true, actions: [{ label: "OK", act: () => undefined }] });
    }
    this.#show();
  }

  #show(): void {
    const running = this.#files.find(isRunning);
    this.#record.textContent = running === undefined ? "Record" : "Stop recording";
    this.#record.classList.toggle("danger", running !== undefined);
    if (running === undefined) delete this.#open.dataset["clock"];
    else this.#open.dataset["clock"] = lengthWords(running.seconds ?? 0);
    if (this.#panel.hidden !== false) return;
    // Rows that stay keep the focus of what is in them.
    const shown = this.#files.slice(0, MAX_SHOWN);
    const known = new Map([...this.#list.children].map((row) => [(row as HTMLElement).dataset["file"], row]));
    const rows = shown.map((file) => this.#rowOf(file, known.get(file.file)));
    if (rows.some((row, index) => row !== this.#list.children[index]) || rows.length !== this.#list.children.length) {
      this.#list.replaceChildren(...rows);
    }
  }

  #rowOf(file: RecordedFile, known: Element | undefined): Element {
    const row = known ?? this.#makeRow(file.file);
    if (row instanceof HTMLElement) row.dataset["state"] = file.state;
    const detail = row.querySelector(".person-detail");
    const words = recordingWords(file);
    if (detail !== null && detail.textContent !== words) detail.textContent = words;
    for (const button of row.querySelectorAll("button")) button.hidden = isRunning(file) || file.bytes === 0;
    return row;
  }

  #makeRow(file: string): HTMLElement {
    const name = make("span", "recorded-name", file);
    name.title = file;
    const words = make("span", "recorded-words", name, make("span", "person-detail"));
    const download = makeTool(
      "download",
      `Download ${file}`,
      () => void this.#act(download, () => this.#download(file)),
    );
    const remove = makeTool("leave", `Remove ${file}`, () => this.#askToRemove(file));
    const row = make("li", "recorded-file", words, download, remove);
    row.dataset["file"] = file;
    return row;
  }

  async #toggleRecording(): Promise<void> {
    const { recordings } = this.#viewer;
    const running = this.#files.find(isRunning);
    if (running === undefined) await recordings.start();
    else await recordings.stop(running.file);
    await this.#refresh();
  }

  async #saveReplay(): Promise<void> {
    const { recordings, scene } = this.#viewer;
    saveFile(await recordings.saveReplay(), fileName(scene.title, new Date(), "mp4"));
    await this.#refresh();
  }

  /** By its address, as it may be large; where the browser sends no cookie there, through the memory of the page. */
  async #download(file: string): Promise<void> {
    const { recordings } = this.#viewer;
    const url = recordings.addressOf(file);
    const isOpen = await fetch(url, { method: "HEAD" }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (!isOpen) return saveFile(await recordings.download(file), file);
    const link = document.createElement("a");
    link.href = url.href;
    link.download = file;
    link.click();
  }

  #askToRemove(file: string): void {
    const act = (): void =>
      void this.#act(this.#record, () => this.#viewer.recordings.remove(file).then(() => this.#refresh()));
    const actions = [
      { label: "Remove", act },
      { label: "Keep", act: () => undefined },
    ];
    this.#toasts.show({ key: "recording-remove", text: `Remove ${file} for good?`, actions });
  }

  async #act(button: HTMLButtonElement, act: () => Promise<void>): Promise<void> {
    // A button that is disabled would lose the focus.
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    this.#answer.textContent = "";
    try {
      await act();
    } catch (error) {
      this.#say(error);
    }
    button.ariaBusy = "false";
  }

  #say(error: unknown): void {
    this.#answer.textContent = error instanceof Error ? error.message : String(error);
  }
}
