/**
 * Owns the file in which the links of a token are kept from one start of the server to the next, without the links
 * themselves: what is in it lets nobody in. Several servers with one token share it.
 */

import { readFileSync, renameSync, statSync } from "node:fs";
import type { Role } from "../../shared/people.ts";
import { writePrivateFile } from "../platform/private-file.ts";
import { isLinkedRoom } from "./room-name.ts";
import { isLinkId, isRole } from "./signed-links.ts";

/** A link that was made; times in milliseconds since the epoch. */
export type LinkRecord = {
  readonly id: string;
  readonly role: Role;
  /** The only room that it leads to; null for every one. */
  readonly room: string | null;
  /** Whether it is for their data, too; what was written before there was any does not say. */
  readonly data?: boolean;
  readonly madeAt: number;
  readonly expiresAt: number;
  /** The link that its maker came by; null where that was the server's own token, or the server itself. */
  readonly madeBy: string | null;
  /** Whether the server made it for its start, to be passed on. */
  readonly isStandard: boolean;
  readonly isRevoked: boolean;
};

/** Much more than the most links take. */
const MAX_BYTES = 16 * 1024 * 1024;

export class LinkFile {
  readonly #path: string;
  readonly #failed: (sentence: string) => void;
  #seen = "";

  /** `failed` hears, in a sentence, of a file that cannot be read or written. */
  constructor(path: string, failed: (sentence: string) => void) {
    this.#path = path;
    this.#failed = failed;
  }

  /** What is in the file; null where it is missing, as it was, or cannot be read. */
  read(): readonly LinkRecord[] | null {
    try {
      const seen = this.#look();
      if (seen === this.#seen) return null;
      // Noted first, so that a bad file is told of once.
      this.#seen = seen;
      return seen === "" ? null : parse(readFileSync(this.#path, "utf8"));
    } catch (error) {
      const kept = isDamage(error) ? this.#setAside() : "";
      const sentence = `The links in ${this.#path} could not be read (${reasonOf(error)}), so revoked ones work again.`;
      this.#failed(`${sentence}${kept}`);
      return null;
    }
  }

  write(links: readonly LinkRecord[]): void {
    try {
      writePrivateFile(this.#path, `${JSON.stringify({ version: 1, links }, null, 1)}\n`);
      this.#seen = this.#look();
    } catch (error) {
      this.#failed(
        `The links could not be written to ${this.#path} (${reasonOf(error)}), so revoked ones will work again after a restart.`,
      );
    }
  }

  /** Else the next link that is made would overwrite what a person could mend. Returns a sentence that says where it is. */
  #setAside(): string {
    const aside = `${this.#path}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`;
    try {
      renameSync(this.#path, aside);
      return ` The file is kept as ${aside}.`;
    } catch {
      return "";
    }
  }

  /** What changes whenever the file does; empty without one. */
  #look(): string {
    const stats = statSync(this.#path, { throwIfNoEntry: false });
    if (stats === undefined) return "";
    if (stats.size > MAX_BYTES) throw new RangeError("it is too large");
    return `${stats.ino} ${stats.mtimeMs} ${stats.size}`;
  }
}

function parse(text: string): readonly LinkRecord[] {
  const content: unknown = JSON.parse(text);
  const links = typeof content === "object" && content !== null && "links" in content ? content.links : null;
  if (!Array.isArray(links) || !links.every(isRecord)) throw new SyntaxError("it is not a list of links");
  return links;
}

function isRecord(value: unknown): value is LinkRecord {
  if (typeof value !== "object" || value === null) return false;
  const {
    id,
    role,
    room,
    data = false,
    madeAt,
    expiresAt,
    madeBy,
    isStandard,
    isRevoked,
  } = value as Record<string, unknown>;
  return (
    isLinkId(id) &&
    isRole(role) &&
    (room === null || isLinkedRoom(room)) &&
    [madeAt, expiresAt].every(Number.isSafeInteger) &&
    (madeBy === null || isLinkId(madeBy)) &&
    [data, isStandard, isRevoked].every((flag) => typeof flag === "boolean")
  );
}

/** Whether it was read, and is no list of links. */
function isDamage(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof RangeError;
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && "code" in error) return String(error.code);
  return isDamage(error) ? (error as Error).message : String(error);
}
