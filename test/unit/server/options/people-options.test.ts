import { expect, test } from "vitest";
import { inWordsOfCommandLine, parseCommandLine } from "../../../../server/command/command-line.ts";
import { resolveOptions, type StreamServerOptions } from "../../../../server/options/options.ts";

test("control is one person's where others are expected, and everybody's where not", () => {
  const modeOf = (options: Partial<StreamServerOptions>) => resolveOptions({ scene: "a.ts", ...options }).control.mode;
  expect(modeOf({})).toBe("everyone");
  expect(modeOf({ share: true })).toBe("one");
  expect(modeOf({ http: { host: "0.0.0.0" } })).toBe("one");
  expect(modeOf({ http: { host: "0.0.0.0" }, access: { token: null } })).toBe("one");
  expect(modeOf({ access: { token: "correct-horse" } })).toBe("one");
  expect(modeOf({ access: { authenticate: () => null } })).toBe("one");
  expect(modeOf({ share: true, control: { mode: "host" } })).toBe("host");
});

test.each([
  [{ viewers: { max: 0 } }, "options.viewers.max must be a whole number from 1 to 1000."],
  [{ viewers: { presence: 1 } }, "options.viewers.presence must be true or false."],
  [{ viewers: { most: 1 } }, "options.viewers.most is unknown. There are max, presence."],
  [{ rooms: { kind: "own" } }, "options.rooms.kind must be one of shared, private."],
  [{ rooms: { max: 257 } }, "options.rooms.max must be a whole number from 1 to 256."],
  [{ rooms: { named: "no" } }, "options.rooms.named must be true or false."],
  [{ rooms: { emptySeconds: -1 } }, "options.rooms.emptySeconds must be a whole number from 0 to 86400."],
  [{ rooms: { idleSeconds: 0 } }, "options.rooms.idleSeconds must be a whole number from 1 to 86400."],
  [{ control: { mode: "all" } }, "options.control.mode must be one of everyone, one, host."],
  [{ control: { idleSeconds: 0.5 } }, "options.control.idleSeconds must be a whole number from 1 to 86400."],
  [{ control: "one" }, "options.control must be an object."],
])("%j is refused by name and rule", (options, sentence) => {
  expect(() => resolveOptions({ scene: "a.ts", ...options } as StreamServerOptions)).toThrow(new TypeError(sentence));
});

test("the command line says all of it", () => {
  const args =
    "a.ts --max-viewers 5 --no-presence --rooms private --max-rooms 3 --no-named-rooms --room-empty 0 --room-idle 60 --control host --control-idle 7";
  expect(parseCommandLine(args.split(" "), {})).toMatchObject({
    options: {
      viewers: { max: 5, presence: false },
      rooms: { kind: "private", max: 3, named: false, emptySeconds: 0, idleSeconds: 60 },
      control: { mode: "host", idleSeconds: 7 },
    },
  });
});

test.each([
  ["--max-viewers few", "--max-viewers must be a whole number from 1 to 1000."],
  ["--rooms own", "--rooms must be one of shared, private."],
  ["--control all", "--control must be one of everyone, one, host."],
  ["--room-idle 1.5", "--room-idle must be a whole number from 1 to 86400."],
])("%s is refused in the words of the command line", (flags, sentence) => {
  const command = parseCommandLine(["a.ts", ...flags.split(" ")], {});
  if (command.kind !== "serve") throw new Error("It must be serve.");
  const refuse = () => resolveOptions(command.options);
  expect(refuse).toThrow(TypeError);
  try {
    refuse();
  } catch (error) {
    expect(inWordsOfCommandLine((error as Error).message)).toBe(sentence);
  }
});
