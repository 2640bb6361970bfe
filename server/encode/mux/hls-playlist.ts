/**
 * Owns the text of HLS playlists (RFC 8216, and its second edition, draft-ietf-hls-rfc8216bis, for parts). Pure: what the segments
 * are, and for how long, others say.
 */

import type { PictureSize } from "../../../shared/video.ts";

/** One size of a stream. */
export type HlsVariant = {
  /** Of its media playlist, relative to the multivariant one. */
  readonly uri: string;
  /** The most that any segment takes, in bits a second. */
  readonly bandwidthBps: number;
  /** What its segments take in the mean; left out where that is not known. */
  readonly averageBps?: number;
  /** As in RFC 6381: `avc1.42c01f`; behind it, after a comma, those of the sound that is beside it. */
  readonly codecs: string;
  readonly size: PictureSize;
  /** The most frames a second. */
  readonly maxFps: number;
};

/** The sound of all sizes, in segments of its own. */
export type HlsSound = {
  /** Of its media playlist, relative to the multivariant one. */
  readonly uri: string;
  readonly channels: number;
  /** As in ISO 639; null where that is not known. */
  readonly language: string | null;
};

/** A part of a segment, which can be fetched before the segment is whole. */
export type HlsPart = { readonly uri: string; readonly seconds: number; readonly isIndependent: boolean };

export type HlsSegment = {
  /** Null while it is not whole; it is the last one then, and named by its parts alone. */
  readonly uri: string | null;
  readonly seconds: number;
  /** When its first picture was shown, in milliseconds since the epoch; left out where it has no such time. */
  readonly at?: number;
  /** What decoders are to have first. Told where it differs from that of the segment before. */
  readonly mapUri: string;
  /** Whether times, sizes or codecs begin anew with it. */
  readonly isDiscontinuity: boolean;
  /** Those that are to be told; the oldest segments need none. */
  readonly parts: readonly HlsPart[];
};

/** How far the same stream is in another size: the last segment that its playlist names, and the last part. */
export type HlsReport = { readonly uri: string; readonly lastSequence: number; readonly lastPart: number };

export type HlsMedia = {
  /** The most that a segment takes, in whole seconds. */
  readonly targetSeconds: number;
  /** The number of the first segment, and of the discontinuities before it. */
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
  readonly segments: readonly HlsSegment[];
  /** Of streams in parts: the most that a part takes, how far from the end players are to begin, and the next part. */
  readonly parts?: {
    readonly targetSeconds: number;
    readonly holdBackSeconds: number;
    readonly nextUri: string;
    readonly reports: readonly HlsReport[];
  };
  /** Whether nothing will follow. Default false. */
  readonly isEnded?: boolean;
  /** Of a film that is whole. Default: of a live stream, whose oldest segments go. */
  readonly isWhole?: boolean;
};

/** Below this there are no parts, and in version 7 of the protocol is all that is used: EXT-X-MAP of segments that have I-frames. */
const VERSION = { plain: 7, parts: 9 } as const;

/** The playlist of all sizes; a player begins with the first. `title` is what it may call the stream. */
export function masterPlaylist(
  variants: readonly HlsVariant[],
  { title, sound = null }: { readonly title?: string; readonly sound?: HlsSound | null } = {},
): string {
  const lines = ["#EXTM3U", `#EXT-X-VERSION:${VERSION.plain}`, "#EXT-X-INDEPENDENT-SEGMENTS"];
  if (title !== undefined) {
    lines.push(`#EXT-X-SESSION-DATA:DATA-ID="com.apple.hls.title",VALUE="${quotable(title)}"`);
  }
  if (sound !== null) {
    const language = sound.language === null ? "" : `,LANGUAGE="${sound.language}"`;
    const media = `TYPE=AUDIO,GROUP-ID="sound",NAME="sound"${language},DEFAULT=YES,AUTOSELECT=YES`;
    lines.push(`#EXT-X-MEDIA:${media},CHANNELS="${sound.channels}",URI="${sound.uri}"`);
  }
  const heard = sound === null ? "" : ',AUDIO="sound"';
  for (const { uri, bandwidthBps, averageBps, codecs, size, maxFps } of variants) {
    const average = averageBps === undefined ? "" : `,AVERAGE-BANDWIDTH=${Math.ceil(averageBps)}`;
    const picture = `CODECS="${codecs}",RESOLUTION=${size.width}x${size.height},FRAME-RATE=${maxFps.toFixed(3)}`;
    lines.push(`#EXT-X-STREAM-INF:BANDWIDTH=${Math.ceil(bandwidthBps)}${average},${picture}${heard}`, uri);
  }
  return `${lines.join("\n")}\n`;
}

/** The playlist of one size. */
export function mediaPlaylist(media: HlsMedia): string {
  const { targetSeconds, mediaSequence, discontinuitySequence, segments, parts } = media;
  const lines = [
    "#EXTM3U",
    `#EXT-X-VERSION:${parts === undefined ? VERSION.plain : VERSION.parts}`,
    `#EXT-X-TARGETDURATION:${targetSeconds}`,
    ...(media.isWhole === true ? ["#EXT-X-PLAYLIST-TYPE:VOD"] : []),
    ...(parts === undefined ? [] : partLines(parts)),
    `#EXT-X-MEDIA-SEQUENCE:${mediaSequence}`,
    ...(media.isWhole === true ? [] : [`#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuitySequence}`]),
    "#EXT-X-INDEPENDENT-SEGMENTS",
  ];
  let map = "";
  for (const segment of segments) {
    lines.push(...segmentLines(segment, map));
    map = segment.mapUri;
  }
  if (parts !== undefined && media.isEnded !== true) {
    lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${parts.nextUri}"`);
    for (const { uri, lastSequence, lastPart } of parts.reports) {
      lines.push(`#EXT-X-RENDITION-REPORT:URI="${uri}",LAST-MSN=${lastSequence},LAST-PART=${lastPart}`);
    }
  }
  if (media.isEnded === true || media.isWhole === true) lines.push("#EXT-X-ENDLIST");
  return `${lines.join("\n")}\n`;
}

function partLines({ targetSeconds, holdBackSeconds }: NonNullable<HlsMedia["parts"]>): string[] {
  return [
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${secondsText(holdBackSeconds)}`,
    `#EXT-X-PART-INF:PART-TARGET=${secondsText(targetSeconds)}`,
  ];
}

function segmentLines({ uri, seconds, at, mapUri, isDiscontinuity, parts }: HlsSegment, map: string): string[] {
  const lines = isDiscontinuity ? ["#EXT-X-DISCONTINUITY"] : [];
  // Behind a discontinuity it is told anew, also where it has the same name.
  if (mapUri !== map || isDiscontinuity) lines.push(`#EXT-X-MAP:URI="${mapUri}"`);
  if (at !== undefined) lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(Math.round(at)).toISOString()}`);
  for (const part of parts) {
    const independent = part.isIndependent ? ",INDEPENDENT=YES" : "";
    lines.push(`#EXT-X-PART:DURATION=${secondsText(part.seconds)},URI="${part.uri}"${independent}`);
  }
  if (uri !== null) lines.push(`#EXTINF:${secondsText(seconds)},`, uri);
  return lines;
}

function secondsText(seconds: number): string {
  return seconds.toFixed(6);
}

/** Quoted strings have neither quotes nor ends of lines in them (RFC 8216 section 4.2). */
function quotable(text: string): string {
  return text.replace(/["\r\n]/g, "'").slice(0, 200);
}
