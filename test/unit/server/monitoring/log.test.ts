import { spawnSync } from "node:child_process";
import { expect, test, vi } from "vitest";
import { printable, sparsely } from "../../../../server/monitoring/log.ts";

test("a flood of lines is held back and counted", () => {
  vi.useFakeTimers();
  const lines: unknown[] = [];
  const write = sparsely((text, fields) => lines.push([text, fields]), { burst: 2, everyMs: 1_000 });
  for (let count = 0; count < 10; count += 1) write("refused");
  expect(lines).toHaveLength(2);
  vi.advanceTimersByTime(1_000);
  write("refused");
  expect(lines.at(-1)).toEqual(["refused", { heldBack: 8 }]);
});

test("text from outside cannot steer a terminal", () => {
  expect(printable("a\u001b[31m\u009b\nb")).toBe("a?[31m??b");
  expect(printable("x".repeat(500))).toHaveLength(200);
});

test.each(["json", "pretty"])("nothing that is logged as %s gives a terminal commands", (logFormat) => {
  const log = JSON.stringify(new URL("../../../../server/monitoring/log.ts", import.meta.url).href);
  const source = `const { openLog } = await import(${log});
    openLog({ logLevel: "debug", logFormat: "${logFormat}" }).warn("thrown: \\u001b[2J\\u009b1m\\u202e!");`;
  const run = ["--conditions=scenecast-source", "--input-type=module", "-e", source];
  const { stderr } = spawnSync(process.execPath, run, { encoding: "utf8" });
  expect(stderr).toMatch(/thrown: .*\[2J.*1m.*!/);
  expect(stderr).toMatch(/^[\x20-\x7e\n]*$/);
});
