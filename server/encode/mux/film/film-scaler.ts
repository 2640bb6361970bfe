/** Owns bringing the pictures of a movie into all its sizes: upright, with square pixels, in BT.709. In the process that encodes. */

import { AV_FRAME_FLAG_INTERLACED, AV_PKT_DATA_DISPLAYMATRIX, AVCOL_SPC_UNSPECIFIED } from "node-av/constants";
import type { Frame, Stream } from "node-av/lib";
import type { PictureSize } from "../../../../shared/video.ts";
import { TICKS, type TimedPicture } from "./film-input.ts";
import { FilterLine } from "./filter-line.ts";
import { type PictureTurn, pictureTurn } from "./picture-turn.ts";

/** From here on up, what says nothing of its colours has those of HD. */
const HD_HEIGHT = 700;

/** How large the pictures of a movie are shown: upright, with square pixels. */
export function shownSize(video: Stream): PictureSize {
  const { width, height, sampleAspectRatio } = video.codecpar;
  const { num, den } = video.sampleAspectRatio.num > 0 ? video.sampleAspectRatio : sampleAspectRatio;
  const shape = num > 0 && den > 0 ? num / den : 1;
  const wide = Math.max(1, Math.round(width * shape));
  return turnOf(video).isOnSide ? { width: height, height: wide } : { width: wide, height };
}

export class FilmScaler {
  readonly #sizes: readonly PictureSize[];
  readonly #turn: PictureTurn;
  #line: FilterLine | null = null;
  #form = "";

  constructor(video: Stream, sizes: readonly PictureSize[]) {
    this.#sizes = sizes;
    this.#turn = turnOf(video);
  }

  /** Scales a picture, which is empty afterwards; null is the end. `taken` gets each scaled one, for the size of this number. */
  scale(
    picture: (TimedPicture & { readonly duration: number }) | null,
    taken: (frame: Frame, size: number) => void,
  ): void {
    if (picture !== null) {
      const { frame, ticks, duration } = picture;
      const form = formOf(frame);
      if (form !== this.#form) {
        // The size may change in the middle of a file.
        this.#drain(taken);
        this.#line = this.#makeLine(frame, form);
        this.#form = form;
      }
      frame.pts = BigInt(ticks);
      frame.duration = BigInt(duration);
      this.#line?.push(frame);
      this.#take(taken);
    } else this.#drain(taken);
  }

  /** Frees FFmpeg's memory. */
  close(): void {
    this.#line?.close();
    this.#line = null;
  }

  #drain(taken: (frame: Frame, size: number) => void): void {
    this.#line?.push(null);
    this.#take(taken);
    this.close();
  }

  #take(taken: (frame: Frame, size: number) => void): void {
    for (const at of this.#sizes.keys()) {
      for (const frame of this.#line?.taken(at) ?? []) taken(frame, at);
    }
  }

  #makeLine(frame: Frame, source: string): FilterLine {
    const isSaid = frame.colorSpace !== AVCOL_SPC_UNSPECIFIED;
    const matrix = isSaid ? "" : `:in_color_matrix=${frame.height >= HD_HEIGHT ? "bt709" : "bt601"}`;
    const fields = frame.hasFlags(AV_FRAME_FLAG_INTERLACED) ? "bwdif=mode=send_frame:deint=interlaced," : "";
    const names = this.#sizes.map((_, at) => `[scaled${at}]`).join("");
    const first = `[in]${fields}${this.#turn.filters}split=${this.#sizes.length}${names}`;
    const each = this.#sizes.map(({ width, height }, at) => {
      const scale = `scale=${width}:${height}:flags=bicubic${matrix}:out_color_matrix=bt709:out_range=tv`;
      return `[scaled${at}]${scale},format=yuv420p,setsar=1,settb=expr=1/${TICKS}[out${at}]`;
    });
    const filters = [first, ...each].join(";");
    return new FilterLine({ kind: "pictures", source, filters, outputs: this.#sizes.length });
  }
}

function turnOf(video: Stream): PictureTurn {
  return pictureTurn(video.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX));
}

function formOf({ width, height, format, colorSpace, colorRange }: Frame): string {
  const colours = `colorspace=${colorSpace}:range=${colorRange}`;
  return `video_size=${width}x${height}:pix_fmt=${format}:time_base=1/${TICKS}:pixel_aspect=1/1:${colours}`;
}
