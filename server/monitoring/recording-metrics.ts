/** Owns what Prometheus reads of recordings. With metrics.ts it imports prom-client. */

import { Counter, Gauge, type Registry } from "prom-client";

/** What is recorded now, in all rooms. */
export type RecordedNow = {
  readonly running: number;
  /** Of the files that are being written. */
  readonly bytes: number;
  /** In memory. */
  readonly replayBytes: number;
};

export class RecordingMetrics {
  readonly #failed: Counter;
  #now: () => RecordedNow = () => ({ running: 0, bytes: 0, replayBytes: 0 });

  constructor(registers: Registry[]) {
    const now = () => this.#now();
    const gauge = (name: string, help: string, read: (recorded: RecordedNow) => number): void => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read(now()));
        },
      });
    };
    gauge("scenecast_recordings", "Recordings that run now.", ({ running }) => running);
    gauge("scenecast_recording_bytes", "Bytes of the files that are being recorded now.", ({ bytes }) => bytes);
    gauge("scenecast_replay_bytes", "Bytes that replay buffers hold in memory.", ({ replayBytes }) => replayBytes);
    this.#failed = new Counter({
      name: "scenecast_recordings_failed_total",
      help: "Recordings that could not go on, as on a full disk.",
      registers,
    });
  }

  /** `now` is asked when Prometheus reads. */
  follow(now: () => RecordedNow): void {
    this.#now = now;
  }

  countFailed(): void {
    this.#failed.inc();
  }
}
