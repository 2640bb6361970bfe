/** What is sent on by WHIP (WO1 to WO3, WC2, SI6), to an endpoint written with aiortc, which decodes it. */

import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OutputInfo, StreamServer } from "../../server/index.ts";
import { resolveIce } from "../../server/options/ice-options.ts";
import { deleteSession, postOffer } from "../../server/pipeline/outputs/whip/whip-session.ts";
import { parseWhipAddress } from "../../server/platform/whip-address.ts";
import { WebRtcCaller } from "../../server/transport/webrtc-caller.ts";
import { findFreePort } from "../support/free-port.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { serveSmall } from "../support/served-scene.ts";
import { psnr } from "../support/thin-pictures.ts";
import { WhipEnd, type WhipEndState } from "../support/whip-end.ts";

const TOKEN = "a-secret-token";
let end: WhipEnd;

beforeAll(async () => {
  end = await WhipEnd.start(TOKEN);
});
afterAll(async () => {
  await end?.close();
});

function serve(scene: string, outputs: readonly string[]): Promise<StreamServer> {
  return serveSmall({
    scene: sceneFixture(scene),
    outputs,
  });
}

async function until(isSo: (state: WhipEndState) => boolean): Promise<WhipEndState> {
  await expect.poll(async () => isSo(await end.state()), { timeout: 20_000, interval: 50 }).toBe(true);
  return await end.state();
}

test("a scene that rests is there as it was drawn, twice a second and with a key frame when one is asked for; at the end the session is deleted", async () => {
  const before = await end.state();
  await using server = await serve("quadrants", [end.address()]);
  const begun = await until(({ frames }) => frames >= before.frames + 6);
  expect(server.room().outputs[0]).toMatchObject({ state: "sending", connections: 1, error: null });
  const drawn = sharp(await server.room().snapshot())
    .flip()
    .ensureAlpha()
    .raw();
  const dB = psnr(await end.picture(), Uint8Array.from(await drawn.toBuffer()));
  console.log(`WHIP at rest: ${dB.toFixed(1)} dB, seen ${begun.firstMs?.toFixed(0)} ms after the offer`);
  expect(dB).toBeGreaterThan(30);
  expect(begun).toMatchObject({ codec: "H264/90000", sessions: 1 });
  expect(begun.gapMs).toBeLessThan(1500);
  await end.askKeyFrame();
  await until(({ keyFrames }) => keyFrames > begun.keyFrames);
  await server.close();
  expect(await end.state()).toMatchObject({ sessions: 0, deleted: before.deleted + 1 });
});

test("it is connected at once each time, though the server speaks first", async () => {
  const target = parseWhipAddress(end.address());
  if (target === null) throw new Error("It is an address.");
  const took: number[] = [];
  for (let count = 0; count < 4; count += 1) {
    const begun = performance.now();
    const ice = { ice: resolveIce({}), ports: null, isPeerHere: true };
    const call = new WebRtcCaller({ codecs: ["h264"], ...ice });
    const connected = new Promise((resolve) => call.on("connected", resolve));
    const { answer, place } = await postOffer(target, await call.offer());
    expect(answer).toMatch(/^a=setup:active/m);
    expect(await call.accept(answer)).toBe("h264");
    await connected;
    took.push(performance.now() - begun);
    await call.close();
    if (place !== null) await deleteSession(target, place);
  }
  console.log(`connected after ${took.map((ms) => ms.toFixed(0)).join(", ")} ms`);
  // A first word that is lost is said again after a second.
  expect(took.filter((ms) => ms > 900).length).toBeLessThanOrEqual(1);
});

/** One after the other with the same scene. */
describe("of a scene that moves", () => {
  let server: StreamServer;
  beforeAll(async () => {
    server = await serve("animated", []);
  });
  afterAll(() => server?.close());

  const infoOf = (id: string): OutputInfo | undefined => server.room().outputs.find((output) => output.id === id);

  test("WC2: after the endpoint was killed and started again the picture is there soon", async () => {
    const before = await end.state();
    const { id } = server.room().startOutput(end.address());
    // It must have been heard by RTCP once.
    await until(({ frames }) => frames > before.frames + 100);
    const states: string[] = [];
    const off = server.on("outputChanged", ({ output }) => states.push(output.state));
    await end.restart(1000);
    const begun = performance.now();
    await until(({ frames }) => frames > 0);
    const backMs = performance.now() - begun;
    console.log(`back after ${backMs.toFixed(0)} ms`);
    // It tries every two seconds; the rest is what a busy machine takes.
    expect(backMs).toBeLessThan(14_000);
    await expect.poll(() => states).toEqual(["connecting", "sending"]);
    expect(infoOf(id)).toMatchObject({ state: "sending", connections: 2, error: null });
    off();
    expect(server.room().endOutput(id)).toBe(true);
  });

  test("a wrong token is told in words, once, and not tried again and again; that nobody is there is told too", async () => {
    const { refused } = await end.state();
    const closed = await findFreePort();
    const told: OutputInfo[] = [];
    const off = server.on("outputChanged", ({ output }) => told.push(output));
    const [wrong = "", nobody = "", right = ""] = [
      end.address("another-secret"),
      `whip+http://${TOKEN}@127.0.0.1:${closed}/whip/${TOKEN}?key=${TOKEN}`,
      end.address(),
    ].map((address) => server.room().startOutput(address).id);
    await expect.poll(() => server.room().outputs.map(({ error }) => error === null)).toEqual([false, false, true]);
    await expect.poll(() => infoOf(right)?.state).toBe("sending");
    expect(infoOf(wrong)).toMatchObject({ state: "connecting", connections: 0 });
    expect(infoOf(wrong)?.error).toMatch(
      /^whip\+http:\/\/127\.0\.0\.1:\d+\/•••: the server refuses the token \(401\)\.$/,
    );
    expect(infoOf(nobody)?.error).toBe(`whip+http://127.0.0.1:${closed}/•••: nothing listens there.`);
    // Others are tried again meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect((await end.state()).refused).toBe(refused + 1);
    expect(JSON.stringify([told, server.room().outputs])).not.toMatch(/secret/);
    off();
    for (const id of [wrong, nobody, right]) server.room().endOutput(id);
  });

  test("it goes on when the scene's process was killed, and ends with the output", async () => {
    await until(({ sessions }) => sessions === 0);
    const first = await end.state();
    const { id } = server.room().startOutput(end.address());
    const { posted } = await until(({ frames }) => frames > first.frames + 5);
    process.kill(server.room().pid ?? 0, "SIGKILL");
    const again = await until((state) => state.posted > posted);
    await until(({ frames }) => frames > again.frames + 10);
    const before = await end.state();
    expect(server.room().endOutput(id)).toBe(true);
    expect(server.room().outputs).toEqual([]);
    await until(({ deleted }) => deleted > before.deleted);
  });
});
