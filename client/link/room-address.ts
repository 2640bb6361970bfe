/** Owns where a room lies: under `s/<name>/`, as seen from where the page lies. Pure. */

/**
 * The address of the WebSocket of a room. `url` is that of the page's own: of the server's root, or of this very room
 * already. `room` is null for the common scene.
 */
export function roomUrl(url: string, room: string | null): string {
  const address = new URL(url);
  if (room === null) return address.href;
  const end = address.pathname.lastIndexOf("/") + 1;
  const folder = address.pathname.slice(0, end);
  const place = `s/${encodeURIComponent(room)}/`;
  if (folder.endsWith(`/${place}`)) return address.href;
  address.pathname = folder + place + address.pathname.slice(end);
  return address.href;
}
