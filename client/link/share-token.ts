/** Owns where the token of a share link stands: in its fragment, which browsers send to no server. Pure. */

/** The token in the fragment of an address, such as `location.hash`; null without one. */
export function tokenInFragment(fragment: string): string | null {
  return new URLSearchParams(fragment.replace(/^#/, "")).get("token") || null;
}

/** The token in what somebody typed or pasted, which may be the whole link. */
export function tokenOf(text: string): string {
  return text.trim().replace(/^.*#token=/, "");
}
