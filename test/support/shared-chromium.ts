/** Connects a test file to the one Chromium of its run. */

import { type Browser, chromium } from "playwright-core";
import { inject } from "vitest";
import type {} from "./chromium-of-run.ts";

/** The Chromium of the run. Closing it ends what this file opened in it, and nothing else. */
export async function connectChromium(): Promise<Browser> {
  const response = await fetch(inject("chromiumOfRun"));
  const address = await response.text();
  if (!response.ok) throw new Error(address);
  return await chromium.connect(address);
}
