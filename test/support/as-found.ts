/** Owns that files of unit tests, which share a process, leave it as they found it: the clock after each test, the global names after each file. */

import { afterAll, afterEach, beforeAll, expect, vi } from "vitest";

// What waits in the next test would wait for ever. Set up before a file's own, so it runs after them: what they close still has
// the clock of its test.
afterEach(() => {
  vi.useRealTimers();
});

// The names of a page that nobody closed make servers and their clients in the next file behave as if they ran in it. Symbols may stay: with
// them libraries mark what they have been asked for once.
const globalNames = (): string[] => Object.getOwnPropertyNames(globalThis);
let found: ReadonlySet<string> = new Set();

beforeAll(() => {
  found = new Set(globalNames());
});
afterAll(() => {
  expect(
    globalNames().filter((name) => !found.has(name)),
    "global names that this file left behind",
  ).toEqual([]);
});
