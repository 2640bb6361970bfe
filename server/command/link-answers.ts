/** Owns reading what a server answers under `/links`. It may be any server, and its words go to a terminal. Pure. */

import type { Role } from "../../shared/people.ts";
import { isLinkedRoom } from "../access/room-name.ts";
import { isLinkId, isRole } from "../access/signed-links.ts";

export type ShownLink = {
  readonly id: string;
  readonly role: Role;
  readonly room: string | null;
  readonly data: boolean;
  readonly expiresAt: Date;
};

/** Something else answered. */
export class NotAnAnswer extends Error {}

/** Throws `NotAnAnswer`. */
export function parseMadeLink(text: string): ShownLink & { readonly link: string } {
  const fields = fieldsOf(parse(text));
  const link = URL.parse(String(fields["link"]));
  if (link === null || !/^https?:$/.test(link.protocol)) throw new NotAnAnswer();
  return { ...shownLink(fields), link: link.href };
}

/** Throws `NotAnAnswer`. */
export function parseLinkList(text: string): readonly (ShownLink & { readonly isRevoked: boolean })[] {
  const { links } = fieldsOf(parse(text));
  if (!Array.isArray(links)) throw new NotAnAnswer();
  return links.map((link: unknown) => {
    const fields = fieldsOf(link);
    return { ...shownLink(fields), isRevoked: fields["isRevoked"] === true };
  });
}

function shownLink({ id, role, room, data, expiresAt }: Readonly<Record<string, unknown>>): ShownLink {
  const end = new Date(String(expiresAt));
  if (!isLinkId(id) || !isRole(role) || !(room === null || isLinkedRoom(room)) || Number.isNaN(end.getTime())) {
    throw new NotAnAnswer();
  }
  return { id, role, room, data: data === true, expiresAt: end };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw new NotAnAnswer();
  return value as Readonly<Record<string, unknown>>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotAnAnswer();
  }
}
