/** Owns the last line of a test run, for programs to read: `12 passed, 0 failed`, and `, 1 skipped` where some are. */

import type { Reporter, SerializedError, TestModule } from "vitest/node";

export class PlainSummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const line = summaryOf(modules, unhandledErrors);
    // Others still print after this event; nothing prints after the exit of the process.
    process.once("exit", () => process.stdout.write(`${line}\n`));
  }
}

function summaryOf(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): string {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { children } of modules) {
    for (const test of children.allTests()) {
      const { state } = test.result();
      counts[state === "pending" ? "skipped" : state] += 1;
    }
  }
  // What breaks outside a test, such as a file that cannot be loaded or a hook that throws, fails the run as well.
  const broken = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  counts.failed += broken.filter((part) => part.errors().length > 0).length + unhandledErrors.length;

  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
}
