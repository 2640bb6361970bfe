/**
 * Owns the measurement of the data of scenes: how fast it comes in, how soon it is seen, and what a scene that is sent much of it still
 * draws. Programs send it from a process of their own.
 */

import { fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import { encodeMessage } from "../../shared/custom-message.ts";
import { now } from "../../shared/time.ts";
import { TestClient } from "../support/signaling-client.ts";
import { SocketViewer } from "../support/socket-viewer.ts";
import { decodePictures } from "../support/video-decoder.ts";
import type { SenderWay, SentValue, ToSender } from "./data-sender-protocol.ts";
import { numberText, spreadOf, spreadText } from "./figures.ts";
import type { Table } from "./table.ts";

const SIZE = { width: 1280, height: 720 };
const POINTS_BYTES = 500_000 * 12;
const MEGABYTE = 1_000_000;
const LARGE_BYTES = 100 * MEGABYTE - 4;
const STREAM_BYTES = MEGABYTE - 4;
const SHOWN = 20;
const MESSAGE_BYTES = 32_000;

/** The tables of what was measured. Rejects where the server does not start. */
export async function measureData(seconds: number): Promise<readonly Table[]> {
  await using server = await createStreamServer({
    scene: new URL("./scenes/filled.ts", import.meta.url),
    logLevel: "silent",
    http: { port: 0 },
    render: { size: SIZE },
    encode: { codec: "h264" },
    access: { token: null },
  });
  const rates = await measureRates(server);
  const shown = await measureShown(server);
  const stream = await measureStream(server, seconds);
  return [rates, shown, stream];
}

async function measureRates(server: StreamServer): Promise<Table> {
  const large = (way: SenderWay): Promise<readonly SentValue[]> =>
    send({
      url: server.url,
      way,
      bytes: way === "http" ? LARGE_BYTES : 30 * MEGABYTE,
      count: 5,
      perSecond: 0,
      pauseMs: 0,
    });
  const ratesOf = (bytes: number, sent: readonly SentValue[]) =>
    spreadOf(sent.map(({ begunAt, answeredAt }) => bytes / 1000 / (answeredAt - begunAt)));
  const [http, socket] = [await large("http"), await large("websocket")];
  const rows: [string, number, ReturnType<typeof spreadOf>][] = [
    ["a plain copy", LARGE_BYTES, spreadOf(copies(LARGE_BYTES))],
    ["room.data.set()", LARGE_BYTES, spreadOf(await sets(server, LARGE_BYTES))],
    ["PUT", LARGE_BYTES, ratesOf(LARGE_BYTES, http)],
    [
      "PUT",
      POINTS_BYTES,
      ratesOf(
        POINTS_BYTES,
        await send({ url: server.url, way: "http", bytes: POINTS_BYTES, count: 20, perSecond: 0, pauseMs: 0 }),
      ),
    ],
    ["WebSocket", 30 * MEGABYTE, ratesOf(30 * MEGABYTE, socket)],
    ["messages of viewers", POINTS_BYTES, null],
  ];
  const { arrived, rate } = await byMessages(server);
  const cells = rows.map(([way, bytes, spread]) => [
    way,
    numberText(bytes / MEGABYTE),
    spread === null ? numberText(rate) : numberText(spread.median),
    spread === null ? numberText((100 * arrived) / bytes) : "100",
  ]);
  return {
    title: "Data: how fast it comes in",
    note: "Nobody watches. From the first byte until the answer that the scene has it, on loopback, median; of messages what arrived in 5 s.",
    head: ["way", "MB", "MB/s", "arrived %"],
    rows: cells,
  };
}

/** Megabytes a second. */
function copies(bytes: number): number[] {
  const [from, to] = [new Uint8Array(bytes).fill(1), new Uint8Array(bytes).fill(2)];
  return Array.from({ length: 5 }, () => {
    const begun = performance.now();
    to.set(from);
    return bytes / 1000 / (performance.now() - begun);
  });
}

async function sets(server: StreamServer, bytes: number): Promise<number[]> {
  const points = new Float32Array(bytes / 4);
  const rates: number[] = [];
  for (let at = 0; at < 5; at += 1) {
    const begun = performance.now();
    await server.room().data.set("points", points);
    rates.push(bytes / 1000 / (performance.now() - begun));
  }
  return rates;
}

/** 500,000 points by the messages of a viewer, all at once, as programs do who have nothing else. */
async function byMessages(server: StreamServer): Promise<{ readonly arrived: number; readonly rate: number }> {
  const client = await TestClient.join(server.url);
  const viewer = await SocketViewer.open(server.url);
  const body = encodeMessage(new Uint8Array(MESSAGE_BYTES));
  for (let sent = 0; sent < POINTS_BYTES; sent += MESSAGE_BYTES) client.send({ kind: "message", ...body });
  await sleep(5000);
  const { bytes } = server.room().state as { readonly bytes: number };
  client.socket.close();
  viewer.close();
  return { arrived: bytes, rate: bytes / MEGABYTE / 5 };
}

async function measureShown(server: StreamServer): Promise<Table> {
  const viewer = await SocketViewer.open(server.url, {}, true);
  const sent = await send({
    url: server.url,
    way: "http",
    bytes: POINTS_BYTES,
    count: SHOWN,
    perSecond: 0,
    pauseMs: 150,
  });
  await sleep(500);
  const pictures = decodePictures(
    "h264",
    viewer.frames.map(({ data }) => data),
  );
  const lights = pictures.map((picture) => (picture.colourAt(0.05, 0.05)[0] ?? 0) > 128);
  const shown = sent.flatMap(({ lastByteAt, begunAt }, at) => {
    const isLit = (at + 1) % 2 === 1;
    const found = viewer.frames.findIndex((frame, index) => frame.at > begunAt && lights[index] === isLit);
    return found < 0 ? [] : [(viewer.frames[found]?.at ?? 0) - lastByteAt];
  });
  viewer.close();
  const answered = spreadOf(sent.map(({ lastByteAt, answeredAt }) => answeredAt - lastByteAt));
  return {
    title: "500,000 points (6 MB) by PUT, from the last byte, in milliseconds",
    note: `1280x720. Until the encoded picture that shows them reaches a viewer, and until the answer; median / 95th of ${shown.length}.`,
    head: ["seen", "answered"],
    rows: [[spreadText(spreadOf(shown)), spreadText(answered)]],
  };
}

async function measureStream(server: StreamServer, seconds: number): Promise<Table> {
  const viewer = await SocketViewer.open(server.url);
  await sleep(1000);
  const quiet = await framesDuring(viewer, () => sleep(seconds * 1000));
  const rows: string[][] = [["none", "–", "–", numberText(quiet.fps), numberText(quiet.gapMs)]];
  for (const way of ["http", "websocket"] as const) {
    let sent: readonly SentValue[] = [];
    const frames = await framesDuring(viewer, async () => {
      sent = await send({ url: server.url, way, bytes: STREAM_BYTES, count: seconds * 60, perSecond: 60, pauseMs: 0 });
    });
    const [first, last] = [sent[0], sent.at(-1)];
    const rate = ((sent.length - 1) * 1000) / ((last?.begunAt ?? 0) - (first?.begunAt ?? 0));
    const taken = sent.filter(({ taken: isTaken }) => isTaken).length;
    rows.push([
      `60 × 1 MB a second, ${way}`,
      numberText(rate),
      `${taken}/${sent.length}`,
      numberText(frames.fps),
      numberText(frames.gapMs),
    ]);
  }
  viewer.close();
  return {
    title: "A scene that is drawn at 60 frames a second, while it is sent data",
    note: "1280x720. How many values a second it took, and frames that reach a viewer, with the longest gap in milliseconds.",
    head: ["sent", "values/s", "taken", "frames/s", "longest gap"],
    rows,
  };
}

async function framesDuring(
  viewer: SocketViewer,
  work: () => Promise<unknown>,
): Promise<{ fps: number; gapMs: number }> {
  const from = now();
  await work();
  const to = now();
  return { fps: viewer.framesPerSecond(from, to), gapMs: viewer.longestGapMs(from, to) };
}

/** Sends from a process of its own. */
async function send(wish: ToSender): Promise<readonly SentValue[]> {
  const child = fork(new URL("./data-sender-process.ts", import.meta.url), { serialization: "advanced" });
  try {
    const answer = new Promise<readonly SentValue[] | { readonly error: string }>((resolve, reject) => {
      child.once("message", (message) => resolve(message as readonly SentValue[] | { readonly error: string }));
      child.once("exit", () => reject(new Error("The program that sends data ended.")));
    });
    child.send(wish);
    const sent = await answer;
    if ("error" in sent) throw new Error(sent.error);
    return sent;
  } finally {
    child.kill();
  }
}
