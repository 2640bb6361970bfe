/** Owns the checks of what people are told of a process that ended. */

import { expect, it } from "vitest";
import { endSign, endWords } from "../../../../server/session/end-words.ts";

const killed = (signal: string) => ({ kind: "killed", signal }) as const;
const exited = (exitCode: number) => ({ kind: "exited", exitCode }) as const;

it.each([
  [killed("SIGKILL"), [], /ended by the system, most likely because memory ran out\.$/],
  [killed("SIGSEGV"), [], /crashed outside of JavaScript/],
  [killed("SIGTERM"), [], /ended by somebody on the server's machine\.$/],
  [killed("SIGABRT"), ["FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"], /memory/],
  [exited(0), [], /^The scene's program ended by itself\.$/],
  [exited(3), [], /ended by itself, with exit code 3\.$/],
])("%o is told in words, without the name of a signal", (end, printed, words) => {
  expect(endWords(end, printed)).toMatch(words);
  expect(endWords(end, printed)).not.toMatch(/SIG/);
});

it("the log has the signal", () => {
  expect([endSign(killed("SIGKILL")), endSign(exited(3))]).toEqual(["SIGKILL", "exit code 3"]);
});
