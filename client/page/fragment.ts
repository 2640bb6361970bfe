/** Owns changing the fragment of the page's address. Pure. */

/** A fragment without one of its names; empty where nothing is left. */
export function withoutName(fragment: string, name: string): string {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  fields.delete(name);
  return fields.size === 0 ? "" : `#${fields.toString()}`;
}
