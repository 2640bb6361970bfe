/** Owns the units of time that both ends use. A bare `number` never says whether it means seconds or milliseconds. */

declare const unit: unique symbol;

/** A span or a point of time in milliseconds. Points count from the epoch unless a name says otherwise. */
export type Milliseconds = number & { readonly [unit]: "milliseconds" };

/** A point on the 90 kHz clock of RTP video (RFC 6184 section 8.1), an unsigned 32-bit number that wraps around. */
export type RtpTimestamp = number & { readonly [unit]: "rtp" };

/** Milliseconds since the epoch with a fraction; the same clock in every thread and process of a machine. */
export function now(): Milliseconds {
  return (performance.timeOrigin + performance.now()) as Milliseconds;
}

/** Marks a plain number as milliseconds. */
export function milliseconds(value: number): Milliseconds {
  return value as Milliseconds;
}

/** The 90 kHz RTP time of a point in time, modulo 2^32. */
export function rtpTimestampOf(time: Milliseconds): RtpTimestamp {
  return (Math.round(time * 90) % 2 ** 32) as RtpTimestamp;
}
