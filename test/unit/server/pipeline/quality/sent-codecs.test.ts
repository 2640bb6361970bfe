/** Which codecs viewers are sent. */

import { expect, it } from "vitest";
import { sentCodecs } from "../../../../../server/pipeline/quality/sent-codecs.ts";
import type { ChromaWish, SceneContent, VideoCodec } from "../../../../../shared/video.ts";

const plain = ["h264", "vp8", "vp9", "av1"];
const full = ["h264-444", "vp9-444"];

it.each<[ChromaWish, SceneContent, readonly string[]]>([
  ["auto", "surfaces", plain],
  ["auto", "lines", [...full, ...plain]],
  ["auto", "text", [...full, ...plain]],
  ["420", "lines", plain],
  ["444", "surfaces", [...full, ...plain]],
])("%s and a scene of %s: 4:4:4 first or not at all, and 4:2:0 always", (chroma, content, codecs) => {
  expect(sentCodecs({ codec: null, chroma }, content)).toEqual(codecs);
});

it.each<[VideoCodec, readonly string[]]>([
  ["h264", ["h264-444", "h264"]],
  ["vp9", ["vp9-444", "vp9"]],
  ["vp8", ["vp8"]],
  ["av1", ["av1"]],
])("one codec for everybody is sent in both: %s", (codec, codecs) => {
  expect(sentCodecs({ codec, chroma: "auto" }, "lines")).toEqual(codecs);
});
