/** Owns pointer events for tests: a mouse that hovers in the middle, but for what a test says. */

import type { PointerInput } from "../../../../shared/input.ts";
import { pointerInput as inputOfPhase } from "../../../support/input-samples.ts";

export function pointerInput(fields: Partial<PointerInput>): PointerInput {
  return { ...inputOfPhase("move"), ...fields };
}
