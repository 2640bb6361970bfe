/** Names and colours of the people of a room: server/room/people.ts. */

import { describe, expect, test } from "vitest";
import { madeUpName, madeUpNameCount } from "../../../../server/room/made-up-names.ts";
import { Names, personColors } from "../../../../server/room/names.ts";
import { StreamError } from "../../../../shared/errors.ts";
import { MAX_NAME_LENGTH } from "../../../../shared/people.ts";

function room(random: () => number = () => 0): { readonly people: Names; tick(ms: number): void } {
  let time = 0;
  const people = new Names({ clock: () => time, random });
  return {
    people,
    tick: (ms) => {
      time += ms;
    },
  };
}

function codeOf(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (error) {
    return error instanceof StreamError ? error.code : String((error as Error).name);
  }
}

describe("PE1: names that look alike are told apart", () => {
  test.each([
    ["the same", "Ann", "Ann"],
    ["another case", "Ann", "aNN"],
    ["full-width letters", "Ann", "Ａｎｎ"],
    ["a ligature", "Office", "Oﬃce"],
    ["an accent put together", "Zoë", "Zoe\u0308"],
    ["an invisible character", "Ann", "A\u200dn\ufe0fn"],
    ["a hard space", "Ann Lee", "Ann\u00a0 Lee"],
    ["two letters for one", "Strauß", "STRAUSS"],
  ])("%s", (_, first, second) => {
    const { people } = room();
    expect(people.add(1, first, false).name).toBe(first);
    expect(people.add(2, second, false).name).toMatch(/ 2$/);
    expect(people.add(3, second, false).name).toMatch(/ 3$/);
  });

  test("a name that already ends with a number does not make two alike", () => {
    const { people } = room();
    const names = ["Ann", "Ann 2", "Ann", "Ann 2"].map((name, index) => people.add(index + 1, name, false).name);
    expect(new Set(names).size).toBe(4);
  });

  test("the number fits into the longest name", () => {
    const { people } = room();
    people.add(1, "🦊".repeat(60), false);
    const { name } = people.add(2, "🦊".repeat(60), false);
    expect([...name]).toHaveLength(MAX_NAME_LENGTH);
    expect(name).toMatch(/^🦊{38} 2$/u);
  });

  test("a name is free again once its owner left or changed it", () => {
    const { people } = room();
    people.add(1, "Ann", false);
    people.add(2, "Bob", false);
    people.remove(1);
    expect(people.get(1)).toBeNull();
    people.rename(2, "ann");
    expect(people.add(3, "Bob", false).name).toBe("Bob");
    expect(people.add(4, "Ann", false).name).toBe("Ann 2");
  });

  test("one may change the case of one's own name", () => {
    const { people } = room();
    people.add(1, "ann", false);
    expect(people.rename(1, "  Ann ")).toBe("Ann");
    expect(people.get(1)?.name).toBe("Ann");
  });
});

describe("PE2: who gave no name gets one", () => {
  test.each([null, "", "   ", "\u200b\u0000", "\u3164\ufe0f"])("%j", (wished) => {
    expect(room(() => 0.5).people.add(1, wished, false).name).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
  });

  test("the same dice give the same name, and nobody gets a taken one until all are taken", () => {
    const { people } = room(() => 0.999);
    const names = Array.from({ length: madeUpNameCount }, (_, index) => people.add(index + 1, null, false).name);
    expect(names[0]).toBe(room(() => 0.999).people.add(1, null, false).name);
    expect(new Set(names).size).toBe(madeUpNameCount);
    expect(names.every((name) => /^[A-Z][a-z]+ [A-Z][a-z]+$/.test(name))).toBe(true);
    expect(people.add(5_000, null, false).name).toMatch(/ 2$/);
  });

  test("there are 40 by 40 of them, and neighbours share no word", () => {
    expect(madeUpNameCount).toBe(1600);
    for (let index = 1; index < madeUpNameCount; index += 1) {
      const before = madeUpName(index - 1).split(" ");
      expect(madeUpName(index).split(" ")).not.toContain(before[0]);
      expect(madeUpName(index).split(" ")).not.toContain(before[1]);
    }
  });
});

describe("PE3: colours", () => {
  test("the first twelve people have twelve, then each is used as often as any other", () => {
    const { people } = room();
    const colors = Array.from({ length: 24 }, (_, index) => people.add(index + 1, null, false).color);
    expect(new Set(colors.slice(0, 12)).size).toBe(12);
    expect(new Set(colors.slice(12)).size).toBe(12);
  });

  test("a colour that was given back is given next", () => {
    const { people } = room();
    for (let number = 1; number <= 12; number += 1) people.add(number, null, false);
    const color = people.get(7)?.color;
    people.remove(7);
    expect(people.add(13, null, false).color).toBe(color);
  });

  test("each can be seen on black and on white", () => {
    const light = (hex: string): number => {
      const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
      const [r = 0, g = 0, b = 0] = parts.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    for (const color of personColors) {
      expect(1.05 / (light(color) + 0.05), color).toBeGreaterThan(3);
      expect((light(color) + 0.05) / 0.05, color).toBeGreaterThan(3);
    }
  });
});

describe("PE4: renaming", () => {
  test("five times at once, then once a second", () => {
    const { people, tick } = room();
    people.add(1, "Ann", false);
    const tries = (): number =>
      Array.from({ length: 20 }, (_, i) => codeOf(() => people.rename(1, `Ann ${i}`))).filter((code) => code === null)
        .length;
    expect(tries()).toBe(5);
    expect(codeOf(() => people.rename(1, "Eve"))).toBe("too-fast");
    tick(1_000);
    expect(tries()).toBe(1);
    people.add(2, "Bob", false);
    expect(people.rename(2, "Rob")).toBe("Rob");
  });

  test("a fixed name stays, and is unique all the same", () => {
    const { people } = room();
    people.add(1, "Ann", false);
    expect(people.add(2, "Ann", true).name).toBe("Ann 2");
    expect(codeOf(() => people.rename(2, "Eve"))).toBe("not-allowed");
    expect(people.get(2)?.name).toBe("Ann 2");
  });

  test("a name without anything to show, and a stranger, are refused", () => {
    const { people } = room();
    people.add(1, "Ann", false);
    expect(codeOf(() => people.rename(1, " \u200b "))).toBe("TypeError");
    expect(codeOf(() => people.rename(2, "Bob"))).toBe("TypeError");
    expect(codeOf(() => people.add(1, "Bob", false))).toBe("TypeError");
    expect(people.get(1)?.name).toBe("Ann");
  });
});
