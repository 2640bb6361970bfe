/** A shared server and a viewer behind NATs of their own, with a tunnel between them that carries no UDP: video goes past it. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shellOptions } from "../support/chromium.ts";
import { canMakeNamespaces } from "../support/namespaces.ts";
import { RemoteServer } from "../support/remote-server.ts";
import { shownPicture } from "../support/shown-picture.ts";
import { TwoNats } from "../support/two-nats.ts";
import { seenWay, statsOf } from "../support/viewer-page.ts";

const cloudflared = fileURLToPath(new URL("../fixtures/tunnels/cloudflared.mjs", import.meta.url));
const isHere = canMakeNamespaces();

let nats: TwoNats;
let server: RemoteServer;
let browser: Browser;
let page: Page;
let folder: string;

/** A Chromium on the viewer's machine. */
async function launchThere(): Promise<Browser> {
  const { executablePath = "", args = [] } = shellOptions();
  folder = mkdtempSync(join(tmpdir(), "scenecast-browser-"));
  const program = join(folder, "chromium");
  writeFileSync(program, `#!/bin/sh\nexec ${nats.viewerPrefix.join(" ")} ${executablePath} "$@"\n`, { mode: 0o755 });
  return await chromium.launch({ executablePath: program, args });
}

beforeAll(async () => {
  if (!isHere) return;
  nats = await TwoNats.create();
  const command = `"${process.execPath}" "${cloudflared}" opens`;
  const share = ["--fps", "30", "--share-command", command, "--stun", nats.stun];
  [server, browser] = await Promise.all([RemoteServer.start(nats.server, "animated", share), launchThere()]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), server?.close()]);
  await nats?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!isHere)("a share link", () => {
  test("shows moving pictures past its tunnel, by the addresses that a STUN server told both ends", async () => {
    page = await browser.newPage({ reducedMotion: "reduce" });
    await page.goto(`http://${server.host}:${server.port}/?transport=webrtc`);
    const picture = (): Promise<string | null> => shownPicture(page, { width: 640, height: 360 });
    await expect.poll(picture).not.toBe(null);
    const before = await picture();
    await expect.poll(picture).not.toBe(before);
    expect(await seenWay(page)).toBe("webrtc");
    const way = async () => (await statsOf(page)).transport;
    await expect.poll(way).toMatchObject({ protocol: "udp", isRelayed: false, candidateType: "srflx" });
  });
});
