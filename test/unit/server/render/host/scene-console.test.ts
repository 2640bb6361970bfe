/** What a scene prints is given on as text, within bounds. */

import { Console } from "node:console";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { SceneConsole } from "../../../../../server/render/host/scene-console.ts";
import { type ConsoleLine, MAX_CONSOLE_TEXT } from "../../../../../shared/console.ts";
import { milliseconds } from "../../../../../shared/time.ts";

const lines: ConsoleLine[] = [];
let time = 0;
let printed: Console;

beforeEach(() => {
  vi.useFakeTimers();
  lines.length = 0;
  printed = new Console(process.stdout, process.stderr);
  const post = (level: ConsoleLine["level"], text: string): void => void lines.push({ level, text });
  new SceneConsole({ post, clock: () => milliseconds(time) }).install(printed);
});

test("each method has its level", () => {
  printed.log("a %s", "b", { c: 1 });
  printed.info("info");
  printed.debug("debug");
  printed.warn("warn");
  printed.error(new RangeError("far"));
  printed.assert(false, "so");
  printed.group("outer");
  printed.count();
  printed.groupEnd();
  printed.table([{ a: 1 }]);
  expect(lines.map(({ level, text }) => [level, text.split("\n")[0]])).toEqual([
    ["info", "a b { c: 1 }"],
    ["info", "info"],
    ["debug", "debug"],
    ["warn", "warn"],
    ["error", "RangeError: far"],
    ["error", "Assertion failed: so"],
    ["info", "outer"],
    ["info", "  default: 1"],
    ["info", expect.stringMatching(/^┌/)],
  ]);
});

test("CO1: five megabytes are a bounded line, and addresses are without their generation", () => {
  printed.log("x".repeat(5_000_000));
  expect(lines[0]?.text.length).toBe(MAX_CONSOLE_TEXT);
  expect(lines[0]?.text).toMatch(/… \(500000[01] characters\)$/);
  printed.log("at file:///a.ts?scenecast-generation=12:3:4");
  expect(lines[1]?.text).toBe("at file:///a.ts:3:4");
});

test("what would steer a terminal is left out, line breaks and tabs are not", () => {
  printed.log("\u001b[31mred\u001b[0m\u001b]0;title\u0007 and\r\n\ttab\u0000\u009b2J");
  expect(lines[0]?.text).toBe("red and\n\ttab");
});

test("CO2: what is too much is counted, and the count is told; in time there is room again", () => {
  for (let line = 0; line < 1000; line += 1) printed.log(line);
  expect(lines).toHaveLength(200);
  vi.advanceTimersByTime(1000);
  expect(lines.at(-1)).toEqual({ level: "warn", text: "800 lines were left out, since there were too many at once." });
  time += 1000;
  for (let line = 0; line < 40; line += 1) printed.log(line);
  expect(lines).toHaveLength(231);
});

describe("CO3", () => {
  const thrower = new Proxy(
    {},
    {
      get() {
        throw new Error("no");
      },
      ownKeys() {
        throw new Error("no");
      },
    },
  );
  const inspected = {
    [Symbol.for("nodejs.util.inspect.custom")]() {
      throw new Error("no");
    },
  };
  test.each([[thrower], [inspected], [Object.create(null)], [Symbol("s")], [{ toString: null }]])(
    "printing %# never throws",
    (value) => {
      expect(() => printed.log(value)).not.toThrow();
      expect(() => printed.log("%s %d %o", value, value, value)).not.toThrow();
      expect(lines.length).toBe(2);
    },
  );
});
