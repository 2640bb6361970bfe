/** Owns which package an address of the internet publishes, so that the installed one can be imported in its place. Pure. */

/** A package at jsdelivr, as three's own addons import some: "https://cdn.jsdelivr.net/npm/opentype.js@1.3.4/+esm". */
const MODULE = /^https:\/\/cdn\.jsdelivr\.net\/npm\/((?:@[\w.-]+\/)?[\w.-]+)@[\w.-]+\/\+esm$/;

/** The name of the package whose module an address gives; null where it is not known to be one. */
export function publishedPackage(address: string): string | null {
  return MODULE.exec(address)?.[1] ?? null;
}
