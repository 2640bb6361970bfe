/** Owns the networks that are measured. */

import type { LinkSettings } from "../support/lab/shaper.ts";

export type NetworkCondition = {
  readonly name: string;
  readonly network: Partial<LinkSettings>;
  readonly way: "webrtc" | "websocket";
  /** A time of another network in the middle of the measurement. */
  readonly disturbance: {
    readonly network: Partial<LinkSettings>;
    readonly forMs: number;
    readonly afterMs: number;
  } | null;
};

const MBIT = 1_000_000;
/** Each way: what a wire in the same country takes. */
const usual = { delayMs: 10, queueMs: 200 } as const;

function steady(name: string, network: Partial<LinkSettings>): NetworkCondition {
  return { name, network: { ...usual, ...network }, way: "webrtc", disturbance: null };
}

export const networkConditions: readonly NetworkCondition[] = [
  steady("20", { rateBps: 20 * MBIT }),
  steady("5", { rateBps: 5 * MBIT }),
  steady("2", { rateBps: 2 * MBIT }),
  steady("1", { rateBps: MBIT }),
  steady("0.5", { rateBps: MBIT / 2 }),
  steady("2-loss-2%", { rateBps: 2 * MBIT, loss: 0.02 }),
  steady("2-loss-5%", { rateBps: 2 * MBIT, loss: 0.05 }),
  steady("2-loss-2%-rtt-100", { rateBps: 2 * MBIT, loss: 0.02, delayMs: 50 }),
  steady("5-rtt-100", { rateBps: 5 * MBIT, delayMs: 50 }),
  steady("5-jitter-30", { rateBps: 5 * MBIT, delayMs: 40, jitterMs: 30 }),
  { ...steady("2-websocket", { rateBps: 2 * MBIT }), way: "websocket" },
  {
    name: "10-1-10",
    way: "webrtc",
    network: { ...usual, rateBps: 10 * MBIT },
    disturbance: { network: { rateBps: MBIT }, forMs: 8000, afterMs: 10_000 },
  },
  {
    name: "outage",
    way: "webrtc",
    network: { ...usual, rateBps: 5 * MBIT },
    disturbance: { network: { rateBps: 0 }, forMs: 2000, afterMs: 8000 },
  },
];

/** The name of the measurement of a scene that is turned now and then (network-rest.ts). */
export const REST = "rest";

export const conditionNames: readonly string[] = [...networkConditions.map(({ name }) => name), REST];

/** How long the smallest packet takes there and back. */
export function roundTripOf({ network }: NetworkCondition): number {
  return 2 * (network.delayMs ?? 0);
}
