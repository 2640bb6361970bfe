/** Owns a room full of people for the tests of server/room/control.ts: its own clock, and what was told. */

import { expect } from "vitest";
import { Control } from "../../../../server/room/control.ts";
import { StreamError, type StreamErrorCode } from "../../../../shared/errors.ts";
import type { ControlMode, ControlRequest, Role } from "../../../../shared/people.ts";

export const IDLE_MS = 30_000;

export class ControlRoom {
  time = 0;
  readonly control: Control;
  readonly told: string[] = [];

  constructor(mode: ControlMode, people: readonly Role[] = []) {
    this.control = new Control({ mode, idleMs: IDLE_MS, clock: () => this.time });
    this.control.on("changed", () => this.told.push("changed"));
    this.control.on("refused", ({ person }) => this.told.push(`refused ${person}`));
    this.control.on("kicked", ({ person }) => this.told.push(`kicked ${person}`));
    people.forEach((role, index) => {
      this.control.join(index + 1, role, true);
    });
    this.told.length = 0;
  }

  /** Returns the code with which it was refused, or null. A second passes, so that no rate bounds it. */
  do(person: number, request: ControlRequest): StreamErrorCode | null {
    this.time += 1_000;
    try {
      this.control.request(person, request);
      return null;
    } catch (error) {
      if (error instanceof StreamError) return error.code;
      throw error;
    }
  }

  ask(...people: number[]): void {
    for (const person of people) expect(this.do(person, { action: "ask" })).toBeNull();
  }

  get state(): unknown {
    const { mode, locked, holder, controllers, isWaiting } = this.control;
    const asking = Array.from({ length: 10 }, (_, index) => index + 1).filter((person) =>
      this.control.isAsking(person),
    );
    return { mode, locked, holder, controllers, isWaiting, asking };
  }
}
