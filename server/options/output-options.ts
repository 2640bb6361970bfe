/** Owns what may be said of outputs, with every check; no sentence repeats an address, which has a key in it. Pure. */

import { parseOutputAddress, streamAddressRule } from "../platform/stream-address.ts";

const MAX_OUTPUTS = 8;

/** Throws `TypeError` that begins with `name`. */
export function outputAddress(name: string, value: unknown): string {
  if (typeof value === "string" && parseOutputAddress(value) !== null) return value;
  throw new TypeError(`${name} must be ${streamAddressRule}.`);
}

/** `hasOneRoom`: whether there is a shared room of the only scene. Throws `TypeError` naming the option and its rule. */
export function resolveOutputs(value: unknown, hasOneRoom: boolean): readonly string[] {
  const name = "options.outputs";
  if (!Array.isArray(value) || value.length > MAX_OUTPUTS) {
    throw new TypeError(`${name} must be a list of at most ${MAX_OUTPUTS} addresses.`);
  }
  if (value.length > 0 && !hasOneRoom) {
    throw new TypeError(`${name} must be left out with several scenes and with private rooms.`);
  }
  return value.map((address: unknown) => outputAddress(`Each of ${name}`, address));
}
