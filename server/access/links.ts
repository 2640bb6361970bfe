/**
 * Owns the links of a server: makes them, lists them, revokes them, and knows whom one brings.
 *
 * LI1 a link is believed for its signature. Kept is only what was made, and which of it was revoked, until it expires.
 * LI2 with a link go the links that who came by it made, and so on; nobody's link outlives its maker's or leads further.
 * LI3 the token of a link is in no list and no file.
 * LI4 of servers that share a file, each hears within a second of what another one revoked, once it is asked.
 */

import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import { type Role, roles } from "../../shared/people.ts";
import { boolean, fieldsOf, oneOf, wholeNumber } from "../platform/option-checks.ts";
import type { Identity } from "./identity.ts";
import { LinkFile, type LinkRecord } from "./link-file.ts";
import { isLinkedRoom, leadsTo, linkedRoomRule, sceneOf } from "./room-name.ts";
import { type Claimed, fullRights, newLinkId, SignedLinks } from "./signed-links.ts";

/** What a link is to allow, and for how long. */
export type LinkOptions = {
  readonly role: Role;
  /** How long it works, in seconds, 60 to 31 536 000. Default 86 400, a day. */
  readonly expiresSeconds?: number;
  /**
   * The only room that it leads to, "" for the shared room; null for every room. Of several scenes "spheres/" is the shared room of
   * the scene "spheres" and "spheres/*" every room of it. Default null.
   */
  readonly room?: string | null;
  /** Whether who comes by it may read and fill the data of these rooms; a host may in any case. Default false. */
  readonly data?: boolean;
};

/** A link as its list shows it. */
export type LinkInfo = {
  /** Names the link, for `revokeLink`. */
  readonly id: string;
  readonly role: Role;
  /** The room that it opens; null for every one. */
  readonly room: string | null;
  /** Whether it is for the data of these rooms, too. */
  readonly data: boolean;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  readonly expiresAt: number;
  readonly isRevoked: boolean;
};

/** A link just made. Its token is told now and never again. */
export type MadeLink = LinkInfo & { readonly token: string };

/** Who makes a link (LI2). */
export type LinkMaker = Pick<Identity, "room" | "expiresAt" | "linkId">;

export type LinksOptions = {
  /** The server's. */
  readonly token: string;
  /** The folder in which they are kept; null keeps them in memory alone, for a token that dies with the server. */
  readonly folder: string | null;
  /** The names of several scenes; null for one. Default null. */
  readonly scenes?: ReadonlySet<string> | null;
  /** Hears, in a sentence, of a file that cannot be read or written. */
  failed?(sentence: string): void;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
};

export type LinksEvents = {
  /** Who came by this link is to go. */
  readonly revoked: { readonly id: string };
};

const DAY_SECONDS = 86_400;
const STANDARD_DAYS = 7;
const MAX_LIVE = 1_000;
/** With those that were revoked and would not have expired yet. */
const MAX_KEPT = 10_000;
const LOOK_AGAIN_MS = 1_000;

export class Links extends Emitter<LinksEvents> {
  readonly signed: SignedLinks;
  readonly #clock: () => number;
  readonly #scenes: ReadonlySet<string> | null;
  readonly #file: LinkFile | null;
  readonly #links = new Map<string, LinkRecord>();
  #lookedAt: number;

  constructor({ token, folder, scenes = null, failed = () => undefined, clock = Date.now }: LinksOptions) {
    super();
    this.#clock = clock;
    this.#scenes = scenes;
    this.signed = new SignedLinks(token, clock);
    this.#file = folder === null ? null : new LinkFile(`${folder}/links-${this.signed.fingerprint}.json`, failed);
    this.#lookedAt = clock();
    this.#merge();
  }

  /**
   * Makes a link, for `maker` if it has less than every right. Rejects with `TypeError` naming the field and its rule, and
   * with a `StreamError`: `not-allowed` for a room that its maker may not enter, `too-many-links` beyond 1000,
   * `link-ended` where its maker's own was revoked.
   */
  async make(
    options: LinkOptions,
    maker: LinkMaker = { room: null, expiresAt: null, linkId: null },
  ): Promise<MadeLink> {
    const { role, expiresSeconds, room, data } = resolveLink(options, maker.room);
    if (maker.room !== null && (room === null || !leadsTo(maker.room, room))) {
      throw new StreamError("not-allowed", sentenceOf(maker.room));
    }
    if (room !== null) requireScene(room, this.#scenes);
    if (maker.linkId !== null && this.#isRevoked(maker.linkId)) throw new StreamError("link-ended");
    const ownEnd = maker.expiresAt ?? Number.POSITIVE_INFINITY;
    const expiresAt = Math.min(this.#clock() + expiresSeconds * 1000, ownEnd);
    return this.#add({ role, room, data, expiresAt, madeBy: maker.linkId, isStandard: false });
  }

  /** The token of the link that a start of the server shows to be passed on: controller, every room, a week. */
  async standardToken(): Promise<string> {
    this.#merge();
    const enough = this.#clock() + (STANDARD_DAYS - 1) * DAY_SECONDS * 1000;
    const known = this.#live.find(({ isStandard, expiresAt }) => isStandard && expiresAt > enough);
    if (known !== undefined) return this.signed.issueLink(known);
    const expiresAt = this.#clock() + STANDARD_DAYS * DAY_SECONDS * 1000;
    const made = await this.#add({
      role: "controller",
      room: null,
      data: false,
      expiresAt,
      madeBy: null,
      isStandard: true,
    });
    return made.token;
  }

  /** Those that have not expired, the revoked among them, the oldest first; of one room where `room` is not null. */
  list(room: string | null = null): readonly LinkInfo[] {
    this.#merge();
    return [...this.#links.values()].filter((link) => isWithin(link, room)).map(infoOf);
  }

  /** False where there is no such link, or it has expired, or it is not of this room. */
  revoke(id: string, room: string | null = null): boolean {
    this.#merge();
    const link = this.#links.get(id);
    if (link === undefined || !isWithin(link, room)) return false;
    if (this.#revokeWithHeirs(link)) this.#file?.write([...this.#links.values()]);
    return true;
  }

  /** Whom a token brings: the server's own or that of a link, or a key that was given for one. */
  async identityOf(token: string): Promise<Claimed> {
    if (this.signed.isOwnToken(token)) return fullRights;
    return this.#unlessRevoked((await this.signed.readLink(token)) ?? (await this.signed.readKey(token)));
  }

  /** Whom a cookie brings. */
  async identityOfCookie(value: string): Promise<Claimed> {
    return this.#unlessRevoked(await this.signed.readCookie(value));
  }

  #unlessRevoked(claimed: Claimed): Claimed {
    if (claimed === null || claimed === "ended" || claimed.linkId === null) return claimed;
    return this.#isRevoked(claimed.linkId) ? "ended" : claimed;
  }

  #isRevoked(id: string): boolean {
    if (this.#clock() - this.#lookedAt >= LOOK_AGAIN_MS) this.#merge();
    return this.#links.get(id)?.isRevoked === true;
  }

  async #add(claims: Omit<LinkRecord, "id" | "madeAt" | "isRevoked">): Promise<MadeLink> {
    this.#merge();
    if (this.#live.length >= MAX_LIVE || this.#links.size >= MAX_KEPT) throw new StreamError("too-many-links");
    // As the token says it, in whole seconds.
    const expiresAt = Math.floor(claims.expiresAt / 1000) * 1000;
    const link = { ...claims, expiresAt, id: newLinkId(), madeAt: this.#clock(), isRevoked: false };
    this.#links.set(link.id, link);
    this.#file?.write([...this.#links.values()]);
    return { ...infoOf(link), token: await this.signed.issueLink(link) };
  }

  get #live(): LinkRecord[] {
    return [...this.#links.values()].filter(({ isRevoked }) => !isRevoked);
  }

  /** Takes in what other servers wrote, and forgets what has expired. */
  #merge(): void {
    this.#lookedAt = this.#clock();
    for (const link of this.#file?.read() ?? []) {
      if (!this.#links.has(link.id)) this.#links.set(link.id, { ...link, isRevoked: false });
      // Somebody may have come by a link that was not known here.
      if (link.isRevoked) this.#revokeWithHeirs(link);
    }
    for (const { id, expiresAt } of this.#links.values()) if (expiresAt <= this.#clock()) this.#links.delete(id);
  }

  /** LI2. Says whether anything changed. */
  #revokeWithHeirs({ id }: LinkRecord): boolean {
    const link = this.#links.get(id);
    if (link === undefined || link.isRevoked) return false;
    this.#links.set(id, { ...link, isRevoked: true });
    this.emit("revoked", { id });
    for (const heir of [...this.#links.values()].filter(({ madeBy }) => madeBy === id)) this.#revokeWithHeirs(heir);
    return true;
  }
}

/** What is asked for, checked. `ownRoom` is the room when none is named. */
function resolveLink(value: unknown, ownRoom: string | null): Required<LinkOptions> {
  const {
    role,
    expiresSeconds = DAY_SECONDS,
    room = ownRoom,
    data = false,
  } = fieldsOf("link", value, ["role", "expiresSeconds", "room", "data"]);
  if (room !== null && !isLinkedRoom(room)) {
    throw new TypeError(`link.room must be ${linkedRoomRule}, or null for every room.`);
  }
  return {
    role: oneOf("link.role", role, roles),
    expiresSeconds: wholeNumber("link.expiresSeconds", expiresSeconds, 60, 365 * DAY_SECONDS),
    room,
    data: boolean("link.data", data),
  };
}

/** A link that leads nowhere is found out by whoever it was given to. */
function requireScene(room: string, scenes: ReadonlySet<string> | null): void {
  const scene = sceneOf(room);
  if (scenes === null) {
    if (scene !== "") throw new TypeError(`link.room must be without "${scene}/": this server has only one scene.`);
  } else if (!scenes.has(scene)) {
    throw new TypeError(
      `link.room must begin with the name of a scene and a slash. There are ${[...scenes].join(", ")}.`,
    );
  }
}

/** Whether a link leads nowhere but where who is allowed `room` alone may go. */
function isWithin(link: LinkRecord, room: string | null): boolean {
  return room === null || (link.room !== null && leadsTo(room, link.room));
}

function sentenceOf(room: string): string {
  const [what, whose] = room.endsWith("/*") ? ["one scene", "its rooms"] : ["one room", "that room"];
  return `Your own link is for ${what}, so you can only make links for ${whose}.`;
}

function infoOf({ id, role, room, data = false, madeAt, expiresAt, isRevoked }: LinkRecord): LinkInfo {
  return { id, role, room, data, madeAt, expiresAt, isRevoked };
}
