/** Owns giving the clock back after each unit test: files share a process, and what waits in the next one would wait for ever. */

import { afterEach, vi } from "vitest";

// Set up before a file's own, so it runs after them: what they close still has the clock of its test.
afterEach(() => {
  vi.useRealTimers();
});
