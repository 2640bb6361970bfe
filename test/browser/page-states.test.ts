/** The page in Chromium in each of its states: without a fault that axe finds, in dark and light, at a desk and on a phone. */

import axe from "axe-core";
import type { Browser, Page, WebSocketRoute } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import type { ServerMessage } from "../../shared/signaling.ts";
import { openPage, waitUntilLive } from "../support/chromium.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

const TOKEN = "correct-horse-battery";

let browser: Browser;
let server: StreamServer;
beforeAll(async () => {
  browser = await connectChromium();
  const more = { access: { token: TOKEN }, control: { mode: "one" } } as const;
  server = await serveScene(new URL("../fixtures/pages/panel/index.html", import.meta.url), { more });
});
afterAll(async () => {
  await server?.close();
  await browser?.close();
});

/** Stands between the page and the server, and says what the server would in states that are hard to bring about. */
class Between {
  #socket: WebSocketRoute | null = null;
  #isTaken = false;
  me = 0;

  static async of(page: Page): Promise<Between> {
    const between = new Between();
    await page.routeWebSocket(/\/signal/, (socket) => between.#join(socket));
    return between;
  }

  say(...messages: ServerMessage[]): void {
    this.#isTaken = true;
    for (const message of messages) this.#socket?.send(JSON.stringify(message));
  }

  async end(): Promise<void> {
    await this.#socket?.close({ code: 4403 });
  }

  #join(socket: WebSocketRoute): void {
    this.#socket = socket;
    this.#isTaken = false;
    const server = socket.connectToServer();
    socket.onMessage((message) => server.send(message));
    server.onMessage((message) => {
      const said = typeof message === "string" ? (JSON.parse(message) as ServerMessage) : null;
      if (said?.kind === "welcome") this.me = said.person;
      // What was said in its place holds.
      if (!(this.#isTaken && (said?.kind === "people" || said?.kind === "status"))) socket.send(message);
    });
  }
}

/**
 * What axe finds. Texts have to be read over a white picture in the dark, and over a black one in the light, in which
 * nothing but colours is another, and where only `part` is new.
 */
async function faults(page: Page, part: string): Promise<string[]> {
  const found: string[] = [];
  for (const [colorScheme, ground, lightPart] of [
    ["dark", "#fff", null],
    ["light", "#000", part],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    found.push(...(await page.evaluate(runAxe, { ground, lightPart })).map((fault) => `${colorScheme}: ${fault}`));
  }
  return found;
}

/** Runs in the page. What lies on a picture of one colour has a contrast that can be reckoned. */
async function runAxe({ ground, lightPart }: { ground: string; lightPart: string | null }): Promise<string[]> {
  type Check = { readonly data?: { readonly messageKey?: string } | null };
  type Node = { readonly target: readonly string[]; readonly any: readonly Check[] };
  type Found = { readonly id: string; readonly nodes: readonly Node[] };
  type Axe = {
    run(
      context: object | string,
      options: object,
    ): Promise<{ readonly violations: Found[]; readonly incomplete: Found[] }>;
  };
  const { axe } = window as unknown as { readonly axe: Axe };
  const pictures = document.querySelectorAll<HTMLElement>("#stage :is(video, canvas, img)");
  for (const { style } of pictures) style.setProperty("display", "none", "important");
  document.body.style.background = ground;
  const { violations, incomplete } = await axe.run(lightPart ?? document, {
    resultTypes: ["violations", "incomplete"],
    ...(lightPart !== null && { runOnly: ["color-contrast", "link-in-text-block"] }),
  });
  for (const { style } of pictures) style.setProperty("display", "block");
  document.body.style.removeProperty("background");
  // What lies under something else for now, or is scrolled away, axe cannot tell; any other text it has to.
  const isHidden = ({ any }: Node): boolean => /Obscur|Overlap/.test(any[0]?.data?.messageKey ?? "");
  const unread = incomplete
    .filter(({ id }) => id === "color-contrast")
    .map(({ id, nodes }) => ({ id: `unreadable for axe: ${id}`, nodes: nodes.filter((node) => !isHidden(node)) }));
  return [...violations, ...unread].flatMap(({ id, nodes }) =>
    nodes.map(({ target }) => `${id} at ${target.join(" ")}`),
  );
}

const isLight = { isAsking: false, isAway: false, hasControl: false };
const ann = { number: 901, name: "Ann", color: "#f0b84e", role: "controller", ...isLight } as const;
const people = { total: 2, mode: "one", locked: false } as const;

it("has no fault that axe finds, in any state", async () => {
  const { page, errors } = await openPage(browser, { before: () => localStorage.clear() });
  const between = await Between.of(page);
  const seen: Record<string, readonly string[]> = {};
  const look = async (state: string, part = "body"): Promise<void> => void (seen[state] = await faults(page, part));

  await page.goto(server.url);
  await page.evaluate(axe.source);
  await page.locator("#locked").waitFor();
  await page.fill("#token", "nonsense");
  await page.click("#token-button");
  await expect.poll(() => page.locator("#token-answer").innerText()).toMatch(/not valid/);
  await look("a token is asked for, and was wrong");

  await page.fill("#token", TOKEN);
  await page.click("#token-button");
  await waitUntilLive(page);
  // As of a scene that listens to drags.
  between.say({ kind: "cursor", cursor: "default", takesDrags: true });
  await page.locator("#hint").waitFor();
  await page.locator("#panels").waitFor();
  await look("the first visit, with a panel");

  await page.keyboard.press("Alt+s");
  between.say(
    { kind: "notice", text: "The scene threw in update: TypeError: it is undefined" },
    { kind: "console", level: "warn", text: "Something is deprecated." },
    { kind: "console", level: "error", text: "TypeError: it is undefined" },
  );
  await page.click(".console summary");
  await page.click("#clip-button");
  await look("statistics, a notice, the console, and a clip that is recorded");
  await page.click("#clip-button");

  const me = { number: between.me, name: "Brisk Otter", color: "#3fcf9b", role: "host", ...isLight } as const;
  between.say({
    kind: "people",
    people: [
      { ...me, hasControl: true },
      { ...ann, isAsking: true },
    ],
    ...people,
    holder: me.number,
  });
  await page.keyboard.press("Alt+p");
  await page.check("#invite-data");
  await page.click("#invite-button");
  await page.locator("#invite-list li", { hasText: "fills data" }).waitFor();
  await look("people, of whom one asks, and a link");

  await page.setViewportSize({ width: 390, height: 844 });
  await look("the same on a phone", "#people");
  await page.keyboard.press("Alt+p");
  between.say({
    kind: "people",
    people: [
      { ...me, role: "viewer" },
      { ...ann, hasControl: true },
    ],
    ...people,
    holder: ann.number,
  });
  await look("only watching, on a phone");
  await page.setViewportSize({ width: 1280, height: 720 });

  await page.keyboard.press("Alt+s");
  await page.keyboard.press("Alt+h");
  await look("help", "#help");
  await page.keyboard.press("Escape");

  between.say({ kind: "status", status: "restarting", detail: "The scene did not answer for 10 seconds." });
  await page.locator("#overlay").waitFor();
  await look("a scene that is started again", "#overlay");
  between.say({ kind: "status", status: "down", detail: "It fails again and again." });
  await look("a scene that is down", "#overlay");
  between.say({ kind: "queued", position: 2, waiting: 3 });
  await look("a server that is full", "#overlay");
  between.say({ kind: "error", code: "kicked", message: "A host removed you from this room." });
  await between.end();
  await page.getByText("You were removed").waitFor();
  await look("somebody who was removed", "#overlay");

  expect(Object.entries(seen).filter(([, faults]) => faults.length > 0)).toEqual([]);
  // The browser's own word on the token that was wrong.
  expect(errors.filter((error) => !/401|HTTP Authentication/.test(error))).toEqual([]);
  await page.close();
}, 60_000);

it("can be installed as an app from every room, which begins there without a token", async () => {
  const { page } = await openPage(browser);
  // Nobody enters, so no scene is started there.
  await page.routeWebSocket(/\/signal/, () => undefined);
  await page.goto(`${server.url}s/blue/#token=${TOKEN}`);
  const session = await page.context().newCDPSession(page);
  const { errors } = await session.send("Page.getAppManifest");
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  // Pages of tests are in windows of their own, as private ones are.
  const others = installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito");
  expect([errors, others]).toEqual([[], []]);
  const start = await page.evaluate(async () => {
    const href = document.querySelector<HTMLLinkElement>("link[rel=manifest]")?.href ?? "";
    const { start_url: start, icons } = await (await fetch(href)).json();
    for (const { src } of icons) if (!(await fetch(new URL(src, href))).ok) throw new Error(`There is no ${src}.`);
    return new URL(start, href).href;
  });
  expect(start).toBe(`${server.url}s/blue/`);
  await page.close();
}, 30_000);
