/** Owns the token that a share link carries in its fragment, which browsers send to nobody. */

import { tokenInFragment } from "../link/share-token.ts";
import { withoutName } from "./fragment.ts";

/** The token of the page's address; null without one. */
export function linkToken(): string | null {
  return tokenInFragment(location.hash);
}

/** Takes the token out of the address, so that it is neither looked over a shoulder nor passed on by mistake. */
export function hideLinkToken(): void {
  if (linkToken() === null) return;
  const fragment = withoutName(location.hash, "token");
  history.replaceState(history.state, "", location.pathname + location.search + fragment);
}
