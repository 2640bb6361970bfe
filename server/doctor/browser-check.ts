/** Owns looking for browsers, which only pages in a studio and the tests need. */

import { execFile } from "node:child_process";
import type { Finding } from "./finding.ts";
import { good } from "./finding.ts";
import { installCommand } from "./packages.ts";

const DEADLINE_MS = 10_000;
const programs = ["chromium", "chromium-browser", "google-chrome", "firefox-esr", "firefox"] as const;
const chromium = { apt: "chromium", dnf: "chromium", pacman: "chromium" };

export async function examineBrowsers(
  versionOf: (program: string) => Promise<string | null> = askVersion,
): Promise<Finding> {
  const name = "browsers";
  const found = (await Promise.all(programs.map(versionOf))).filter((version) => version !== null);
  if (found.length > 0) return good(name, [...new Set(found)].join(", "));
  const sentence = "neither Chromium nor Firefox, which pages in a studio and the tests need";
  return { name, verdict: "missing", sentence, mend: installCommand(chromium) };
}

/** "Chromium 143.0.1 built on Debian…" → "Chromium 143.0.1"; null where there is no such program. */
function askVersion(program: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(program, ["--version"], { timeout: DEADLINE_MS }, (error, stdout) => {
      const version = /[A-Za-z][A-Za-z ]* [\d.]+/.exec(stdout)?.[0] ?? program;
      resolve(error === null ? version : null);
    });
  });
}
