/**
 * Owns the figures of a stream as the browser measures them, and how they come out of its WebRTC statistics
 * (webrtc-stats). Pure.
 */

import { type Chroma, type VideoCodec, videoCodecs } from "../../shared/video.ts";
import type { ReceiverDigest, TransportPath } from "./viewer-stats.ts";

/** What is known of a connection that has not been measured. */
export const noDigest: ReceiverDigest = {
  width: 0,
  height: 0,
  codec: null,
  chroma: null,
  transport: null,
  decodedFps: 0,
  bitrateBps: 0,
  roundTripMs: null,
  jitterBufferMs: null,
  decodeMs: null,
  framesDropped: 0,
  freezes: 0,
  packetsLost: 0,
};

/** The counters that the next digest subtracts from its own. */
export type StatsCounters = {
  readonly timeMs: number;
  readonly bytes: number;
  readonly framesDecoded: number;
  readonly decodeSeconds: number;
  readonly bufferSeconds: number;
  readonly framesEmitted: number;
};

type Entry = Readonly<Record<string, unknown>>;

/** What `RTCStatsReport` is to us. */
export type StatsEntries = ReadonlyMap<string, unknown>;

/** Reads a report; null when it has no video yet. `before` is the counters of the report before it. */
export function digestStats(
  report: StatsEntries,
  before: StatsCounters | null,
): { digest: ReceiverDigest; counters: StatsCounters } | null {
  const entries = [...report.values()].filter(isEntry);
  const video = entries.find(isVideo);
  if (video === undefined) return null;
  const pair = selectedPair(entries);
  const counters = countersOf(video);
  const codecEntry = entries.find((entry) => entry["id"] === video["codecId"]);
  const codec = codecOf(codecEntry);
  const roundTripSeconds = pair?.["currentRoundTripTime"];
  const digest = {
    width: number(video, "frameWidth"),
    height: number(video, "frameHeight"),
    codec,
    chroma: codec === null ? null : chromaOf(codec, String(codecEntry?.["sdpFmtpLine"] ?? "")),
    transport: pathOf(entries, pair),
    roundTripMs: typeof roundTripSeconds === "number" ? roundTripSeconds * 1000 : null,
    framesDropped: number(video, "framesDropped"),
    freezes: number(video, "freezeCount"),
    packetsLost: number(video, "packetsLost"),
    ...ratesOf(counters, before),
  };
  return { digest, counters };
}

/** How many packets of video came so far. */
export function packetsReceived(report: StatsEntries): number {
  const videos = [...report.values()].filter(isEntry).filter(isVideo);
  return videos.reduce((sum, video) => sum + number(video, "packetsReceived"), 0);
}

function isVideo(entry: Entry): boolean {
  return entry["type"] === "inbound-rtp" && entry["kind"] === "video";
}

function countersOf(video: Entry): StatsCounters {
  return {
    timeMs: number(video, "timestamp"),
    bytes: number(video, "bytesReceived") + number(video, "headerBytesReceived"),
    framesDecoded: number(video, "framesDecoded"),
    decodeSeconds: number(video, "totalDecodeTime"),
    bufferSeconds: number(video, "jitterBufferDelay"),
    framesEmitted: number(video, "jitterBufferEmittedCount"),
  };
}

function ratesOf(
  now: StatsCounters,
  before: StatsCounters | null,
): Pick<ReceiverDigest, "decodedFps" | "bitrateBps" | "jitterBufferMs" | "decodeMs"> {
  const seconds = before === null ? 0 : (now.timeMs - before.timeMs) / 1000;
  if (before === null || seconds <= 0) return { decodedFps: 0, bitrateBps: 0, jitterBufferMs: null, decodeMs: null };
  const frames = now.framesDecoded - before.framesDecoded;
  const emitted = now.framesEmitted - before.framesEmitted;
  return {
    decodedFps: frames / seconds,
    bitrateBps: ((now.bytes - before.bytes) * 8) / seconds,
    jitterBufferMs: emitted > 0 ? ((now.bufferSeconds - before.bufferSeconds) * 1000) / emitted : null,
    decodeMs: frames > 0 ? ((now.decodeSeconds - before.decodeSeconds) * 1000) / frames : null,
  };
}

function selectedPair(entries: readonly Entry[]): Entry | undefined {
  const transport = entries.find((entry) => entry["type"] === "transport");
  const id = transport?.["selectedCandidatePairId"];
  const pairs = entries.filter((entry) => entry["type"] === "candidate-pair");
  // Firefox has no transport entry and marks the pair itself.
  return pairs.find((pair) => pair["id"] === id) ?? pairs.find((pair) => pair["selected"] === true);
}

function pathOf(entries: readonly Entry[], pair: Entry | undefined): TransportPath | null {
  const local = entries.find((entry) => entry["id"] === pair?.["localCandidateId"]);
  const remote = entries.find((entry) => entry["id"] === pair?.["remoteCandidateId"]);
  if (pair === undefined || local === undefined) return null;
  const candidateType = String(local["candidateType"]);
  return {
    kind: "webrtc",
    protocol: (local["relayProtocol"] ?? local["protocol"]) === "udp" ? "udp" : "tcp",
    isRelayed: candidateType === "relay" || remote?.["candidateType"] === "relay",
    candidateType,
  };
}

function codecOf(entry: Entry | undefined): VideoCodec | null {
  const name = String(entry?.["mimeType"] ?? "").toLowerCase();
  return videoCodecs.find((codec) => name === `video/${codec}`) ?? null;
}

/** By the profile that was agreed on: High 4:4:4 Predictive of H.264, profile 1 of VP9. */
function chromaOf(codec: VideoCodec, parameters: string): Chroma {
  const isFull =
    (codec === "h264" && /profile-level-id=f4/i.test(parameters)) ||
    (codec === "vp9" && /profile-id=1/.test(parameters));
  return isFull ? "444" : "420";
}

function number(entry: Entry, name: string): number {
  const value = entry[name];
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

function isEntry(value: unknown): value is Entry {
  return typeof value === "object" && value !== null;
}
