/** Owns what the tables of the benchmark say: figures in, rows out. Pure. */

import type { BareFigures } from "./bare-part.ts";
import { type BenchCase, caseText, sizeText } from "./cases.ts";
import type { ChromiumFigures } from "./chromium-part.ts";
import { type DragFigures, pauses } from "./drags-part.ts";
import { numberText, type Spread, spreadText, stageNames } from "./figures.ts";
import type { PeerFigures } from "./peer-part.ts";
import type { RoomsFigures } from "./rooms-part.ts";
import type { Table } from "./table.ts";
import type { WayFigures } from "./transports-part.ts";
import { type CrowdFigures, ENOUGH_FPS, furtherViewer } from "./viewers-part.ts";

export type Results<Figures> = readonly { readonly benchCase: BenchCase; readonly figures: Figures }[];

const stageHeads = ["render", "read back", "convert", "encode", "packetize, send"];

function named(benchCase: BenchCase): string[] {
  return [benchCase.scene.name, sizeText(benchCase.size)];
}

export function wholeWayTable(results: Results<ChromiumFigures>): Table {
  return {
    title: "The whole way, watched by Chromium on the same machine",
    note: "Frames a second while dragged; milliseconds from a press to the changed pixel, and how much of that the server takes: median / 95th percentile.",
    head: ["scene", "size", "rendered/s", "encoded/s", "shown/s", "click to pixel", "in the server", "lost", "Mbit/s"],
    rows: results.map(({ benchCase, figures: { server, shownFps, clicks } }) => [
      ...named(benchCase),
      numberText(server.renderedFps),
      numberText(server.encodedFps),
      numberText(shownFps),
      spreadText(clicks?.toPixel ?? null),
      spreadText(clicks?.inServer ?? null),
      clicks === null ? "–" : String(clicks.lost),
      numberText(server.mbitPerSecond),
    ]),
  };
}

export function dragsTable(results: readonly DragFigures[]): Table {
  return {
    title: "The default example dragged, 1280x720, watched by Chromium on the same machine",
    note: "Frames a second while dragged; milliseconds, median / 95th percentile, to draw and read a frame, from an input's arrival to its last packet, and from an input in the page to the changed picture, so many seconds after the input before.",
    head: [
      "drawn",
      "rendered/s",
      "shown/s",
      ...stageHeads.slice(0, 4),
      "in the server",
      ...pauses.map((pause) => `after ${pause} s`),
    ],
    rows: results.map(({ name, server, shownFps, inServer, answers }) => [
      name,
      numberText(server.renderedFps),
      numberText(shownFps),
      ...stageNames.slice(0, 4).map((stage) => spreadText(server.stages[stage])),
      spreadText(inServer),
      ...answers.map(spreadText),
    ]),
  };
}

export function stagesTable(results: Results<ChromiumFigures>): Table {
  return {
    title: "Milliseconds a frame in each stage, the whole way",
    note: "Median / 95th percentile. Overhead: from the end of reading back until the system has the last packet, less convert and encode; it is the hand-over from thread to thread, and packetize, send. The socket's part of the latter is the system's work, and here Chromium's receiving cuts into it.",
    head: ["scene", "size", ...stageHeads, "its socket", "hand-over", "overhead"],
    rows: results.map(({ benchCase, figures: { server } }) => [
      ...named(benchCase),
      ...stageNames.map((name) => spreadText(server.stages[name])),
      ...[server.socket, server.handOver, server.overhead].map(spreadText),
    ]),
  };
}

export function processorTable(results: Results<ChromiumFigures>): Table {
  return {
    title: "Processor time a frame, in milliseconds, the whole way",
    note: "The rest is the software rasteriser's threads, and the garbage collector's.",
    head: ["scene", "size", "render thread", "encode thread", "transport", "rest", "whole process"],
    rows: results.map(({ benchCase, figures }) => {
      const { render, encode, transport, process } = figures.server.cpu;
      return [
        ...named(benchCase),
        ...[render, encode, transport, Math.max(0, process - render - encode - transport), process].map(numberText),
      ];
    }),
  };
}

export function bareTable(results: Results<BareFigures>): Table {
  return {
    title: "Milliseconds a frame in each stage, alone",
    note: "Median / 95th percentile; each stage by itself, with nothing else running. After drawing: the medians of read back and convert, together; as: what is read, I420 that the GPU made or RGBA that the processor converts; off by: how far a sample of the former is at most from what the formula makes of the latter.",
    head: ["scene", "size", "as", "rendered/s", ...stageHeads, "after drawing", "I420 off by", "packets/frame"],
    rows: results.map(({ benchCase, figures: { form, i420Off, fps, stages, packetsPerFrame } }) => [
      ...named(benchCase),
      form,
      numberText(fps),
      ...stageNames.map((name) => spreadText(stages[name])),
      numberText((stages.readback?.median ?? Number.NaN) + (stages.convert?.median ?? Number.NaN)),
      numberText(i420Off),
      numberText(packetsPerFrame),
    ]),
  };
}

/** The whole way against the stages alone; only the cases that both have. */
export function ratioTable(whole: Results<ChromiumFigures>, bare: Results<BareFigures>): Table {
  const pairs = whole.flatMap(({ benchCase, figures }) => {
    const match = bare.find((one) => caseText(one.benchCase) === caseText(benchCase));
    return match === undefined ? [] : [{ benchCase, server: figures.server, alone: match.figures }];
  });
  return {
    title: "The whole way, as a multiple of the stages alone",
    note: "Medians. Overhead in milliseconds a frame; extra: processor time of the three threads less that of render, convert and encode alone.",
    head: ["scene", "size", ...stageHeads, "overhead ms", "extra processor ms"],
    rows: pairs.map(({ benchCase, server, alone }) => [
      ...named(benchCase),
      ...stageNames.map((name) => ratioText(server.stages[name], alone.stages[name])),
      numberText(server.overhead?.median),
      numberText(server.cpu.render + server.cpu.encode + server.cpu.transport - alone.cpu.render - alone.cpu.encode),
    ]),
  };
}

function ratioText(part: Spread | null, whole: Spread | null): string {
  return part === null || whole === null ? "–" : `${numberText(part.median / whole.median)}x`;
}

export function peerTable(peer: PeerFigures, ours: ChromiumFigures | null): Table {
  const ourRow = ours && [
    "Scenecast",
    numberText(ours.server.renderedFps),
    numberText(ours.shownFps),
    spreadText(ours.clicks?.toPixel ?? null),
    String(ours.clicks?.lost ?? "–"),
  ];
  const peerRow = ["headless Chromium", peer.drawnFps, peer.shownFps, peer.toPixel, peer.lost] as const;
  const [name, drawn, shown, toPixel, lost] = peerRow;
  return {
    title: "The same 60 spheres, 1280x720, by headless Chromium, captureStream and Chromium's own WebRTC",
    note: `It sends ${peer.sent}. Frames a second while dragged; milliseconds from a press to the changed pixel, median / 95th percentile.`,
    head: ["way", "drawn/s", "shown/s", "click to pixel", "lost"],
    rows: [
      ...(ourRow ? [ourRow] : []),
      [name, numberText(drawn), numberText(shown), spreadText(toPixel), String(lost)],
    ],
  };
}

export function transportsTable(figures: readonly WayFigures[]): Table {
  return {
    title: "The ways to a viewer, 1280x720, a scene that costs nothing to draw",
    note: "One after the other. Milliseconds from a press to the changed pixel, median / 95th percentile, as the compositor puts it out; processors taken by the server (with the benchmark itself) and by Chromium.",
    head: ["way", "shown/s", "click to pixel", "lost", "Mbit/s", "server cpu", "browser cpu"],
    rows: figures.map(({ way, shownFps, toPixel, lost, bitrateBps, serverCpu, browserCpu }) => [
      way,
      numberText(shownFps),
      spreadText(toPixel),
      String(lost),
      numberText(bitrateBps / 1e6),
      numberText(serverCpu),
      numberText(browserCpu),
    ]),
  };
}

export function crowdTable(figures: readonly CrowdFigures[]): Table {
  const megabytes = (bytes: number) => numberText(bytes / 2 ** 20);
  return {
    title: "One scene before many viewers, 1280x720, 4 Mbit/s for each",
    note: "Frames a second of each; packets lost, or frames left out, of all together; per cent of one core and MiB resident, of the scene's process (of it the thread that sends) and of the main process. The viewers take their part of the same cores.",
    head: [
      "way",
      "viewers",
      "least fps",
      "median fps",
      "lost",
      "Mbit/s each",
      "scene %",
      "sending %",
      "main %",
      "viewers %",
      "scene MiB",
      "main MiB",
    ],
    rows: figures.map((one) => [
      one.way,
      String(one.count),
      numberText(one.minFps),
      numberText(one.medianFps),
      String(one.lost),
      numberText(one.mbitPerSecond),
      ...[one.sceneCpu, one.sendCpu, one.mainCpu, one.viewersCpu].map((cores) => numberText(cores * 100)),
      megabytes(one.sceneBytes),
      megabytes(one.mainBytes),
    ]),
  };
}

export function roomsTable(figures: readonly RoomsFigures[]): Table {
  return {
    title: "Several scenes at once, a thousand spheres that turn, one viewer each",
    note: `Frames a second of each; processors taken by all scenes' processes together. ${figures[0]?.renderer ?? ""}`,
    head: ["scenes", "size", "min fps", "median fps", "processors", "scene MiB"],
    rows: figures.map(({ count, size, minFps, medianFps, scenesCpu, sceneBytes }) => [
      String(count),
      sizeText(size),
      numberText(minFps),
      numberText(medianFps),
      numberText(scenesCpu),
      numberText(sceneBytes / 2 ** 20),
    ]),
  };
}

export function furtherViewerTable(figures: readonly CrowdFigures[]): Table {
  const rows = (["webrtc", "websocket"] as const).flatMap((way) => {
    const further = furtherViewer(figures, way);
    if (further === null) return [];
    const enough = figures.filter((one) => one.way === way && one.minFps >= ENOUGH_FPS);
    const percents = [further.cpu, further.sendCpu, further.viewersCpu].map((cores) => numberText(cores * 100));
    return [
      [way, ...percents, numberText(further.bytes / 2 ** 20), String(Math.max(...enough.map(({ count }) => count)))],
    ];
  });
  return {
    title: "What each further viewer costs the server",
    note: `A straight line through the table above. Per cent of one core, the whole server; of it the thread that sends; beside it what the viewer itself costs the machine here. Last, the most that were tried and all had ${ENOUGH_FPS} frames a second.`,
    head: ["way", "server %", "sending %", "the viewer itself %", "MiB", "most tried"],
    rows,
  };
}
