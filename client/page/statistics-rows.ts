/** Owns how the figures of a viewer read to a person. Pure. */

import { reasonWords, type StreamQuality, type ViewerStats } from "../index.ts";

export type Row = { readonly name: string; readonly value: string };

export type ChartWords = {
  readonly fps: string;
  readonly bitrate: string;
  readonly roundTrip: string;
  readonly latency: string;
};

const NONE = "–";
const codecNames = { h264: "H.264", vp8: "VP8", vp9: "VP9", av1: "AV1" } as const;

/** What the charts of the statistics say of this moment; `isPaused` where the viewer looks away. */
export function chartWords(stats: ViewerStats, quality: StreamQuality | null, isPaused: boolean): ChartWords {
  const isAtRest = stats.shownFps === 0 && stats.renderedFps === 0;
  const fps = isPaused ? "paused" : isAtRest ? "at rest" : `${formatFps(stats.shownFps)} /s`;
  return {
    fps,
    bitrate: formatBitrate(stats.bitrateBps),
    roundTrip: formatMs(roundTripOf(stats, quality)),
    latency: formatMs(stats.clickToPictureMs?.lastMs ?? null),
  };
}

/** Null where nobody knows it. */
export function roundTripOf(stats: ViewerStats, quality: StreamQuality | null): number | null {
  return stats.roundTripMs ?? quality?.roundTripMs ?? null;
}

/** The rows of the statistics overlay, always the same ones in the same order; none says what a chart above them says. */
export function statisticsRows(stats: ViewerStats, quality: StreamQuality | null): Row[] {
  const press = stats.clickToPictureMs;
  const isMjpeg = stats.transport?.kind === "mjpeg";
  return [
    { name: "Median", value: formatMs(press?.medianMs ?? null) },
    { name: "95th percentile", value: formatMs(press?.p95Ms ?? null) },
    { name: "Size", value: stats.width > 0 ? `${stats.width} × ${stats.height}` : NONE },
    // Of Motion JPEG nobody tells.
    { name: "Rendered", value: isMjpeg || stats.renderedFps === 0 ? NONE : `${formatFps(stats.renderedFps)} /s` },
    { name: "Codec", value: isMjpeg ? "JPEG" : codecName(stats) },
    { name: "Transport", value: transportWords(stats.transport) ?? NONE },
    { name: "Bit rate limit", value: quality === null ? NONE : formatBitrate(quality.bitrateBps) },
    { name: "Bandwidth", value: quality?.estimateBps == null ? NONE : formatBitrate(quality.estimateBps) },
    { name: "Loss", value: quality === null ? NONE : formatPercent(quality.loss) },
    { name: "Packets lost", value: String(stats.packetsLost) },
    { name: "Frames dropped", value: String(stats.framesDropped) },
    { name: "Freezes", value: String(stats.freezes) },
  ];
}

function codecName({ codec, chroma }: ViewerStats): string {
  if (codec === null) return NONE;
  return chroma === "444" ? `${codecNames[codec]}, 4:4:4` : codecNames[codec];
}

function formatFps(fps: number): string {
  return String(Math.round(fps));
}

/** Milliseconds with a tenth where tenths matter. */
export function formatMs(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return NONE;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

export function formatBitrate(bps: number): string {
  if (bps >= 1e6) return `${(bps / 1e6).toFixed(1)} Mbit/s`;
  return `${Math.round(bps / 1e3)} kbit/s`;
}

/** A part of 1, with a tenth where tenths matter. */
export function formatPercent(part: number): string {
  const percent = part * 100;
  return `${percent === 0 || percent >= 10 ? Math.round(percent) : percent.toFixed(1)} %`;
}

/** The way of the pictures in words; null while there is none. */
export function transportWords(transport: ViewerStats["transport"]): string | null {
  switch (transport?.kind) {
    case undefined:
      return null;
    case "webrtc":
      return `WebRTC, ${transport.protocol.toUpperCase()}${transport.isRelayed ? ", relayed" : ""}`;
    case "websocket":
      return "WebSocket";
    case "mjpeg":
      return "Motion JPEG";
  }
}

/** Why the pictures do not come by WebRTC, in words; null where there is nothing to say. */
export function fallbackHint(stats: ViewerStats): string | null {
  const way = transportWords(stats.transport);
  return stats.fallbackReason === null || way === null ? null : `Over ${way}: ${reasonWords[stats.fallbackReason]}.`;
}
