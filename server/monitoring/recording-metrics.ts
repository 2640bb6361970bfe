/** Owns what Prometheus reads of recordings. With metrics.ts it imports prom-client. */

import { Counter, type Registry } from "prom-client";
import { LiveGauges } from "./live-gauges.ts";

/** What is recorded now, in all rooms. */
export type RecordedNow = {
  readonly running: number;
  /** Of the files that are being written. */
  readonly bytes: number;
  /** In memory. */
  readonly replayBytes: number;
};

export class RecordingMetrics {
  /** What is so now. */
  readonly now: LiveGauges<RecordedNow>;
  readonly #failed: Counter;

  constructor(registers: Registry[]) {
    this.now = new LiveGauges<RecordedNow>(registers, { running: 0, bytes: 0, replayBytes: 0 }, [
      ["scenecast_recordings", "Recordings that run now.", ({ running }) => running],
      ["scenecast_recording_bytes", "Bytes of the files that are being recorded now.", ({ bytes }) => bytes],
      ["scenecast_replay_bytes", "Bytes that replay buffers hold in memory.", ({ replayBytes }) => replayBytes],
    ]);
    this.#failed = new Counter({
      name: "scenecast_recordings_failed_total",
      help: "Recordings that could not go on, as on a full disk.",
      registers,
    });
  }

  countFailed(): void {
    this.#failed.inc();
  }
}
