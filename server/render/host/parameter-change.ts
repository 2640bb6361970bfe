/** Owns how the values that a scene knows become others: it is told, and has those before where it throws. In the render thread. */

import { changedNames } from "../../platform/given-parameters.ts";
import type { ParameterValue, ParameterValues } from "../../platform/parameters.ts";

/**
 * Gives `live` these values and tells `hear` which of them are others. Resolves with whether any are; rejects with what `hear` throws.
 */
export async function changeValues(
  live: Record<string, ParameterValue>,
  values: ParameterValues,
  hear: (changed: readonly string[]) => void | Promise<void>,
): Promise<boolean> {
  const changed = changedNames(live, values);
  if (changed.length === 0) return false;
  const before = { ...live };
  Object.assign(live, values);
  try {
    await hear(changed);
    return true;
  } catch (error) {
    // Others may have been set meanwhile.
    for (const name of changed) if (live[name] === values[name]) Object.assign(live, { [name]: before[name] });
    throw error;
  }
}
