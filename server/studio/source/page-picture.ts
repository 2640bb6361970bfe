/** Owns how a page of HTML becomes a picture: by the Chromium of this machine, without a window. In the process of the source. */

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childEnvironment } from "../../platform/child-environment.ts";
import { guardOrphan } from "../../platform/orphan-guard.ts";
import type { ForkedSource } from "./source-protocol.ts";

type Page = Extract<ForkedSource, { readonly kind: "page" }>;

const programs = ["chromium", "chromium-browser", "google-chrome"] as const;
const DEADLINE_MS = 30_000;
/** How long a page has for what it loads and draws late, by its own clock. */
const SETTLES_MS = 3000;

/** The bytes of a PNG. Rejects with an `Error` whose sentence has nothing of the address. */
export async function takePagePicture(page: Page): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "scenecast-page-"));
  const picture = join(folder, "page.png");
  try {
    for (const program of programs) {
      if (!(await run(program, argumentsFor(page, folder, picture)))) continue;
      return await readFile(picture).catch(() => {
        throw new Error("Chromium made no picture of the page.");
      });
    }
    throw new Error("There is no Chromium on this machine to draw the page.");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function argumentsFor({ address, pageWidth, pageHeight }: Page, folder: string, picture: string): string[] {
  return [
    "--headless=new",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
    `--user-data-dir=${join(folder, "profile")}`,
    `--window-size=${pageWidth},${pageHeight}`,
    `--virtual-time-budget=${SETTLES_MS}`,
    `--screenshot=${picture}`,
    // Its sandbox does not work for the super-user.
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    address,
  ];
}

/** False where there is no such program. All of a browser ends with the process of the source, also where that is killed. */
async function run(program: string, args: readonly string[]): Promise<boolean> {
  const browser = spawn(program, [...args], { stdio: "ignore", env: childEnvironment(), detached: true });
  const { pid } = browser;
  const ended = new Promise<Error | number | null>((resolve) => {
    browser.once("error", resolve);
    browser.once("exit", resolve);
  });
  if (pid === undefined) {
    if (((await ended) as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw new Error("Chromium could not be started.");
  }
  const endGuard = guardOrphan(pid, "group");
  const deadline = setTimeout(() => killGroup(pid), DEADLINE_MS);
  const end = await ended;
  clearTimeout(deadline);
  await endGuard();
  killGroup(pid);
  if (end === 0) return true;
  throw new Error(end === null ? "The page took too long." : "Chromium could not draw the page.");
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of it has ended.
  }
}
