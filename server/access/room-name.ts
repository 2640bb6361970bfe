/** Owns how rooms are called: the name under `/s/`, or "" for the shared room at the root. Pure. */

export const roomRule: string = 'a name of 1 to 64 letters, digits, "-" and "_", or "" for the shared room';

export function isRoom(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{0,64}$/.test(value);
}
