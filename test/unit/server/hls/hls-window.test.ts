/** The window of a stream (LW1 to LW4): what its playlist names can be had, and all of it keeps RFC 8216 by a parser that is not ours. */

import { parse, setOptions, types } from "hls-parser";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { HlsWindow } from "../../../../server/hls/hls-window.ts";
import { BEGIN, initPiece, partPieces } from "./made-pieces.ts";

setOptions({ strictMode: true });

let window: HlsWindow;
let next: number;

beforeEach(() => {
  vi.useFakeTimers({ now: BEGIN });
  window = new HlsWindow(() => [{ uri: "../low/live.m3u8", lastSequence: 7, lastPart: 2 }]);
  next = 0;
});

function begin(width?: number): void {
  window.take(initPiece("avc1.42c01f", width));
}

function fill(segments: number, bytes?: number): void {
  for (let count = 0; count < segments; count += 1) {
    for (const piece of partPieces(next, bytes)) window.take(piece);
    next += 1;
  }
}

function playlist(): types.MediaPlaylist {
  const read = parse(String(window.playlist));
  if (!(read instanceof types.MediaPlaylist)) throw new Error("It is another playlist.");
  return read;
}

/** Without what is only hinted at. */
function segments(): types.Segment[] {
  return playlist()
    .segments.map((segment) => Object.assign(segment, { parts: segment.parts.filter(({ hint }) => hint !== true) }))
    .filter(({ uri, parts }) => uri !== "" || parts.length > 0);
}

describe("a stream that goes on", () => {
  it("names its newest fifteen segments, and the parts of the last three alone", () => {
    begin();
    fill(20);
    for (const piece of partPieces(20).slice(0, 2)) window.take(piece);
    const { targetDuration, mediaSequenceBase, renditionReports } = playlist();
    expect([targetDuration, segments().length]).toEqual([3, 15]);
    expect(segments().map(({ parts }) => parts.length)).toEqual([...Array.from({ length: 12 }, () => 0), 4, 4, 2]);
    expect(segments()[0]?.programDateTime?.getTime()).toBe(BEGIN + 2000 * 6);
    expect(mediaSequenceBase).toBe(BEGIN / 2000 + 6);
    expect(renditionReports).toMatchObject([{ uri: "../low/live.m3u8", lastMSN: 7, lastPart: 2 }]);
    expect(String(window.playlist)).toContain(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${BEGIN / 2000 + 20}.2.m4s"`);
  });

  it("LW1: numbers segments by the clock first, and one after the other from then on", () => {
    begin();
    fill(3);
    vi.setSystemTime(BEGIN + 60_000);
    window.breakOff();
    begin();
    fill(1);
    expect(segments().map(({ mediaSequenceNumber }) => mediaSequenceNumber - BEGIN / 2000)).toEqual([0, 1, 2, 3]);
    window.clear();
    begin();
    fill(1);
    expect(window.lastSequence - BEGIN / 2000).toBe(30);
    // A clock that was put back gives no number again.
    window.clear();
    vi.setSystemTime(BEGIN);
    begin();
    fill(1);
    expect(window.lastSequence - BEGIN / 2000).toBe(31);
  });

  it("LW2: keeps what a playlist named for three segments more, then it is gone, with what decoders had first", () => {
    begin();
    fill(1);
    const first = window.lastSequence;
    const init = window.init?.name ?? "";
    begin(320);
    fill(17);
    expect(playlist().mediaSequenceBase).toBe(first + 3);
    expect(window.segment(first)?.map((part) => part[0])).toEqual([0, 1, 2, 3]);
    expect([window.part(first, 3)?.[0], window.initOf(init)?.[0]]).toEqual([3, 640 % 251]);
    fill(1);
    expect([window.segment(first), window.part(first, 3), window.initOf(init)]).toEqual([null, null, null]);
    expect(window.segment(first + 1)).not.toBeNull();
  });

  it("LW3: holds no more bytes than it may, whatever its pictures take", () => {
    begin();
    for (let count = 0; count < 12; count += 1) {
      fill(1, 3 * 1024 * 1024);
      expect(window.bytes).toBeLessThanOrEqual(48 * 1024 * 1024);
    }
    expect(segments()).toHaveLength(4);
  });

  it("LW4: begins anew behind a discontinuity, with what decoders are to have, and counts those that are gone", () => {
    begin();
    fill(2);
    window.take(partPieces(2)[0] ?? initPiece());
    window.breakOff();
    expect(segments().at(-1)?.duration).toBe(0.5);
    begin(320);
    next = 5;
    fill(1);
    expect(segments().map(({ discontinuity, map }) => [discontinuity === true, map?.uri])).toEqual([
      ...Array.from({ length: 3 }, () => [false, `init${BEGIN / 2000}.mp4`]),
      [true, `init${BEGIN / 2000 + 3}.mp4`],
    ]);
    fill(14);
    expect(playlist()).toMatchObject({ discontinuitySequenceBase: 0 });
    expect(segments()[0]?.discontinuity).toBe(true);
    fill(1);
    expect(playlist().discontinuitySequenceBase).toBe(1);
    fill(5);
    expect(playlist().discontinuitySequenceBase).toBe(1);
  });

  it("knows what it has, and what comes next", () => {
    expect([window.playlist, window.has(0, null), window.isNext(0, 0)]).toEqual([null, false, false]);
    begin();
    fill(1);
    window.take(partPieces(1)[0] ?? initPiece());
    const last = window.lastSequence;
    expect([window.has(last - 1, null), window.has(last - 1, 9), window.has(last, 0), window.has(last, 1)]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(window.has(last, null)).toBe(false);
    expect(window.segment(last)).toBeNull();
    expect([
      window.isNext(last, 1),
      window.isNext(last + 1, 0),
      window.isNext(last, 2),
      window.isNext(last + 2, 0),
    ]).toEqual([true, true, false, false]);
    const changes = vi.fn();
    window.on("changed", changes);
    const { playlist: before } = window;
    expect(window.playlist).toBe(before);
    window.take(partPieces(1)[1] ?? initPiece());
    expect(changes).toHaveBeenCalledTimes(1);
    expect(window.playlist).not.toBe(before);
  });
});
