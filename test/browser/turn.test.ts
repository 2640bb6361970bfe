/** Video that goes through a TURN server, coturn: by UDP and by TCP, from either end, and with a password that is wrong. */

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import { openPage, shownColours, waitForPicture } from "../support/chromium.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { TurnServer } from "../support/turn-server.ts";

let browser: Browser;
let turn: TurnServer;
const servers: StreamServer[] = [];
let page: Page | null = null;

beforeAll(async () => {
  [browser, turn] = await Promise.all([connectChromium(), TurnServer.start()]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), ...servers.map((server) => server.close())]);
  await turn?.close();
});
afterEach(async () => {
  await page?.close();
  page = null;
});

/** What coturn writes of a password that was not made of its secret. */
const REFUSED = /Cannot find credentials of user/g;

type Ice = NonNullable<Parameters<typeof createStreamServer>[0]["ice"]>;

/** The quadrants at their address, with coturn's secret. */
async function serve(ice: Ice = {}): Promise<StreamServer> {
  const turns = ["udp", "tcp"].map((transport) => `turn:127.0.0.1:${turn.port}?transport=${transport}`);
  const server = await createStreamServer({
    scene: new URL("../fixtures/scenes/quadrants.ts", import.meta.url),
    logLevel: "silent",
    http: { port: 0 },
    render: { size: { width: 320, height: 180 }, maxFps: 30 },
    ice: { turn: turns, turnSecret: turn.secret, ...ice },
  });
  servers.push(server);
  return server;
}

/** Opens the page; with `relay` its browser uses nothing but TURN by that. Its connections are kept in `connections`. */
async function open(url: string, relay: "udp" | "tcp" | null): Promise<Page> {
  ({ page } = await openPage(browser));
  await page.addInitScript((relay) => {
    const connections: RTCPeerConnection[] = [];
    Object.assign(window, { connections });
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        const isBy = (url: string) => url.endsWith(`transport=${relay}`);
        const iceServers = configuration?.iceServers?.filter(({ urls }) => [urls].flat().every(isBy));
        const relayed = { ...configuration, iceServers: iceServers ?? [], iceTransportPolicy: "relay" } as const;
        super(relay === null ? configuration : relayed);
        connections.push(this);
      }
    };
  }, relay);
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

describe("a browser that uses nothing but TURN", () => {
  let url: string;
  beforeAll(async () => {
    ({ url } = await serve());
  });

  test.each(["udp", "tcp"] as const)(
    "gets the picture through TURN by %s, with a password of the viewer's own",
    async (transport) => {
      const opened = await open(url, transport);
      await expectQuadrants(opened);
      const wanted = { local: "relay", remote: expect.any(String), relayProtocol: transport };
      await expect.poll(() => wayOf(opened)).toEqual(wanted);
      expect(turn.log).toMatch(/user <\d+:[0-9a-f-]{36}>: incoming packet CREATE_PERMISSION processed, success/);
    },
  );
});

test("with --ice-policy relay the server is reached through its TURN server alone", async () => {
  const opened = await open((await serve({ policy: "relay" })).url, null);
  await expectQuadrants(opened);
  await expect.poll(() => wayOf(opened)).toMatchObject({ remote: "relay" });
});

test("with a wrong secret there is no picture through TURN", async () => {
  const { url } = await serve({ turnSecret: "another" });
  const refusals = () => turn.log.match(REFUSED)?.length ?? 0;
  const before = refusals();
  const opened = open(url, "udp");
  // It ends when the page is closed, if not by a picture.
  const outcome = opened.then(
    () => "picture",
    () => "none",
  );

  await expect.poll(refusals).toBeGreaterThan(before);
  await page?.waitForTimeout(700);
  await page?.close();
  expect(await outcome).toBe("none");
});
