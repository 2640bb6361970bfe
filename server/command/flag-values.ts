/** Owns how values of flags are read that more than one command takes. Pure. */

/** NaN, which no option accepts, for what is not a number. */
export function numberOf(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** The value of `--port`; 0 takes any. Throws `TypeError` with a line for people. */
export function portOf(text: string, min: 0 | 1 = 1): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < min || port > 65_535) throw new TypeError(`--port must be a whole number from ${min} to 65535.`);
  return port;
}
