/** Owns what the playlists of a movie that is whole (RFC 8216) say: one for each track, and the master playlist. Pure. */

import type { PictureSize } from "../../shared/video.ts";
import { masterPlaylist, mediaPlaylist } from "../encode/mux/hls-playlist.ts";

/** A segment as playlists count it. */
export type ListedSegment = { readonly seconds: number; readonly bytes: number };

export type ListedVariant = {
  readonly name: string;
  readonly size: PictureSize;
  readonly codecs: string;
  readonly fps: number;
  readonly segments: readonly ListedSegment[];
};

export type ListedSound = {
  readonly codecs: string;
  readonly channels: number;
  readonly language: string | null;
  readonly segments: readonly ListedSegment[];
};

/** That of a track. */
export function trackPlaylist(
  segments: readonly ListedSegment[],
  header: string,
  nameOf: (at: number) => string,
): string {
  return mediaPlaylist({
    targetSeconds: targetOf(segments),
    mediaSequence: 0,
    discontinuitySequence: 0,
    isWhole: true,
    segments: segments.map(({ seconds }, at) => {
      return { uri: nameOf(at), seconds, mapUri: header, isDiscontinuity: false, parts: [] };
    }),
  });
}

/** That of all. Bit rates are those of the segments as they are, the sound's included. */
export function filmPlaylist(variants: readonly ListedVariant[], sound: ListedSound | null): string {
  const listed = variants.map((variant) => {
    const { name, size, codecs, fps } = variant;
    const { peakBps, meanBps } = bitRatesOf(variant, sound);
    const all = sound === null ? codecs : `${codecs},${sound.codecs}`;
    const rates = { bandwidthBps: peakBps, averageBps: meanBps };
    return { uri: `${name}/playlist.m3u8`, ...rates, codecs: all, size, maxFps: fps };
  });
  return masterPlaylist(listed, { sound: sound === null ? null : { ...sound, uri: "sound/playlist.m3u8" } });
}

/** Bits a second of a variant with its sound. */
export function bitRatesOf(
  { segments }: Pick<ListedVariant, "segments">,
  sound: Pick<ListedSound, "segments"> | null,
): { readonly peakBps: number; readonly meanBps: number } {
  const tracks = sound === null ? [segments] : [segments, sound.segments];
  return {
    peakBps: Math.ceil(tracks.reduce((sum, track) => sum + peakOf(track), 0)),
    meanBps: Math.ceil(tracks.reduce((sum, track) => sum + rateOf(track), 0)),
  };
}

/**
 * The "peak segment bit rate" of section 4.1: the largest of any segments that follow each other and last between a half and one and
 * a half target durations.
 */
function peakOf(segments: readonly ListedSegment[]): number {
  const target = targetOf(segments);
  let peak = 0;
  for (let first = 0; first < segments.length; first += 1) {
    const run = { seconds: 0, bytes: 0 };
    for (let at = first; at < segments.length; at += 1) {
      run.seconds += segments[at]?.seconds ?? 0;
      run.bytes += segments[at]?.bytes ?? 0;
      if (run.seconds > target * 1.5) break;
      if (run.seconds >= target * 0.5) peak = Math.max(peak, (run.bytes * 8) / run.seconds);
    }
  }
  return peak === 0 ? rateOf(segments) : peak;
}

function rateOf(segments: readonly ListedSegment[]): number {
  const seconds = segments.reduce((sum, segment) => sum + segment.seconds, 0);
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  return seconds > 0 ? (bytes * 8) / seconds : 0;
}

/** The longest segment, to the whole second (section 4.3.3.1). */
function targetOf(segments: readonly ListedSegment[]): number {
  return Math.max(1, ...segments.map(({ seconds }) => Math.round(seconds)));
}
