/** Owns what Prometheus reads of what is sent on to servers of others. With metrics.ts it imports prom-client. */

import { Counter, Gauge, type Registry } from "prom-client";

/** Of all rooms: how many outputs there are, how many of them send now, and the bytes that those sent. */
export type OutputsNow = { readonly all: number; readonly sending: number; readonly bytes: number };

export class OutputMetrics {
  readonly #failures: Counter;
  #now: () => OutputsNow = () => ({ all: 0, sending: 0, bytes: 0 });

  constructor(registers: Registry[]) {
    const now = () => this.#now();
    const gauge = (name: string, help: string, read: (outputs: OutputsNow) => number): void => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read(now()));
        },
      });
    };
    gauge("scenecast_outputs", "Servers of others that rooms are sent on to.", ({ all }) => all);
    gauge("scenecast_outputs_sending", "Those of them that take video now.", ({ sending }) => sending);
    gauge("scenecast_output_bytes", "Bytes that were sent to those that there are now.", ({ bytes }) => bytes);
    this.#failures = new Counter({
      name: "scenecast_output_failures_total",
      help: "How often a server of others could not be reached, or was lost.",
      registers,
    });
  }

  /** `now` is asked when Prometheus reads. */
  follow(now: () => OutputsNow): void {
    this.#now = now;
  }

  countFailure(): void {
    this.#failures.inc();
  }
}
