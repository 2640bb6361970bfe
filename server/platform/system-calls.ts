/** Owns calling functions of the system's C library. For any thread. */

import { createRequire } from "node:module";
import type * as Koffi from "koffi";

/** Gives what `find` makes of the library, which it looks for when it is first wanted; null where it cannot be called here. */
export function systemCalls<Calls>(
  find: (system: Koffi.LibraryHandle, koffi: typeof Koffi) => Calls,
): () => Calls | null {
  let calls: Calls | null | undefined;
  const attempt = (): Calls | null => {
    try {
      const koffi = createRequire(import.meta.url)("koffi") as typeof Koffi;
      return find(koffi.load(null), koffi);
    } catch {
      return null;
    }
  };
  return () => {
    if (calls === undefined) calls = attempt();
    return calls;
  };
}
