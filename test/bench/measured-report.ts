/** Owns what the measured process of a scene adds to the reports of the real one. */

import type { SessionReport } from "../../server/session/session-report.ts";

/** Lists are of the second that the report is about; a frame is in them once its last packet went out. */
type Measured = {
  /** When the report was made; milliseconds since the epoch. */
  readonly at: number;
  /** The number of the newest frame that was encoded. */
  readonly frame: number;
  /** Processor time of the process since it began, all threads, those of the software rasteriser too. */
  readonly processCpuMs: number;
  /** From the end of reading a frame back until its packet is with the transport, less convert and encode. */
  readonly handOverMs: readonly number[];
  /** From a packet's being with the transport until the system has its last RTP packet. */
  readonly sendMs: readonly number[];
  /** Of that, from the last RTP packet's being encrypted until the operating system has all of them. */
  readonly socketMs: readonly number[];
  /** From the end of reading a frame back until the system has its last RTP packet, less convert and encode. */
  readonly overheadMs: readonly number[];
  /** From an input's arrival until the last packet of the first frame that shows it. */
  readonly inputMs: readonly number[];
};

export type MeasuredReport = SessionReport & { readonly measured: Measured };
