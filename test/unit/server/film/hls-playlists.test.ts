/** Playlists as a parser reads them that is not ours, and the bit rates that they promise. */

import { parse, types } from "hls-parser";
import { expect, test } from "vitest";
import { bitRatesOf, filmPlaylist, trackPlaylist } from "../../../../server/film/hls-playlists.ts";

const segments = [
  { seconds: 6.006, bytes: 300_000 },
  { seconds: 5.6, bytes: 700_000 },
  { seconds: 0.1, bytes: 90_000 },
];

test("a playlist of a track has each segment with its length, and says that it is whole", () => {
  const read = parse(trackPlaylist(segments, "header.mp4", (at) => `${at}.m4s`));
  if (!(read instanceof types.MediaPlaylist)) throw new Error("it is none");
  expect(read).toMatchObject({ targetDuration: 6, endlist: true, playlistType: "VOD", version: 7 });
  expect(read.segments.map(({ uri, duration }) => [uri, duration])).toEqual([
    ["0.m4s", 6.006],
    ["1.m4s", 5.6],
    ["2.m4s", 0.1],
  ]);
  expect(read.segments.every(({ map }) => map.uri === "header.mp4")).toBe(true);
});

test("the peak is that of segments together that are long enough, so a short one at the end does not count alone", () => {
  const { peakBps, meanBps } = bitRatesOf({ segments }, null);
  // The second and the third last 5.7 s together.
  expect(peakBps).toBe(Math.ceil((790_000 * 8) / 5.7));
  expect(meanBps).toBe(Math.ceil((1_090_000 * 8) / 11.706));
  expect(bitRatesOf({ segments: [{ seconds: 0.2, bytes: 100 }] }, null)).toEqual({ peakBps: 4000, meanBps: 4000 });
});

test("the master playlist has a variant for each size, with the sound's rate and codec added", () => {
  const variants = [360, 720].map((name) => ({
    name: String(name),
    size: { width: (name * 16) / 9, height: name },
    codecs: "avc1.64001e",
    fps: 30_000 / 1001,
    segments,
  }));
  const sound = { codecs: "mp4a.40.2", channels: 2, language: "deu", segments: [{ seconds: 6, bytes: 48_000 }] };
  const read = parse(filmPlaylist(variants, sound));
  if (!(read instanceof types.MasterPlaylist)) throw new Error("it is none");
  expect(read.variants).toHaveLength(2);
  expect(read.variants[1]).toMatchObject({
    uri: "720/playlist.m3u8",
    bandwidth: bitRatesOf({ segments }, null).peakBps + 64_000,
    codecs: "avc1.64001e,mp4a.40.2",
    resolution: { width: 1280, height: 720 },
    frameRate: 29.97,
  });
  expect(read.variants[1]?.audio).toMatchObject([{ uri: "sound/playlist.m3u8", language: "deu", channels: "2" }]);
  expect(filmPlaylist(variants, null)).not.toContain("AUDIO");
});
