/** Owns opening FFmpeg's encoder in a context whose fields are set. In the thread that calls it. */

import { AV_OPT_SEARCH_CHILDREN, AV_OPT_TYPE_STRING } from "node-av/constants";
import { type Codec, type CodecContext, FFmpegError } from "node-av/lib";
import { withoutRealTime } from "../platform/thread-priority.ts";

/** With FFmpeg's `options`, also those of the codec alone. Throws what FFmpeg says; the context is the caller's to free in any case. */
export function openEncoderContext(
  context: CodecContext,
  codec: Codec,
  options: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(options)) {
    const result = context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN);
    FFmpegError.throwIfError(result, `option ${name}=${value}`);
  }
  const open = (): number => context.open2Sync(codec, null);
  FFmpegError.throwIfError(codec.name === "libsvtav1" ? withoutRealTime(open) : open(), "open");
}
