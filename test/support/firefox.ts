/** Owns the real Firefox of tests: Debian's, headless, driven by WebDriver BiDi. */

import { type Browser, launch, type Page } from "puppeteer-core";
import type { AnyPage } from "./viewer-page.ts";

/** Two ends on one machine find each other, and video plays without a click. */
const preferences = {
  "media.peerconnection.ice.loopback": true,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "media.autoplay.default": 0,
  // What moves in the page itself would be drawn 60 times a second.
  "ui.prefersReducedMotion": 1,
  // It would fetch codecs, lists and updates.
  "media.gmp-manager.updateEnabled": false,
  "app.update.enabled": false,
};

/** Starts Firefox, or the one that SCENECAST_FIREFOX names, with a profile of its own. */
export function launchFirefox(): Promise<Browser> {
  const executablePath = process.env["SCENECAST_FIREFOX"] ?? "/usr/bin/firefox-esr";
  return launch({ browser: "firefox", executablePath, headless: true, extraPrefsFirefox: preferences });
}

/** A page of the browser, as its pictures are read, and with what it complained about. */
export type OpenFirefoxPage = { readonly page: Page; readonly view: AnyPage; readonly errors: string[] };

/** Opens a viewer's page, without what lies over its picture. The caller closes it. */
export async function openFirefoxPage(browser: Browser, url: string): Promise<OpenFirefoxPage> {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 720 });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(url);
  await page.evaluate(() => {
    for (const id of ["controls", "overlay", "notice", "hint"])
      document.getElementById(id)?.style.setProperty("visibility", "hidden");
  });
  const view = { evaluate: (run: string) => page.evaluate(run), photograph: () => page.screenshot() };
  return { page, view, errors };
}
