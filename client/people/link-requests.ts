/** Owns what is asked of the server about the links by which others come in. */

import type { roles as allRoles } from "../../shared/people.ts";
import { type Ask, askServer, type Fields, fieldsOf, listIn, notUnderstood, posted } from "./ask-server.ts";
import type { AccessLink, LinkWish, NewAccessLink } from "./viewer-links.ts";

/** Given, so that what loads this does not have to be split. */
type Roles = typeof allRoles;

/** `url` is that of `links`. Rejects with an `Error` in the server's words, as all of these. */
export async function createLink(ask: Ask, url: URL, wish: LinkWish, roles: Roles): Promise<NewAccessLink> {
  const answer = await askServer(ask, url, posted(wish));
  const fields = fieldsOf(await answer.json());
  if (typeof fields["link"] !== "string") throw notUnderstood();
  return { ...linkOf(fields, roles), link: fields["link"] };
}

export async function listLinks(ask: Ask, url: URL, roles: Roles): Promise<AccessLink[]> {
  return (await listIn(await askServer(ask, url, { method: "GET" }), "links")).map((fields) => linkOf(fields, roles));
}

export async function revokeLink(ask: Ask, url: URL, id: string): Promise<void> {
  url.pathname += `/${encodeURIComponent(id)}`;
  await askServer(ask, url, { method: "DELETE" });
}

/** Reads a link of the server's answer. Throws `Error` where it is none. */
function linkOf(fields: Fields, roles: Roles): AccessLink {
  const { id, room, expiresAt } = fields;
  const endMs = typeof expiresAt === "string" ? Date.parse(expiresAt) : Number.NaN;
  if (typeof id !== "string" || typeof fields["role"] !== "string" || Number.isNaN(endMs)) throw notUnderstood();
  // A newer server may have roles that this version does not know (PV1 in shared/signaling.ts).
  const role = roles.find((role) => role === fields["role"]) ?? "viewer";
  const isRevoked = fields["isRevoked"] === true;
  return { id, role, room: typeof room === "string" ? room : null, expiresAt: endMs, isRevoked };
}
