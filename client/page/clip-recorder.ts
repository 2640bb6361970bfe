/**
 * Owns recording a clip of what is seen: its button, and a MediaRecorder of a canvas that the picture is drawn on, so that it goes on
 * over changes of the way, the size and the scene. Nothing leaves the browser. While the page is hidden the recording stands still.
 */

import type { Viewer } from "../index.ts";
import { clipBitrateBps, clipKind, clipSize, MAX_CLIP_MS, savedWords } from "./clip-rules.ts";
import { find } from "./elements.ts";
import { lengthWords } from "./recording-words.ts";
import { fileName, saveFile } from "./saved-file.ts";
import type { Toasts } from "./toasts.ts";

const KEY = "clip";

type Recording = {
  readonly recorder: MediaRecorder;
  readonly canvas: HTMLCanvasElement;
  /** Seen so far, and the time of the last look. */
  recordedMs: number;
  lookedMs: number;
};

export class ClipRecorder {
  readonly #viewer: Viewer;
  readonly #toasts: Toasts;
  readonly #button = find("clip-button", HTMLButtonElement);
  #recording: Recording | null = null;

  constructor(viewer: Viewer, toasts: Toasts) {
    this.#viewer = viewer;
    this.#toasts = toasts;
    this.#button.addEventListener("click", () => this.toggle());
    viewer.on("pausedChanged", ({ isPaused }) => this.#setPaused(isPaused));
    viewer.on("stateChanged", ({ state }) => state.kind === "gone" && this.#stop());
  }

  toggle(): void {
    if (this.#recording !== null) return this.#stop();
    try {
      this.#start();
    } catch (error) {
      console.warn("The clip could not be recorded.", error);
      this.#say("This browser could not record the clip. Another one, as Chrome or Firefox, may.");
    }
  }

  #start(): void {
    const kind = "MediaRecorder" in window ? clipKind((type) => MediaRecorder.isTypeSupported(type)) : null;
    if (kind === null)
      return this.#say("This browser cannot record video. Chrome, Edge, Firefox and Safari from 14.1 on can.");
    const canvas = document.createElement("canvas");
    const size = clipSize(this.#viewer.scene.size ?? { width: 0, height: 0 });
    Object.assign(canvas, size);
    if (!this.#viewer.draw(canvas)) return this.#say("There is no picture to record yet.");
    const options = { mimeType: kind.type, videoBitsPerSecond: clipBitrateBps(size) };
    const recorder = new MediaRecorder(canvas.captureStream(), options);
    const recording: Recording = { recorder, canvas, recordedMs: 0, lookedMs: performance.now() };
    const parts: Blob[] = [];
    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    recorder.addEventListener("stop", () => this.#save(recording, new Blob(parts, { type: kind.type }), kind.ending));
    recorder.start(1000);
    this.#recording = recording;
    this.#show(true);
    this.#draw(recording);
  }

  /** Once for each frame of the screen; the browser calls nothing while the page is hidden. */
  #draw(recording: Recording): void {
    if (this.#recording !== recording) return;
    const now = performance.now();
    if (recording.recorder.state === "recording") recording.recordedMs += now - recording.lookedMs;
    recording.lookedMs = now;
    this.#button.dataset["clock"] = lengthWords(recording.recordedMs / 1000);
    this.#viewer.draw(recording.canvas);
    if (recording.recordedMs >= MAX_CLIP_MS || recording.recorder.state === "inactive") this.#stop();
    else requestAnimationFrame(() => this.#draw(recording));
  }

  #setPaused(isPaused: boolean): void {
    const recorder = this.#recording?.recorder;
    if (recorder === undefined || recorder.state === "inactive") return;
    if (isPaused) recorder.pause();
    else recorder.resume();
  }

  #stop(): void {
    const recording = this.#recording;
    if (recording === null) return;
    this.#recording = null;
    this.#show(false);
    if (recording.recorder.state !== "inactive") recording.recorder.stop();
  }

  #save({ recordedMs, recorder }: Recording, bytes: Blob, ending: string): void {
    for (const track of recorder.stream.getTracks()) track.stop();
    if (bytes.size === 0) return this.#say("The browser recorded nothing.");
    saveFile(bytes, fileName(this.#viewer.scene.title, new Date(), ending));
    this.#say(savedWords(recordedMs));
  }

  #show(isRecording: boolean): void {
    this.#button.ariaPressed = String(isRecording);
    this.#button.ariaLabel = isRecording ? "Stop recording and save the clip" : "Record a clip";
    this.#button.title = this.#button.ariaLabel;
    if (!isRecording) delete this.#button.dataset["clock"];
    document.body.toggleAttribute("data-recording", isRecording);
  }

  #say(text: string): void {
    this.#toasts.show({ key: KEY, text });
  }
}
