/** Owns the table of encoders: for each codec the FFmpeg encoders that can make it, best first, and their real-time options. */

import type { SceneContent, StreamCodec } from "../../../shared/video.ts";

/** The layout of the pictures that an encoder takes. `vaapi` pictures are in the memory of the GPU. */
export type EncoderInput = "yuv420p" | "yuv444p" | "nv12" | "vaapi";

export type EncoderChoice = {
  /** FFmpeg's name. */
  readonly name: string;
  readonly input: EncoderInput;
  readonly isHardware: boolean;
  /** The operating systems on which a probe makes sense, as `process.platform` names them; null for all. */
  readonly platforms: readonly string[] | null;
  /** Whether `bitRate` may change while it runs, without a key frame. */
  readonly takesBitrate: boolean;
  /**
   * The constant rate factor of pictures in motion and of the one at rest, where the encoder takes a change while it
   * runs; null where quality follows the bit rate alone.
   */
  readonly rateFactors: { readonly moving: string; readonly atRest: string } | null;
  /** FFmpeg options. Rate control is set apart. */
  readonly options: Readonly<Record<string, string>>;
  /** Those that take the place of `options` where the picture is text. */
  readonly textOptions?: Readonly<Record<string, string>>;
};

const software = { isHardware: false, platforms: null, rateFactors: null } as const;
const hardware = { isHardware: true, takesBitrate: false, rateFactors: null } as const;
const nvenc = { preset: "p1", tune: "ull", rc: "vbr", cq: "23", delay: "0", zerolatency: "1", "forced-idr": "1" };
const qsv = { preset: "veryfast", async_depth: "1", look_ahead: "0", forced_idr: "1" };
const videoToolbox = { realtime: "1", prio_speed: "1", allow_sw: "0" };
const libvpx = {
  deadline: "realtime",
  "cpu-used": "8",
  "lag-in-frames": "0",
  "error-resilient": "0",
  "auto-alt-ref": "0",
  qmin: "4",
  qmax: "63",
};
/** Per cent of a mean frame, of which VP8 uses half. Without it a key frame takes a second at low bit rates. */
const maxKeyFrame = { vp8: { "max-intra-rate": "600" }, vp9: { "max-intra-rate": "300" } } as const;

/** How much of the VBV buffer the first picture may take: like later key frames, which find it half empty. */
const FIRST_OF_VBV = 0.6;
const x264 = `keyint=infinite:scenecut=0:vbv-init=${FIRST_OF_VBV}`;
/**
 * With CABAC, which this profile has: without it text and lines at 2 Mbit/s are 7 to 10 dB worse, and worse than in 4:2:0, for up to a
 * millisecond a frame. x264 codes colours in 4:4:4 six steps coarser than brightness; half of that is up to 2 dB better for thin lines and text.
 */
const x264FullChroma = `${x264}:cabac=1:chroma-qp-offset=-3`;

/**
 * Without `rtc`: that mode of SVT-AV1 3.1 leaves old pictures standing where a whole one gets brighter, crashes at some sizes,
 * and is no faster (measured).
 */
const svtAv1 = "pred-struct=1:rc=2:lookahead=0:scd=0:enable-force-key-frames=1";
/**
 * Its tools for screens, which by itself it takes for text without smooth edges alone. Black text on white that is scrolled by whole
 * pixels is 6 dB better with them at 2 Mbit/s, coloured text hardly; what moves by parts of a pixel gains nothing. They take a
 * tenth more time.
 */
const svtAv1Text = `${svtAv1}:scm=1`;

/**
 * Encoders by codec. A hardware encoder is taken only when a probe encoded a picture with it.
 * x264: `ultrafast` has no B frames, no CABAC and no 8x8 transform, so it stays in Constrained Baseline (RFC 6184). 4:4:4 makes it
 * High 4:4:4 Predictive. SVT-AV1 has no 4:4:4, nor have the others for AV1.
 */
export const encoderChoices: Readonly<Record<StreamCodec, readonly EncoderChoice[]>> = {
  h264: [
    {
      name: "h264_nvenc",
      input: "yuv420p",
      ...hardware,
      platforms: ["linux", "win32"],
      options: { ...nvenc, profile: "baseline" },
    },
    {
      name: "h264_videotoolbox",
      input: "nv12",
      ...hardware,
      platforms: ["darwin"],
      options: { ...videoToolbox, profile: "constrained_baseline" },
    },
    {
      name: "h264_vaapi",
      input: "vaapi",
      ...hardware,
      platforms: ["linux"],
      options: { profile: "constrained_baseline", async_depth: "1" },
    },
    {
      name: "h264_qsv",
      input: "nv12",
      ...hardware,
      platforms: ["linux", "win32"],
      options: { ...qsv, profile: "baseline" },
    },
    {
      name: "libx264",
      input: "yuv420p",
      ...software,
      takesBitrate: true,
      rateFactors: { moving: "21", atRest: "12" },
      options: { preset: "ultrafast", tune: "zerolatency", "x264-params": x264, crf: "21" },
    },
  ],
  vp8: [
    {
      name: "libvpx",
      input: "yuv420p",
      ...software,
      takesBitrate: false,
      options: { ...libvpx, ...maxKeyFrame.vp8 },
    },
  ],
  vp9: [
    {
      name: "libvpx-vp9",
      input: "yuv420p",
      ...software,
      takesBitrate: false,
      options: { ...libvpx, ...maxKeyFrame.vp9, "row-mt": "1", "tile-columns": "2" },
    },
  ],
  av1: [
    { name: "av1_nvenc", input: "yuv420p", ...hardware, platforms: ["linux", "win32"], options: nvenc },
    { name: "av1_vaapi", input: "vaapi", ...hardware, platforms: ["linux"], options: { async_depth: "1" } },
    { name: "av1_qsv", input: "nv12", ...hardware, platforms: ["linux", "win32"], options: qsv },
    {
      name: "libsvtav1",
      input: "yuv420p",
      ...software,
      takesBitrate: false,
      options: { preset: "12", "svtav1-params": svtAv1 },
      textOptions: { preset: "12", "svtav1-params": svtAv1Text },
    },
  ],
  "h264-444": [
    {
      name: "h264_nvenc",
      input: "yuv444p",
      ...hardware,
      platforms: ["linux", "win32"],
      options: { ...nvenc, profile: "high444p" },
    },
    {
      name: "libx264",
      input: "yuv444p",
      ...software,
      takesBitrate: true,
      rateFactors: { moving: "21", atRest: "12" },
      options: { preset: "ultrafast", tune: "zerolatency", "x264-params": x264FullChroma, crf: "21" },
    },
  ],
  "vp9-444": [
    {
      name: "libvpx-vp9",
      input: "yuv444p",
      ...software,
      takesBitrate: false,
      options: { ...libvpx, ...maxKeyFrame.vp9, "row-mt": "1", "tile-columns": "2" },
    },
  ],
};

/**
 * What the client's VBV buffer may hold, in seconds of the bit rate: how much a key frame may exceed the mean before
 * its quality falls. Short, because it is also how late a picture may come; a longer one makes motion no finer.
 */
export const VBV_SECONDS = 0.1;

/** The FFmpeg options of an encoder for pictures of this sort. */
export function optionsFor(
  { options, textOptions = options }: EncoderChoice,
  content: SceneContent,
): EncoderChoice["options"] {
  return content === "text" ? textOptions : options;
}
