import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import { openPage, shownColours, waitForPicture } from "../support/chromium.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { TurnServer } from "../support/turn-server.ts";

let browser: Browser;
let turn: TurnServer;
let server: StreamServer | null = null;
let page: Page | null = null;

beforeAll(async () => {
  [browser, turn] = await Promise.all([connectChromium(), TurnServer.start()]);
});
afterAll(() => Promise.all([browser?.close(), turn?.close()]));
afterEach(async () => {
  await page?.close();
  await server?.close();
  [page, server] = [null, null];
});

/** What coturn writes of a password that was not made of its secret. */
const REFUSED = /Cannot find credentials of user/g;

type Ice = NonNullable<Parameters<typeof createStreamServer>[0]["ice"]>;

/** The quadrants at their address, with coturn's secret. */
async function serve(transport: "udp" | "tcp", ice: Ice = {}): Promise<StreamServer> {
  server = await createStreamServer({
    scene: new URL("../fixtures/scenes/quadrants.ts", import.meta.url),
    logLevel: "silent",
    http: { port: 0 },
    render: { size: { width: 640, height: 360 }, maxFps: 30 },
    ice: { turn: [`turn:127.0.0.1:${turn.port}?transport=${transport}`], turnSecret: turn.secret, ...ice },
  });
  return server;
}

/** Opens the page; `relayOnly` makes its browser use nothing but TURN. Its connections are kept in `connections`. */
async function open(url: string, relayOnly: boolean): Promise<Page> {
  ({ page } = await openPage(browser));
  await page.addInitScript((relayOnly) => {
    const connections: RTCPeerConnection[] = [];
    Object.assign(window, { connections });
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(relayOnly ? { ...configuration, iceTransportPolicy: "relay" } : configuration);
        connections.push(this);
      }
    };
  }, relayOnly);
  await page.goto(`${url}?transport=webrtc`);
  await waitForPicture(page);
  return page;
}

/** How the connection that carries video goes: the kinds of both ends, and by what the browser reaches its relay. */
function wayOf(opened: Page): Promise<{ local: unknown; remote: unknown; relayProtocol: unknown } | null> {
  return opened.evaluate(async () => {
    const { connections } = window as unknown as { connections: RTCPeerConnection[] };
    const stats = [...((await connections.at(-1)?.getStats()) ?? new Map()).values()];
    const pair = stats.find(
      ({ type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded",
    );
    const end = (id: unknown) => stats.find((one) => one.id === id);
    if (pair === undefined) return null;
    const [local, remote] = [end(pair.localCandidateId), end(pair.remoteCandidateId)];
    return { local: local?.candidateType, remote: remote?.candidateType, relayProtocol: local?.relayProtocol };
  });
}

/** Red, green, blue and white, as the scene has them; a little off, as video is. */
async function expectQuadrants(opened: Page): Promise<void> {
  const points = [0.25, 0.75].flatMap((y) => [0.25, 0.75].map((x) => [x, y] as const));
  const colours = await shownColours(opened, points);
  expect(new Set(colours.map(String)).size).toBe(4);
  for (const colour of colours) expect(Math.max(...colour)).toBeGreaterThan(150);
}

test.each(["udp", "tcp"] as const)(
  "the picture comes through TURN by %s, with a password of the viewer's own",
  async (transport) => {
    const opened = await open((await serve(transport)).url, true);
    await expectQuadrants(opened);
    const wanted = { local: "relay", remote: expect.any(String), relayProtocol: transport };
    await expect.poll(() => wayOf(opened)).toEqual(wanted);
    expect(turn.log).toMatch(/user <\d+:[0-9a-f-]{36}>: incoming packet CREATE_PERMISSION processed, success/);
  },
);

test("with --ice-policy relay the server is reached through its TURN server alone", async () => {
  const opened = await open((await serve("udp", { policy: "relay" })).url, false);
  await expectQuadrants(opened);
  await expect.poll(() => wayOf(opened)).toMatchObject({ remote: "relay" });
});

test("with a wrong secret there is no picture through TURN", async () => {
  const { url } = await serve("udp", { turnSecret: "another" });
  const refusals = () => turn.log.match(REFUSED)?.length ?? 0;
  const before = refusals();
  const opened = open(url, true);
  // It ends when the page is closed, if not by a picture.
  const outcome = opened.then(
    () => "picture",
    () => "none",
  );

  await expect.poll(refusals).toBeGreaterThan(before);
  await page?.waitForTimeout(1500);
  await page?.close();
  expect(await outcome).toBe("none");
});
