/** Owns the checks of what a program asks of a room. Each mistake is a `TypeError` that names the field and its rule. Pure. */

import type { Json } from "../../shared/custom-message.ts";
import { MAX_STATE_LENGTH } from "../../shared/signaling.ts";
import { fitInside, type PictureSize } from "../../shared/video.ts";
import { fieldsOf, oneOf, pictureSize, wholeNumber } from "../platform/option-checks.ts";
import type { SnapshotForm } from "../session/session-protocol.ts";

/** What `RoomHandle.snapshot` takes. */
export type SnapshotOptions = {
  /** The form of the file; PNG has the exact pixels. Default `"png"`. */
  readonly format?: "png" | "jpeg" | "webp";
  /** A box in pixels that the picture fits inside; it is never enlarged. Default: the size of the picture. */
  readonly size?: PictureSize;
  /** 1 to 100, for `"jpeg"` and `"webp"`. Default 90. */
  readonly quality?: number;
};

const formats = { png: "png", jpeg: "jpg", webp: "webp" } as const;

/** Reads the options of a snapshot of a picture of this size. */
export function snapshotForm(options: SnapshotOptions, picture: PictureSize): SnapshotForm {
  const { format = "png", size, quality = 90 } = fieldsOf("options", options, ["format", "size", "quality"]);
  return {
    format: formats[oneOf("options.format", format, ["png", "jpeg", "webp"])],
    size: size === undefined ? null : fitInside(picture, boxOf(size)),
    quality: wholeNumber("options.quality", quality, 1, 100),
  };
}

/** Reads a size for the picture, of at most so many pixels; null for the one of who steers. */
export function wantedSize(value: PictureSize | null, maxPixels: number): PictureSize | null {
  if (value === null) return null;
  const size = pictureSize("size", value);
  if (size.width * size.height <= maxPixels) return size;
  throw new TypeError(`size must have at most ${maxPixels} pixels, as the room was started for such.`);
}

/** The text of a state. */
export function stateText(state: Json): string {
  const text: string | undefined = JSON.stringify(state);
  if (text === undefined) throw new TypeError("state must be a JSON value.");
  if (text.length <= MAX_STATE_LENGTH) return text;
  throw new TypeError(`state must have at most ${MAX_STATE_LENGTH} characters as JSON, not ${text.length}.`);
}

function boxOf(value: unknown): PictureSize {
  const { width, height } = fieldsOf("options.size", value, ["width", "height"]);
  return {
    width: wholeNumber("options.size.width", width, 16, 8192),
    height: wholeNumber("options.size.height", height, 16, 8192),
  };
}
