/** Owns what Prometheus reads of what is sent on to servers of others. With metrics.ts it imports prom-client. */

import { Counter, type Registry } from "prom-client";
import { LiveGauges } from "./live-gauges.ts";

/** Of all rooms: how many outputs there are, how many of them send now, and the bytes that those sent. */
export type OutputsNow = { readonly all: number; readonly sending: number; readonly bytes: number };

export class OutputMetrics {
  /** What is so now. */
  readonly now: LiveGauges<OutputsNow>;
  readonly #failures: Counter;

  constructor(registers: Registry[]) {
    this.now = new LiveGauges<OutputsNow>(registers, { all: 0, sending: 0, bytes: 0 }, [
      ["scenecast_outputs", "Servers of others that rooms are sent on to.", ({ all }) => all],
      ["scenecast_outputs_sending", "Those of them that take video now.", ({ sending }) => sending],
      ["scenecast_output_bytes", "Bytes that were sent to those that there are now.", ({ bytes }) => bytes],
    ]);
    this.#failures = new Counter({
      name: "scenecast_output_failures_total",
      help: "How often a server of others could not be reached, or was lost.",
      registers,
    });
  }

  countFailures(times: number): void {
    this.#failures.inc(times);
  }
}
