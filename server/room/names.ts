/**
 * Owns the names and colours of the people of a room. Main process, one for each room; pure but for the clock and the dice.
 *
 * PE1 No two people of a room have names that look alike: of the same letters but for case, compatibility (NFKC) and what
 *     is not drawn. Who comes later has a number after the name.
 * PE2 Who gave no name that can be shown has one made up, of two words.
 * PE3 A new colour is one of those that the fewest have.
 * PE4 A name that was fixed stays; others are changed once a second in the long run, five times at once.
 */

import { StreamError } from "../../shared/errors.ts";
import { cleanName, MAX_NAME_LENGTH, type Person } from "../../shared/people.ts";
import { milliseconds } from "../../shared/time.ts";
import { TokenBucket } from "../platform/token-bucket.ts";
import { madeUpName, madeUpNameCount } from "./made-up-names.ts";

export type NamesOptions = {
  /** The time in milliseconds, from any origin; may not go back. */
  readonly clock: () => number;
  /** At least 0 and less than 1, as `Math.random`, which it is by default. */
  readonly random?: () => number;
};

export type Appearance = Pick<Person, "name" | "color">;

/** Each has a contrast of 3 to 1 or more with white and with black, and is far from all others. */
export const personColors = [
  "#2277dd",
  "#dd7700",
  "#00aa00",
  "#ff0022",
  "#aa1199",
  "#0099aa",
  "#aa8866",
  "#0044ff",
  "#ee4477",
  "#337733",
  "#dd00ff",
  "#aa77aa",
] as const;

type Entry = Appearance & { readonly isFixed: boolean; readonly renamings: TokenBucket };

export class Names {
  readonly #clock: () => number;
  readonly #random: () => number;
  readonly #entries = new Map<number, Entry>();
  /** The names that are taken, as `lookOf` sees them. */
  readonly #looks = new Set<string>();

  constructor(options: NamesOptions) {
    this.#clock = options.clock;
    this.#random = options.random ?? Math.random;
  }

  /**
   * Names and colours somebody who came. `wishedName` is as it was typed; with `fixedName` what comes of it cannot be
   * changed. Throws `TypeError` if the number is taken.
   */
  add(number: number, wishedName: string | null, fixedName: boolean): Appearance {
    if (this.#entries.has(number)) throw new TypeError("number must not be taken.");
    const color = this.#nextColor();
    const name = this.#unique(shownName(wishedName ?? "") ?? this.#makeUp());
    const renamings = new TokenBucket({ perSecond: 1, burst: 5, clock: () => milliseconds(this.#clock()) });
    this.#entries.set(number, { name, color, isFixed: fixedName, renamings });
    this.#looks.add(lookOf(name));
    return { name, color };
  }

  /**
   * Gives somebody another name and returns it as it is shown. Throws `TypeError` if nothing of it can be shown or the
   * person is not there, and `StreamError`: `not-allowed` for a fixed name, `too-fast` beyond PE4.
   */
  rename(number: number, name: string): string {
    const entry = this.#entries.get(number);
    if (entry === undefined) throw new TypeError("number must be somebody's.");
    if (entry.isFixed)
      throw new StreamError("not-allowed", "Your name was set by the application and cannot be changed.");
    if (!entry.renamings.take()) throw new StreamError("too-fast");
    const shown = shownName(name);
    if (shown === null) throw new TypeError("name must have a character that can be shown.");
    this.#looks.delete(lookOf(entry.name));
    const unique = this.#unique(shown);
    this.#looks.add(lookOf(unique));
    this.#entries.set(number, { ...entry, name: unique });
    return unique;
  }

  remove(number: number): void {
    const entry = this.#entries.get(number);
    if (entry === undefined) return;
    this.#entries.delete(number);
    this.#looks.delete(lookOf(entry.name));
  }

  /** Null for who is not there. */
  get(number: number): Appearance | null {
    const entry = this.#entries.get(number);
    return entry === undefined ? null : { name: entry.name, color: entry.color };
  }

  #unique(name: string): string {
    let candidate = name;
    for (let count = 2; this.#looks.has(lookOf(candidate)); count += 1) {
      const end = ` ${count}`;
      candidate = [...name].slice(0, MAX_NAME_LENGTH - end.length).join("") + end;
    }
    return candidate;
  }

  /** One that is free, if there is one. */
  #makeUp(): string {
    const start = Math.floor(this.#random() * madeUpNameCount);
    for (let step = 0; step < madeUpNameCount; step += 1) {
      const index = (start + step) % madeUpNameCount;
      if (!this.#looks.has(lookOfMadeUp(index))) return madeUpName(index);
    }
    return madeUpName(start);
  }

  #nextColor(): string {
    const uses = new Map<string, number>(personColors.map((color) => [color, 0]));
    for (const { color } of this.#entries.values()) uses.set(color, (uses.get(color) ?? 0) + 1);
    const fewest = Math.min(...uses.values());
    return personColors.find((color) => uses.get(color) === fewest) ?? personColors[0];
  }
}

function shownName(text: string): string | null {
  const name = cleanName(text);
  return name === null || lookOf(name) === "" ? null : name;
}

const madeUpLooks: string[] = [];

/** Each is worked out once: in a full room many are tried. */
function lookOfMadeUp(index: number): string {
  madeUpLooks[index] ??= lookOf(madeUpName(index));
  return madeUpLooks[index];
}

/** What PE1 compares: names with the same look cannot be told apart. Up first, as `ß` and `SS` differ in lower case. */
function lookOf(name: string): string {
  const plain = name.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
  return plain
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
}
