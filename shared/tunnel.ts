/** Owns what both ends know of tunnels to the public. */

/**
 * What a request carries, with any value, so that ngrok's free plan lets a browser's request through
 * (https://ngrok.com/abuse), which it else answers with a page for people until its button was pressed.
 */
export const TUNNEL_HEADER = "ngrok-skip-browser-warning";

/** How much left this machine by a share link's tunnel. */
export type TunnelUsage = {
  /** In this calendar month (UTC), by all servers of this user. */
  readonly monthBytes: number;
  /** What may leave in a month; null where no such bound is known. */
  readonly allowanceBytes: number | null;
};

/** The part of a month's allowance that is used when somebody should know. */
const WARNING_PART = 0.8;

/** Said while there is enough left. */
export function tunnelSentence({ monthBytes, allowanceBytes }: TunnelUsage): string {
  const bound = allowanceBytes === null ? "" : ` of about ${bytesWords(allowanceBytes)}`;
  return `So far ${bytesWords(monthBytes)}${bound} went through the tunnel this month.`;
}

/** How much of a month's allowance is left; without one there is always enough. */
export function tunnelLeft({ monthBytes, allowanceBytes }: TunnelUsage): "enough" | "little" | "nothing" {
  if (allowanceBytes === null || monthBytes < WARNING_PART * allowanceBytes) return "enough";
  return monthBytes < allowanceBytes ? "little" : "nothing";
}

/** Said as soon as there is little left; null before. */
export function tunnelWarning(usage: TunnelUsage): string | null {
  const left = tunnelLeft(usage);
  if (left === "enough") return null;
  const [used, all] = [bytesWords(usage.monthBytes), bytesWords(usage.allowanceBytes ?? 0)];
  const isGone = left === "nothing";
  const what = isGone ? `All of the month's ${all} have` : `${used} of the month's ${all} have`;
  return `${what} gone through the tunnel. The share link may stop working ${isGone ? "at any time" : "when all is used"}.`;
}

/** An amount for people: 950 kB, 12 MB, 1.2 GB. */
function bytesWords(bytes: number): string {
  if (bytes >= 1e9) return `${Math.round(bytes / 1e8) / 10} GB`;
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.round(bytes / 1e3)} kB`;
}
