/** Owns the path under which a proxy mounts the server. Pure. */

export type Mounted = { readonly kind: "here"; readonly url: string } | { readonly kind: "moved"; readonly to: string };

/**
 * What a request's URL means with the base path taken off. One without it is left as it is: some proxies take the prefix
 * off themselves. The base path without its slash moves to the one with it, as the page's links are relative.
 */
export function unmount(url: string, basePath: string): Mounted {
  if (basePath === "" || !url.startsWith(basePath)) return { kind: "here", url };
  const rest = url.slice(basePath.length);
  if (rest.startsWith("/")) return { kind: "here", url: rest };
  if (rest !== "" && !rest.startsWith("?")) return { kind: "here", url };
  // Relative, so that it holds under what a proxy put before it (RFC 9110 section 10.2.2).
  return { kind: "moved", to: `${basePath.slice(basePath.lastIndexOf("/") + 1)}/${rest}` };
}
