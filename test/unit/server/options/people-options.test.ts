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
  [{ viewers: { most: 0 } }, "options.viewers.most must be a whole number from 1 to 1000."],
  [{ viewers: { presence: 1 } }, "options.viewers.presence must be true or false."],
  [{ viewers: { max: 1 } }, "options.viewers.max is unknown. There are most, presence."],
  [{ sessions: { kind: "own" } }, "options.sessions.kind must be one of shared, private."],
  [{ sessions: { most: 257 } }, "options.sessions.most must be a whole number from 1 to 256."],
  [{ sessions: { rooms: "no" } }, "options.sessions.rooms must be true or false."],
  [{ sessions: { emptySeconds: -1 } }, "options.sessions.emptySeconds must be a whole number from 0 to 86400."],
  [{ sessions: { idleSeconds: 0 } }, "options.sessions.idleSeconds must be a whole number from 1 to 86400."],
  [{ control: { mode: "all" } }, "options.control.mode must be one of everyone, one, host."],
  [{ control: { idleSeconds: 0.5 } }, "options.control.idleSeconds must be a whole number from 1 to 86400."],
  [{ control: "one" }, "options.control must be an object."],
])("%j is refused by name and rule", (options, sentence) => {
  expect(() => resolveOptions({ scene: "a.ts", ...options } as StreamServerOptions)).toThrow(new TypeError(sentence));
});

test("the command line says all of it", () => {
  const args =
    "a.ts --max-viewers 5 --no-presence --sessions private --max-sessions 3 --no-rooms --session-empty 0 --session-idle 60 --control host --control-idle 7";
  expect(parseCommandLine(args.split(" "), {})).toMatchObject({
    options: {
      viewers: { most: 5, presence: false },
      sessions: { kind: "private", most: 3, rooms: false, emptySeconds: 0, idleSeconds: 60 },
      control: { mode: "host", idleSeconds: 7 },
    },
  });
});

test.each([
  ["--max-viewers few", "--max-viewers must be a whole number from 1 to 1000."],
  ["--sessions own", "--sessions must be one of shared, private."],
  ["--control all", "--control must be one of everyone, one, host."],
  ["--session-idle 1.5", "--session-idle must be a whole number from 1 to 86400."],
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
