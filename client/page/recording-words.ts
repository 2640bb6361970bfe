/** Owns what is said of recordings. Pure. */

import type { RecordedFile } from "../index.ts";

/** Such as `0:07`, `12:30` and `1:02:03`. */
export function lengthWords(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours === 0 ? `${minutes}:${two(whole % 60)}` : `${hours}:${two(minutes)}:${two(whole % 60)}`;
}

/** Such as `950 kB`, `12.4 MB` and `1.2 GB`. */
export function bytesWords(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`;
}

/** How a recording does. */
export function recordingWords({ state, seconds, bytes, error, startedAt }: RecordedFile): string {
  const figures = [...(seconds === null ? [] : [lengthWords(seconds)]), bytesWords(bytes)].join(", ");
  switch (state) {
    case "recording":
      return `Recording: ${figures}`;
    case "waiting":
      return `Waiting for the scene: ${figures}`;
    case "failed":
      return error ?? "It failed.";
    case "ended":
      return `${new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "short" }).format(startedAt)}, ${figures}`;
  }
}

/** What the button says that saves the last seconds. */
export function replayWords(seconds: number): string {
  if (seconds % 60 === 0) return seconds === 60 ? "Save the last minute" : `Save the last ${seconds / 60} minutes`;
  return `Save the last ${seconds} seconds`;
}

export function isRunning({ state }: RecordedFile): boolean {
  return state === "recording" || state === "waiting";
}
