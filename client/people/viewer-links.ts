/** Owns the contract of the links by which others come in, as pages see it. `Links` keeps it. */

import type { Role } from "../../shared/people.ts";

/** What a new link is to allow. */
export type LinkWish = {
  /** What people who come by the link may do. */
  readonly role: Role;
  /** For how long it lets people in, in seconds, from 60 to 31 536 000. Default a day. */
  readonly expiresSeconds?: number;
  /** The only room that it leads to, "" for the common room; null for every room. Default the room of this viewer. */
  readonly room?: string | null;
  /** Whether programs that show it may read and fill the scene's data; a host may in any case. Default false. */
  readonly data?: boolean;
};

/** A link that was made and has not expired. */
export type AccessLink = {
  /** What `revoke()` takes. Never the token of the link. */
  readonly id: string;
  readonly role: Role;
  /** The only room that it leads to, "" for the common room; null for every room. */
  readonly room: string | null;
  /** Whether it is for the scene's data, too. */
  readonly data: boolean;
  /** When it ends, in milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly isRevoked: boolean;
};

/** A link just made. Its address is told now and never again. */
export type NewAccessLink = AccessLink & {
  /** The address to pass on, with its token in the fragment. */
  readonly link: string;
};

/** The links by which others come in. All of it rejects with an `Error` in the server's words. */
export type ViewerLinks = {
  /** Whether this viewer may make, list and revoke links. False before the server said it. */
  readonly canCreate: boolean;
  /** Makes a link. */
  create(wish: LinkWish): Promise<NewAccessLink>;
  /** The links that have not expired, revoked ones included. */
  list(): Promise<AccessLink[]>;
  /** Ends a link: whoever came by it is removed. */
  revoke(id: string): Promise<void>;
};
