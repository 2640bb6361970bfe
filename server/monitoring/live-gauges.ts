/** Owns gauges of what is asked for when Prometheus reads. With metrics.ts it imports prom-client. */

import { Gauge, type Registry } from "prom-client";

/** Name, what it is, and how it is read from what is so now. */
type LiveGauge<Now> = readonly [name: string, help: string, read: (now: Now) => number];

export class LiveGauges<Now> {
  #now: () => Now;

  /** `none` is so before `follow`. */
  constructor(registers: Registry[], none: Now, gauges: readonly LiveGauge<Now>[]) {
    this.#now = () => none;
    const now = (): Now => this.#now();
    for (const [name, help, read] of gauges) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read(now()));
        },
      });
    }
  }

  /** `now` is asked when Prometheus reads. */
  follow(now: () => Now): void {
    this.#now = now;
  }
}
