/**
 * Owns who steers a scene: who has control, who waits for it and how it passes on. Main process, one for each room; pure
 * but for the clock. It never names anybody but by `Person.number`.
 *
 * Somebody is eligible who can steer at all and is a controller or a host. Control is *passed on* by whoever has it in mode
 * `one`; it is *given by hosts* in mode `host`, and in mode `one` while it is locked.
 *
 * CT1  Mode `everyone`: all who are eligible steer, hosts alone while it is locked. Nobody holds control, nobody asks.
 * CT2  Otherwise one person steers, or nobody. Who holds control is eligible and there; so is who asks, and does not hold it.
 * CT3  Whoever joins gets control if nobody else is eligible; where hosts give it, a host if no other host is there.
 * CT4  Passed on, whoever asks gets control at once where it is free, or its holder is away or has not steered for
 *      `idleMs`; otherwise waits, and gets it as soon as one of these comes true. First come, first served, those who are
 *      away last, and nobody who is away takes it from a holder.
 * CT5  Given by hosts, whoever asks waits for a host's answer, however idle the holder; a host has free control by asking.
 * CT6  Who released control, or gave it away, has it no more. Passed on, a released control goes to the first who asked,
 *      else it is free; given by hosts, it is free.
 * CT7  When the holder leaves: to the first who asked, else to the longest present who is not away, else to the longest
 *      present, else to nobody; given by hosts, to the longest present host in the same way, else to nobody.
 * CT8  A holder, where control is passed on, and a host may grant control to anybody eligible and refuse who asked. Who
 *      was refused may ask again after ten seconds.
 * CT9  Only hosts take control, lock it, change the mode and send people out; nobody sends itself out.
 * CT10 Changing the mode keeps the holder and who asks. From `everyone` the host who changed it has control; to `everyone`
 *      nobody has or asks.
 * CT11 Five requests a second for each person, ten at once. What is refused by a rule changes nothing.
 */

import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import type { ControlMode, ControlRequest, Role } from "../../shared/people.ts";
import { type Member, newMember, noteRefused, requireEligible, requireHost, requireMayAsk } from "./control-member.ts";

export type ControlOptions = {
  readonly mode: ControlMode;
  /** A holder who has not steered for so long, in milliseconds, loses control to who asks (CT4). */
  readonly idleMs: number;
  /** The time in milliseconds, from any origin; may not go back. */
  readonly clock: () => number;
};

export type ControlEvents = {
  /** Holder, asking people, mode, lock or who may steer changed. */
  changed: Record<never, never>;
  /** Somebody's asking was refused. */
  refused: { readonly person: number };
  /** A host sent somebody out. It is for the owner to cut it off. */
  kicked: { readonly person: number };
};

export class Control extends Emitter<ControlEvents> {
  readonly #options: ControlOptions;
  /** In the order in which they came. */
  readonly #members = new Map<number, Member>();
  /** In the order in which they asked. */
  readonly #asking = new Set<Member>();
  #mode: ControlMode;
  #isLocked = false;
  #holder: Member | null = null;

  constructor(options: ControlOptions) {
    super();
    if (!(options.idleMs >= 0)) throw new TypeError("options.idleMs must be a number from 0.");
    this.#options = options;
    this.#mode = options.mode;
  }

  get mode(): ControlMode {
    return this.#mode;
  }

  get locked(): boolean {
    return this.#isLocked;
  }

  /** Who has control where it is one person's; null where it is nobody's or everybody's. */
  get holder(): number | null {
    return this.#holder?.number ?? null;
  }

  /** Those whose input reaches the scene. */
  get controllers(): readonly number[] {
    return [...this.#members.keys()].filter((person) => this.hasControl(person));
  }

  /** Those who wait for control, the first first. */
  get asking(): readonly number[] {
    return [...this.#asking].map((member) => member.number);
  }

  /** Whether `check` may have something to hand over later. */
  get isWaiting(): boolean {
    return this.#isPassedOn && this.#asking.size > 0;
  }

  hasControl(person: number): boolean {
    const member = this.#members.get(person);
    if (member === undefined) return false;
    if (this.#mode !== "everyone") return member === this.#holder;
    return member.isEligible && (member.isHost || !this.#isLocked);
  }

  isAsking(person: number): boolean {
    const member = this.#members.get(person);
    return member !== undefined && this.#asking.has(member);
  }

  /** `canSteer` is false for those who have no way to send input. Throws `TypeError` if the person is there already. */
  join(person: number, role: Role, canSteer: boolean): void {
    if (this.#members.has(person)) throw new TypeError("person must not be there already.");
    this.#changing(() => {
      const member = newMember(person, role, canSteer, this.#options.clock);
      const isFirst = this.#successor() === null;
      this.#members.set(person, member);
      if (this.#holder === null && isFirst) this.#give(this.#successor());
    });
  }

  leave(person: number): void {
    const member = this.#members.get(person);
    if (member === undefined) return;
    this.#changing(() => {
      this.#members.delete(person);
      this.#asking.delete(member);
      if (member === this.#holder) this.#give(this.isWaiting ? null : this.#successor());
    });
  }

  /**
   * Does what somebody asks for, or throws a `StreamError` with a sentence for that person: `not-allowed`, `no-control` or
   * `too-fast`.
   */
  request(person: number, request: ControlRequest): void {
    const member = this.#members.get(person);
    if (member === undefined) throw new StreamError("not-allowed", "Only people in the room may do that.");
    if (!member.requests.take()) throw new StreamError("too-fast");
    const refused = request.action === "refuse" && this.isAsking(request.person);
    this.#changing(() => this.#act(member, request));
    if (refused) this.emit("refused", { person: request.person });
    if (request.action === "kick") this.emit("kicked", { person: request.person });
  }

  /** Its input reached the scene just now. */
  noteActive(person: number): void {
    const member = this.#members.get(person);
    if (member !== undefined) member.activeAt = this.#options.clock();
  }

  /** Its page was hidden, or is seen again. */
  setAway(person: number, away: boolean): void {
    const member = this.#members.get(person);
    if (member === undefined) return;
    this.#changing(() => {
      member.isAway = away;
    });
  }

  /** The application gives control to somebody, or takes it away (null). Throws `StreamError` "not-allowed". */
  give(person: number | null): void {
    this.#requireOneHolder();
    const member = person === null ? null : requireEligible(this.#memberOf(person));
    this.#changing(() => this.#give(member));
  }

  /** The application changes the mode; from `everyone` control goes as by CT7. */
  setMode(mode: ControlMode): void {
    this.#changing(() => this.#changeMode(null, mode));
  }

  setLocked(locked: boolean): void {
    this.#changing(() => {
      this.#isLocked = locked;
    });
  }

  /** Hands over what is due (CT4). To be called once a second while `isWaiting`. */
  check(): void {
    this.#changing(() => undefined);
  }

  #act(self: Member, request: ControlRequest): void {
    switch (request.action) {
      case "ask":
        return this.#ask(self);
      case "withdraw":
        return void this.#asking.delete(self);
      case "release":
        this.#requireOneHolder();
        if (self !== this.#holder) throw new StreamError("no-control");
        return this.#give(null);
      case "take":
        requireHost(self);
        this.#requireOneHolder();
        return this.#give(requireEligible(self));
      case "grant":
        this.#requireSay(self);
        this.#requireOneHolder();
        return this.#give(requireEligible(this.#memberOf(request.person)));
      case "refuse":
        this.#requireSay(self);
        if (!this.#asking.delete(this.#memberOf(request.person))) return;
        noteRefused(this.#memberOf(request.person), this.#options.clock());
        return;
      case "kick":
        requireHost(self);
        if (this.#memberOf(request.person) !== self) return;
        throw new StreamError("not-allowed", "You cannot remove yourself.");
      case "lock":
        requireHost(self);
        this.#isLocked = request.locked;
        return;
      case "mode":
        requireHost(self);
        return this.#changeMode(self, request.mode);
    }
  }

  #ask(self: Member): void {
    requireEligible(self);
    if (this.hasControl(self.number)) return;
    if (this.#mode === "everyone") throw new StreamError("not-allowed", "A host has locked control.");
    requireMayAsk(self, this.#options.clock());
    if (this.#holder === null && self.isHost) this.#give(self);
    else this.#asking.add(self);
  }

  #changeMode(host: Member | null, mode: ControlMode): void {
    if (mode === this.#mode) return;
    const wasEveryone = this.#mode === "everyone";
    this.#mode = mode;
    if (mode === "everyone") {
      this.#holder = null;
      this.#asking.clear();
    } else if (wasEveryone) {
      this.#give(host?.isEligible === true ? host : this.#successor());
    }
  }

  #give(member: Member | null): void {
    this.#holder = member;
    if (member === null) return;
    this.#asking.delete(member);
    member.activeAt = this.#options.clock();
  }

  /** CT4: hands control over where that is due. */
  #handOver(): void {
    if (!this.isWaiting) return;
    const asking = [...this.#asking];
    const present = asking.find((member) => !member.isAway);
    const holder = this.#holder;
    if (holder === null) return this.#give(present ?? asking[0] ?? null);
    const isIdle = holder.isAway || this.#options.clock() - holder.activeAt >= this.#options.idleMs;
    if (isIdle && present !== undefined) this.#give(present);
  }

  /** Runs `change`, hands over what became due by it, and tells if anything is different afterwards. */
  #changing(change: () => void): void {
    const before = this.#summary();
    change();
    this.#handOver();
    if (this.#summary() !== before) this.emit("changed", {});
  }

  #summary(): string {
    return JSON.stringify([this.#mode, this.#isLocked, this.holder, this.asking, this.controllers]);
  }

  get #isPassedOn(): boolean {
    return this.#mode === "one" && !this.#isLocked;
  }

  /** CT7: who gets control without having asked. */
  #successor(): Member | null {
    if (this.#mode === "everyone") return null;
    const all = [...this.#members.values()].filter(
      (member) => member.isEligible && (member.isHost || this.#isPassedOn),
    );
    return all.find((member) => !member.isAway) ?? all[0] ?? null;
  }

  #memberOf(person: number): Member {
    const member = this.#members.get(person);
    if (member === undefined) throw new StreamError("not-allowed", "That person has left.");
    return member;
  }

  /** CT8: who may say who steers. */
  #requireSay(member: Member): void {
    if (this.#isPassedOn && member === this.#holder) return;
    if (this.#isPassedOn && member.isEligible && !member.isHost) throw new StreamError("no-control");
    requireHost(member);
  }

  #requireOneHolder(): void {
    if (this.#mode !== "everyone") return;
    throw new StreamError("not-allowed", "Everyone steers here, so there is no control to pass on.");
  }
}
