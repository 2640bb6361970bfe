/**
 * Owns how much goes through a share link's tunnel and what is said of it: it looks once a second, keeps the month's count, and
 * warns once when little of the month's allowance is left, and once when all is gone. Main process.
 */

import { Emitter } from "../../shared/emitter.ts";
import { type TunnelUsage, tunnelLeft, tunnelWarning } from "../../shared/tunnel.ts";
import { MonthCount, type MonthCountOptions } from "./month-count.ts";
import { TunnelTraffic } from "./tunnel-traffic.ts";

export type TunnelMeterOptions = Omit<MonthCountOptions, "clock"> & {
  readonly allowanceBytes: number | null;
  readonly lookMs?: number;
};

export type TunnelMeterEvents = {
  /** Something went through it; at most once a second. */
  readonly counted: { readonly sent: number; readonly received: number };
  /** Enough went through it that people may want to know; `warning` is a sentence where it is one that was not said yet. */
  readonly told: { readonly usage: TunnelUsage; readonly warning: string | null };
};

const LOOK_MS = 1_000;
const SAVE_LOOKS = 10;
/** People are told at each further part of the allowance, and at each further so many bytes where there is none. */
const TOLD_PART = 0.005;
const TOLD_BYTES = 5_000_000;

export class TunnelMeter extends Emitter<TunnelMeterEvents> {
  readonly traffic: TunnelTraffic = new TunnelTraffic();
  readonly #month: MonthCount;
  readonly #allowanceBytes: number | null;
  readonly #timer: NodeJS.Timeout;
  #looks = 0;
  #toldBytes = Number.NEGATIVE_INFINITY;
  #toldLeft: ReturnType<typeof tunnelLeft> = "enough";

  /** The caller closes it. */
  constructor({ allowanceBytes, lookMs = LOOK_MS, ...options }: TunnelMeterOptions) {
    super();
    this.#allowanceBytes = allowanceBytes;
    this.#month = new MonthCount(options);
    this.#timer = setInterval(() => this.#look(), lookMs);
    this.#timer.unref();
  }

  get usage(): TunnelUsage {
    return { monthBytes: this.#month.bytes, allowanceBytes: this.#allowanceBytes };
  }

  /** Tells how it stands, whatever was told before. */
  tell(): void {
    const { usage } = this;
    this.#toldBytes = usage.monthBytes;
    const left = tunnelLeft(usage);
    const isNew = left !== this.#toldLeft;
    this.#toldLeft = left;
    this.emit("told", { usage, warning: isNew ? tunnelWarning(usage) : null });
  }

  /** Keeps what was counted. Idempotent. */
  close(): void {
    clearInterval(this.#timer);
    this.#look();
    this.#month.save();
  }

  #look(): void {
    const taken = this.traffic.take();
    this.#month.add(taken.sent);
    if (taken.sent + taken.received > 0) this.emit("counted", taken);
    this.#looks += 1;
    if (this.#looks % SAVE_LOOKS === 0) this.#month.save();
    const step = this.#allowanceBytes === null ? TOLD_BYTES : this.#allowanceBytes * TOLD_PART;
    // A new month begins with less.
    if (Math.abs(this.#month.bytes - this.#toldBytes) >= step) this.tell();
  }
}
