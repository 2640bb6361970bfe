/** Owns how the tests run: which there are, in what order, and what is printed. */

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ViteUserConfig } from "vitest/config";
import { PlainSummaryReporter } from "./support/plain-summary-reporter.ts";

/** Makes `import "scenecast"` mean our sources, in modules that Vite loads and in those that Node loads. */
const sources = "scenecast-source";
const conditions = [sources, "module", "node", "development|production"];

/** What servers keep from one start to the next is not to be the user's here. */
const state = mkdtempSync(join(tmpdir(), "scenecast-state-"));

const config: ViteUserConfig = {
  root: fileURLToPath(new URL("..", import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: [sources] } },
  test: {
    // gl loads in one thread of a process only, so the tests of a file need a process, not a thread.
    pool: "forks",
    execArgv: [`--conditions=${sources}`, "--disable-warning=ExperimentalWarning"],
    env: { XDG_STATE_HOME: state },
    reporters: ["default", new PlainSummaryReporter()],
    // Of the unit tests alone, by `npm run coverage`: the others run in processes that are not looked into.
    coverage: {
      provider: "v8",
      include: ["client/**/*.ts", "server/**/*.ts", "shared/**/*.ts"],
      exclude: ["**/*.d.ts", "**/*.config.ts", "**/*.worker.ts", "**/*-process.ts", "client/page/page.ts"],
      reporter: ["text-summary", "html"],
      reportsDirectory: "coverage",
      // Somewhat below what was reached when they were set: they fall when something large comes without tests.
      thresholds: { statements: 60, branches: 63, functions: 60, lines: 61 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          maxWorkers: "100%",
          env: { XDG_RUNTIME_DIR: state },
          sequence: { groupOrder: 1 },
        },
      },
      // These use every core by themselves, and measure time: one file at a time, after all else.
      {
        extends: true,
        test: {
          name: "pipeline",
          include: ["test/pipeline/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 3 },
        },
      },
      // Network namespaces, proxies and other browsers: as root, on Linux.
      {
        extends: true,
        test: {
          name: "network",
          include: ["test/network/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
};

export default config;
