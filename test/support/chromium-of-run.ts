/**
 * Owns the one Chromium of a test run, in vitest's main process: it starts when the first file asks for it and ends with
 * the run. Each file has contexts of its own in it, which end with the file.
 */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type BrowserServer, chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { shellOptions } from "./chromium.ts";

declare module "vitest" {
  // biome-ignore lint/style/useConsistentTypeDefinitions: nothing but an interface adds to what vitest provides.
  interface ProvidedContext {
    /** Answers a GET with the address of the Chromium of this run. */
    chromiumOfRun: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let launched: Promise<BrowserServer> | null = null;
  const door = createServer((_request, response) => {
    launched ??= chromium.launchServer(shellOptions());
    launched.then(
      (browser) => response.end(browser.wsEndpoint()),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, "127.0.0.1");
  await once(door, "listening");
  project.provide("chromiumOfRun", `http://127.0.0.1:${(door.address() as AddressInfo).port}/`);
  return async () => {
    door.close();
    await (await launched?.catch(() => null))?.close();
  };
}
