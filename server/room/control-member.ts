/** Owns what control.ts knows of each person, and who is refused at once. Pure but for the clock. */

import { StreamError } from "../../shared/errors.ts";
import type { Role } from "../../shared/people.ts";
import { milliseconds } from "../../shared/time.ts";
import { TokenBucket } from "../platform/token-bucket.ts";

export type ControlMember = {
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

export function newMember(number: number, role: Role, canSteer: boolean, clock: () => number): ControlMember {
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
export function requireEligible(member: ControlMember): ControlMember {
  if (member.isEligible) return member;
  throw new StreamError("not-allowed", "Who only watches cannot have control.");
}

export function requireHost(member: ControlMember): void {
  if (!member.isHost) throw new StreamError("not-allowed", "Only a host may do that.");
}
