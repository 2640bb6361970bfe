/** Owns taking the company of a viewer as it is at one moment. */

import type { CompanySnapshot } from "../people/company.ts";
import type { Viewer } from "../viewer.ts";

export function snapshotOf({ people, me, control }: Viewer): CompanySnapshot {
  return { people, me, control };
}
