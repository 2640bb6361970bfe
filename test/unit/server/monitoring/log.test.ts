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
  vi.useRealTimers();
});

test("text from outside cannot steer a terminal", () => {
  expect(printable("a\u001b[31m\u009b\nb")).toBe("a?[31m??b");
  expect(printable("x".repeat(500))).toHaveLength(200);
});
