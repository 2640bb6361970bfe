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

/**
 * What measures, or takes long, ends in `.slow.test.ts` and runs by `npm run test:slow` only, with nothing beside it. All else measures
 * no time and runs side by side.
 */
const slow = "**/*.slow.test.ts";

/** More than there are cores: these wait for much of their time. */
const BESIDE = 5;

const config: ViteUserConfig = {
  root: fileURLToPath(new URL("..", import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: [sources] } },
  test: {
    // gl loads in one thread of a process only, so the tests of a file need a process, not a thread.
    pool: "forks",
    // To load all that is ours anew for each file takes longer than most of the tests.
    isolate: false,
    maxWorkers: BESIDE,
    execArgv: [`--conditions=${sources}`, "--disable-warning=ExperimentalWarning"],
    env: { XDG_STATE_HOME: state, SVT_LOG: "0" },
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
    globalSetup: fileURLToPath(new URL("support/chromium-of-run.ts", import.meta.url)),
    // Only a test that fails takes so long, so a busy machine has time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          // What one test replaces is not there for the next.
          setupFiles: fileURLToPath(new URL("support/as-found.ts", import.meta.url)),
          unstubGlobals: true,
          unstubEnvs: true,
          restoreMocks: true,
          env: { XDG_RUNTIME_DIR: state },
        },
      },
      // Real rendering, real Chromium; and network namespaces, proxies and other browsers, as root, on Linux.
      ...["pipeline", "browser", "network"].map((name) => ({
        extends: true as const,
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          exclude: [slow],
        },
      })),
      {
        extends: true,
        test: {
          name: "slow",
          include: [`test/${slow}`],
          isolate: true,
          fileParallelism: false,
          testTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
};

export default config;
