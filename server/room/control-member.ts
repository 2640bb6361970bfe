/** Owns what control.ts knows of each person, and who is refused at once. Pure but for the clock. */

import { StreamError } from "../../shared/errors.ts";
import type { Role } from "../../shared/people.ts";
import { milliseconds } from "../../shared/time.ts";
import { TokenBucket } from "../platform/token-bucket.ts";

export type Member = {
  readonly number: number;
  readonly isHost: boolean;
  readonly isEligible: boolean;
  /** CT11. */
  readonly requests: TokenBucket;
  isAway: boolean;
  /** When it steered last, or got control. */
  activeAt: number;
  mayAskAt: number;
};

/** How long somebody who was refused may not ask (CT8). */
const REFUSAL_MS = 10_000;

export function newMember(number: number, role: Role, canSteer: boolean, clock: () => number): Member {
  return {
    number,
    isHost: role === "host",
    isEligible: canSteer && role !== "viewer",
    requests: new TokenBucket({ perSecond: 5, burst: 10, clock: () => milliseconds(clock()) }),
    isAway: false,
    activeAt: clock(),
    mayAskAt: Number.NEGATIVE_INFINITY,
  };
}

/** Returns the member, or throws `not-allowed` if it can never have control. */
export function requireEligible(member: Member): Member {
  if (member.isEligible) return member;
  throw new StreamError("not-allowed", "Viewers who can only watch cannot have control.");
}

export function requireHost(member: Member): void {
  if (!member.isHost) throw new StreamError("not-allowed", "Only a host may do that.");
}

/** Somebody's asking was refused at this time. */
export function noteRefused(member: Member, at: number): void {
  member.mayAskAt = at + REFUSAL_MS;
}

/** Throws `too-fast` for somebody who was refused a moment ago. */
export function requireMayAsk(member: Member, at: number): void {
  if (at >= member.mayAskAt) return;
  throw new StreamError("too-fast", "Your last request was declined. Ask again in a few seconds.");
}
