/** Owns what Prometheus reads, in a registry of its own. The only file that imports prom-client. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { type SessionReport, stages } from "../session/session-protocol.ts";

/** What a report counts, with the metric and its help. */
const counted = {
  rendered: ["scenecast_frames_rendered_total", "Frames rendered."],
  encoded: ["scenecast_frames_encoded_total", "Frames encoded, each once for every encoder."],
  skipped: ["scenecast_frames_skipped_total", "Frames rendered that no encoder took, because a newer one was there."],
  sentFrames: ["scenecast_frames_sent_total", "Frames sent, each once for every viewer."],
  droppedFrames: ["scenecast_frames_dropped_total", "Frames that a viewer was not sent."],
  sentBytes: ["scenecast_sent_bytes_total", "Bytes of video sent."],
  sentPackets: ["scenecast_sent_packets_total", "RTP packets sent."],
  retransmittedPackets: [
    "scenecast_retransmitted_packets_total",
    "RTP packets sent again because a viewer missed them.",
  ],
  parityPackets: ["scenecast_parity_packets_total", "RTP packets sent from which a viewer makes lost ones itself."],
  keyFrames: ["scenecast_key_frames_total", "Key frames encoded."],
  rejectedInputs: ["scenecast_rejected_inputs_total", "Input messages that were malformed and changed nothing."],
  glErrors: ["scenecast_gl_errors_total", "OpenGL errors noticed after a frame was drawn."],
} as const satisfies Partial<Record<keyof SessionReport, readonly [string, string]>>;

const countedFields = Object.keys(counted) as (keyof typeof counted)[];
const stageBuckets = [0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.033, 0.066, 0.125, 0.25];
const stillBuckets = [0.008, 0.016, 0.033, 0.066, 0.125, 0.25, 0.5, 1, 2];

export class Metrics {
  readonly #registry = new Registry();
  readonly #counters: ReadonlyMap<keyof typeof counted, Counter>;
  readonly #stages: Histogram<"stage">;
  readonly #cpu: Counter<"thread">;
  readonly #restarts: Counter;
  readonly #viewers: Gauge;
  readonly #sessionsLive: Gauge;
  readonly #encoders: Gauge<"room">;
  readonly #pictures: PictureMetrics;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#counters = new Map(
      countedFields.map((field) => {
        const [name, help] = counted[field];
        return [field, new Counter({ name, help, registers })];
      }),
    );
    this.#stages = new Histogram({
      name: "scenecast_stage_seconds",
      help: "Seconds of work on a frame, by stage of the pipeline.",
      labelNames: ["stage"],
      buckets: stageBuckets,
      registers,
    });
    this.#cpu = new Counter({
      name: "scenecast_session_cpu_seconds_total",
      help: "Processor time of the scene's process, by thread.",
      labelNames: ["thread"],
      registers,
    });
    const restarts = { name: "scenecast_session_restarts_total", help: "Starts of a scene's process after it fell." };
    this.#restarts = new Counter({ ...restarts, registers });
    this.#viewers = new Gauge({ name: "scenecast_viewers", help: "Viewers, by page, WHEP or HTTP.", registers });
    this.#sessionsLive = new Gauge({
      name: "scenecast_sessions_live",
      help: "Scenes that are streamed now.",
      registers,
    });
    this.#encoders = new Gauge({
      name: "scenecast_encoders",
      help: "Encoders that give frames now, by room; the common scene's room has no name.",
      labelNames: ["room"],
      registers,
    });
    for (const stage of stages) this.#stages.zero({ stage });
    this.#pictures = pictureMetrics(registers);
  }

  /** The content type of `text`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Adds what happened since the last report of a session. */
  handleReport(report: SessionReport): void {
    for (const [field, counter] of this.#counters) counter.inc(report[field]);
    for (const stage of stages) {
      for (const ms of report.stageMs[stage]) this.#stages.observe({ stage }, ms / 1000);
    }
    for (const [thread, ms] of Object.entries(report.cpuMs)) this.#cpu.inc({ thread }, ms / 1000);
  }

  handleRestart(): void {
    this.#restarts.inc();
  }

  setViewers(count: number): void {
    this.#viewers.set(count);
  }

  setSessionsLive(count: number): void {
    this.#sessionsLive.set(count);
  }

  /** How many encoders run for a room; null where the room is no more. */
  setEncoders(room: string, count: number | null): void {
    if (count === null) this.#encoders.remove({ room });
    else this.#encoders.set({ room }, count);
  }

  /** A picture of a Motion JPEG stream was encoded, once for all its watchers. */
  countJpegEncoded(): void {
    this.#pictures.jpegEncoded.inc();
  }

  countJpegSent(bytes: number): void {
    this.#pictures.jpegSent.inc();
    this.#pictures.jpegBytes.inc(bytes);
  }

  /** A watcher of Motion JPEG did not get a picture, because one before was still on its way. */
  countJpegSkipped(): void {
    this.#pictures.jpegSkipped.inc();
  }

  addJpegWatchers(change: 1 | -1): void {
    this.#pictures.jpegWatchers.inc(change);
  }

  countStill(format: string, result: "taken" | "unchanged" | "refused"): void {
    this.#pictures.stills.inc({ format, result });
  }

  /** The exact picture of a scene at rest was made, once for all its viewers who take this format. */
  countExactStillMade(format: string, ms: number): void {
    this.#pictures.exactStills.observe({ format }, ms / 1000);
  }

  /** A viewer was sent so much of the exact picture; less than all where the scene moved meanwhile. */
  countExactStillSent(bytes: number): void {
    this.#pictures.exactStillsSent.inc();
    this.#pictures.exactStillBytes.inc(bytes);
  }

  /** Everything in the Prometheus text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

type PictureMetrics = ReturnType<typeof pictureMetrics>;

function pictureMetrics(registers: Registry[]) {
  const counter = (name: string, help: string) => new Counter({ name: `scenecast_${name}`, help, registers });
  return {
    jpegEncoded: counter("jpeg_frames_encoded_total", "Pictures of Motion JPEG encoded, each once for every form."),
    jpegSent: counter("jpeg_frames_sent_total", "Pictures of Motion JPEG sent, each once for every watcher."),
    jpegSkipped: counter("jpeg_frames_skipped_total", "Pictures of Motion JPEG that a slow watcher was not sent."),
    jpegBytes: counter("jpeg_sent_bytes_total", "Bytes of Motion JPEG sent."),
    jpegWatchers: new Gauge({ name: "scenecast_jpeg_watchers", help: "Watchers of Motion JPEG.", registers }),
    stills: new Counter({
      name: "scenecast_stills_total",
      help: "Stills asked for, by format and by what became of it.",
      labelNames: ["format", "result"],
      registers,
    }),
    exactStills: new Histogram({
      name: "scenecast_exact_still_seconds",
      help: "Seconds that it took to make the exact picture of a scene at rest, by format.",
      labelNames: ["format"],
      buckets: stillBuckets,
      registers,
    }),
    exactStillsSent: counter("exact_stills_sent_total", "Exact pictures sent, each once for every viewer."),
    exactStillBytes: counter("exact_still_sent_bytes_total", "Bytes of exact pictures sent."),
  };
}
