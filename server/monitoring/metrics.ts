/** Owns what Prometheus reads, in a registry of its own. With experience-metrics.ts the only files that import prom-client. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { nameInScene, sceneOf } from "../access/room-name.ts";
import { type SessionReport, stages, type WayReport } from "../session/session-report.ts";
import { ExperienceMetrics } from "./experience-metrics.ts";
import { HlsMetrics } from "./hls-metrics.ts";
import { OutputMetrics } from "./output-metrics.ts";
import { RecordingMetrics } from "./recording-metrics.ts";

/** What a report counts, with the metric and its help. */
const counted = {
  rendered: ["scenecast_frames_rendered_total", "Frames rendered."],
  encoded: ["scenecast_frames_encoded_total", "Frames encoded, each once for every encoder."],
  skipped: ["scenecast_frames_skipped_total", "Frames rendered that no encoder took, because a newer one was there."],
  replacedFrames: [
    "scenecast_source_frames_dropped_total",
    "Frames of another program that a newer one took the place of before they were shown.",
  ],
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

/** What is known of the way to each viewer, once a second while video flows: the metric, its help and its buckets. */
const wayFigures = {
  estimateBps: [
    "scenecast_way_estimate_bits_per_second",
    "What the way to a viewer was estimated to carry for video.",
    [250e3, 500e3, 1e6, 2e6, 4e6, 8e6, 16e6, 32e6, 64e6],
  ],
  loss: [
    "scenecast_way_loss_ratio",
    "The part of the packets to a viewer that were lost.",
    [0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
  ],
  roundTripMs: [
    "scenecast_way_round_trip_seconds",
    "The round trip to a viewer.",
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6],
  ],
  queueMs: [
    "scenecast_way_queue_seconds",
    "How long packets to a viewer waited in queues on the way.",
    [0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64],
  ],
} as const satisfies Record<keyof WayReport, readonly [string, string, readonly number[]]>;

const wayFields = Object.keys(wayFigures) as (keyof WayReport)[];
const exactBuckets = [0.008, 0.016, 0.033, 0.066, 0.125, 0.25, 0.5, 1, 2];

/** Bytes that went through the share link's tunnel since the last count, and that went out in this month. */
export type TunnelCount = { readonly sent: number; readonly received: number; readonly monthBytes: number };

export class Metrics {
  /** How it is for those who watch. */
  readonly experience: ExperienceMetrics;
  /** What is recorded. */
  readonly recordings: RecordingMetrics;
  /** What is sent on to servers of others. */
  readonly outputs: OutputMetrics;
  readonly hls: HlsMetrics;
  readonly #registry = new Registry();
  readonly #counters: ReadonlyMap<keyof typeof counted, Counter<"scene">>;
  readonly #stages: Histogram<"stage">;
  readonly #cpu: Counter<"thread" | "scene">;
  readonly #restarts: Counter<"scene">;
  readonly #viewers: Gauge<"scene">;
  readonly #roomsLive: Gauge;
  readonly #encoders: Gauge<"room" | "scene">;
  readonly #ways: ReadonlyMap<keyof WayReport, Histogram<"room" | "scene">>;
  readonly #pictures: PictureMetrics;
  readonly #tunnelBytes: Counter<"direction">;
  readonly #tunnelMonth: Gauge;

  /** Of several scenes, what is of one is told apart by the label `scene`. */
  constructor(hasSeveralScenes: boolean = false) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#counters = new Map(
      countedFields.map((field) => {
        const [name, help] = counted[field];
        return [field, new Counter({ name, help, labelNames: ["scene"], registers })];
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
      name: "scenecast_room_cpu_seconds_total",
      help: "Processor time of the rooms' processes, by thread.",
      labelNames: ["thread", "scene"],
      registers,
    });
    const restarts = {
      name: "scenecast_room_restarts_total",
      help: "Restarts of a room's process after it had failed.",
    };
    this.#restarts = new Counter({ ...restarts, labelNames: ["scene"], registers });
    const viewers = { name: "scenecast_viewers", help: "Viewers, by page, WHEP or HTTP." };
    this.#viewers = new Gauge({ ...viewers, labelNames: ["scene"], registers });
    // One with a label is not there before it counts.
    if (!hasSeveralScenes) {
      for (const counter of [...this.#counters.values(), this.#restarts]) counter.inc(0);
      this.#viewers.set(0);
    }
    this.#roomsLive = new Gauge({
      name: "scenecast_rooms_live",
      help: "Rooms that are live now.",
      registers,
    });
    this.#encoders = new Gauge({
      name: "scenecast_encoders",
      help: "Encoders that are in use now, by room; the shared room has no name.",
      labelNames: ["room", "scene"],
      registers,
    });
    this.#ways = new Map(
      wayFields.map((field) => {
        const [name, help, buckets] = wayFigures[field];
        return [field, new Histogram({ name, help, labelNames: ["room", "scene"], buckets: [...buckets], registers })];
      }),
    );
    for (const stage of stages) this.#stages.zero({ stage });
    this.#pictures = pictureMetrics(registers);
    this.#tunnelBytes = new Counter({
      name: "scenecast_tunnel_bytes_total",
      help: "Bytes that went through the tunnel of the share link, out or in.",
      labelNames: ["direction"],
      registers,
    });
    this.#tunnelMonth = new Gauge({
      name: "scenecast_tunnel_month_sent_bytes",
      help: "Bytes that went out through the tunnel in this calendar month, by all servers of this user.",
      registers,
    });
    this.experience = new ExperienceMetrics(registers);
    this.recordings = new RecordingMetrics(registers);
    this.outputs = new OutputMetrics(registers);
    this.hls = new HlsMetrics(registers);
  }

  /** The content type of `text`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Adds what happened in a room since its last report. */
  handleReport(room: string, report: SessionReport): void {
    const scene = sceneLabel(sceneOf(room));
    for (const [field, counter] of this.#counters) counter.inc(scene, report[field]);
    for (const stage of stages) {
      for (const ms of report.stageMs[stage]) this.#stages.observe({ stage }, ms / 1000);
    }
    for (const [thread, ms] of Object.entries(report.cpuMs)) this.#cpu.inc({ ...scene, thread }, ms / 1000);
    for (const way of report.ways) this.#observeWay(room, way);
    this.experience.handleQueueing(report.queueShares);
    this.setEncoders(room, report.encoders);
  }

  /** The process of a room fell. */
  handleRestart(room: string): void {
    this.#restarts.inc(sceneLabel(sceneOf(room)));
  }

  /** How many watch a scene; "" for the only one. */
  setViewers(scene: string, count: number): void {
    this.#viewers.set(sceneLabel(scene), count);
  }

  setRoomsLive(count: number): void {
    this.#roomsLive.set(count);
  }

  /** How many encoders run for a room. */
  setEncoders(room: string, count: number): void {
    this.#encoders.set(labelsOf(room), count);
  }

  /** A room is no more. */
  forgetRoom(room: string): void {
    this.#encoders.remove(labelsOf(room));
    for (const histogram of this.#ways.values()) histogram.remove(labelsOf(room));
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

  countSnapshot(format: string, result: "taken" | "unchanged" | "refused"): void {
    this.#pictures.snapshots.inc({ format, result });
  }

  /** The exact picture of a scene at rest was made, once for all its viewers who take this format. */
  countExactPictureMade(format: string, ms: number): void {
    this.#pictures.exactPictures.observe({ format }, ms / 1000);
  }

  /** A viewer was sent so much of the exact picture; less than all where the scene moved meanwhile. */
  countExactPictureSent(bytes: number): void {
    this.#pictures.exactPicturesSent.inc();
    this.#pictures.exactPictureBytes.inc(bytes);
  }

  countTunnelled({ sent, received, monthBytes }: TunnelCount): void {
    this.#tunnelBytes.inc({ direction: "out" }, sent);
    this.#tunnelBytes.inc({ direction: "in" }, received);
    this.#tunnelMonth.set(monthBytes);
  }

  /** Everything in the Prometheus text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #observeWay(room: string, way: WayReport): void {
    for (const [field, histogram] of this.#ways) {
      const value = way[field];
      if (value !== null) histogram.observe(labelsOf(room), field.endsWith("Ms") ? value / 1000 : value);
    }
  }
}

function labelsOf(room: string): { readonly room: string; readonly scene?: string } {
  return { ...sceneLabel(sceneOf(room)), room: nameInScene(room) };
}

function sceneLabel(scene: string): { readonly scene?: string } {
  return scene === "" ? {} : { scene };
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
    snapshots: new Counter({
      name: "scenecast_snapshots_total",
      help: "Snapshots asked for, by format and result.",
      labelNames: ["format", "result"],
      registers,
    }),
    exactPictures: new Histogram({
      name: "scenecast_exact_picture_seconds",
      help: "Seconds that it took to make the exact picture of a scene at rest, by format.",
      labelNames: ["format"],
      buckets: exactBuckets,
      registers,
    }),
    exactPicturesSent: counter("exact_pictures_sent_total", "Exact pictures sent, each once for every viewer."),
    exactPictureBytes: counter("exact_picture_sent_bytes_total", "Bytes of exact pictures sent."),
  };
}
