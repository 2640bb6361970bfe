/** Owns what is known of who makes a request, and where it leads. */

import type { Role } from "../../shared/people.ts";
import type { ParameterTexts } from "../platform/parameters.ts";

/** Who somebody is, by its link, its token or the application's own authentication. */
export type Identity = {
  readonly role: Role;
  /** The only room that it may enter, or all of one scene (room-name.ts); null for every one. */
  readonly room: string | null;
  /** When its right ends, in milliseconds since the epoch; null for never. */
  readonly expiresAt: number | null;
  /** The link that it came by, which can be revoked; null for none. */
  readonly linkId: string | null;
  /** What it is called, where the application says so; null where it may choose. */
  readonly name: string | null;
  /** Whether it may read and fill the data of the rooms that it may enter, which hosts may always. Default false. */
  readonly data?: boolean;
};

/** Whether somebody may read and fill the data of the rooms that it may enter. */
export function mayUseData({ role, data = false }: Identity): boolean {
  return role === "host" || data;
}

/** A request that was let in. */
export type Admission = {
  readonly identity: Identity;
  /** The name of the room (room-name.ts); "" is the shared one. */
  readonly room: string;
  /** Where it comes from, as far as proxies that are trusted say it. */
  readonly address: string;
  /** Whether it comes through the tunnel of the share link, of which it may take no more than its share. Default false. */
  readonly isTunnelled?: boolean;
  /** What the query of its address may say of the scene's parameters. Default nothing. */
  readonly parameters?: ParameterTexts;
};
