/** Owns the command line of the benchmark: which parts run, on which cases, and how the tables look. */

import { parseArgs } from "node:util";
import type { PictureSize } from "../../shared/video.ts";
import { sceneNames } from "./cases.ts";
import { conditionNames } from "./network-conditions.ts";

const parts = [
  "chromium",
  "drags",
  "frames",
  "opening",
  "stages",
  "chroma",
  "transports",
  "sinks",
  "hls",
  "viewers",
  "rooms",
  "network",
  "peer",
  "compat",
  "floods",
  "queues",
  "data",
  "render",
  "film",
  "movies",
  "jobs",
  "policies",
  "studio",
] as const;

export type BenchOptions = {
  readonly parts: ReadonlySet<string>;
  /** Sizes to measure; empty for the usual ones. */
  readonly sizes: readonly PictureSize[];
  /** Scenes to measure; empty for all. */
  readonly scenes: readonly string[];
  /** Networks, or cases of compat, to measure; empty for all. */
  readonly conditions: readonly string[];
  /** How many scenes at once, in growing order. */
  readonly rooms: readonly number[];
  /** Draws as on a GPU, also without one; null looks. */
  readonly asGpu: true | null;
  readonly clicks: number;
  readonly seconds: number;
  /** How long to wait before each measurement until other programs leave the machine alone. */
  readonly patience: number;
  readonly markdown: boolean;
  /** Whether Chromium's pictures of compat become those that the tests compare with. */
  readonly keepsPictures: boolean;
  readonly help: boolean;
};

export const usage = `usage: npm run bench -- [part…] [options]

parts (all, when none is named)
  chromium   the whole way: a real server, watched by Chromium on this machine
  drags      the default example dragged, and its answers after pauses: drawn whole, as by default, fluid
  frames     ready-made frames of another program, in Python, at 720p and 1080p
  opening    from the command, and from opening the page, to the first picture
  stages     the same stages, each by itself; on a GPU beside the way by RGBA
  chroma     thin coloured lines and text that move, in 4:2:0 and in 4:4:4
  transports WebRTC beside WebSocket beside Motion JPEG, the same scene
  sinks      what recordings cost: a viewer's press to pixel without any and with some, processor time
  hls        the stream by HLS: how far behind it is, many players, what a viewer notices of it; Linux only
  viewers    one scene before 1 to 96 viewers, who decode nothing; Linux only
  rooms      several scenes at once, one viewer each; Linux only
  network    bad networks: slow, lossy, far away, shaking, changing
  peer       the other way: three in headless Chromium, sent by Chromium's own WebRTC
  render     a scene rendered off the clock by 1, 2 and 4 processes, beside its drawing alone
  film       movies from a slow server, downloaded and encoded in turn, and one while the other
  movies     random frames of ProRes and H.264 by 1, 2, 4 and 8 processes, directly and over HTTP, beside others
  jobs       ten requests of a second each, one after another and at once, by processes and by threads; and by Redis
  policies   four jobs of a second each by two workers: when they are over on average, by policy
  studio     a view of three sources at 1080p and 30 frames a second; Linux only
  queues     an array, a linked list and a ring, by how much waits in them
  data       data that a program sends a scene: how fast, how soon seen, how much beside its frames
  floods     messages, slow readers, snapshots and joins without end, beside somebody innocent
  compat     what runs in a page runs here: small scenes and whole pages, drawn by us and by Chromium, compared

options
  --size WxH       only this size; may be given several times
  --scene NAME     only this scene (${sceneNames.join(", ")}); may be given several times
  --only NAME      only this network (${conditionNames.join(", ")}), or the cases of compat that
                   begin so ("materials/"); may be given several times
  --rooms N,N,…    so many scenes at once (1,4,8)
  --as-gpu         draw as on a GPU, also without one
  --clicks N       presses for each measurement of click to changed pixel (60)
  --seconds N      how long each drag, and each crowd, is measured (5)
  --patience N     before each case, wait up to N seconds until other programs rest (0)
  --keep-pictures  write what Chromium draws in compat to test/fixtures/compat.json, for the tests
  --markdown       print the tables as Markdown
  --help           print this
`;

/** Throws `TypeError` with a sentence about the argument that is wrong. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      size: { type: "string", multiple: true, default: [] },
      scene: { type: "string", multiple: true, default: [] },
      only: { type: "string", multiple: true, default: [] },
      rooms: { type: "string", default: "1,4,8" },
      "as-gpu": { type: "boolean", default: false },
      clicks: { type: "string", default: "60" },
      seconds: { type: "string", default: "5" },
      patience: { type: "string", default: "0" },
      markdown: { type: "boolean", default: false },
      "keep-pictures": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const chosen = positionals.map((name) => oneOf("part", name, parts));
  return {
    parts: new Set(chosen.length === 0 ? parts : chosen),
    sizes: values.size.map(parseSize),
    scenes: values.scene.map((name) => oneOf("scene", name, sceneNames)),
    conditions: values.only,
    rooms: values.rooms.split(",").map((count) => wholeNumber("--rooms", count, 1, 64)),
    asGpu: values["as-gpu"] ? true : null,
    clicks: wholeNumber("--clicks", values.clicks, 1, 1000),
    seconds: wholeNumber("--seconds", values.seconds, 3, 120),
    patience: wholeNumber("--patience", values.patience, 0, 3600),
    markdown: values.markdown,
    keepsPictures: values["keep-pictures"],
    help: values.help,
  };
}

function oneOf<Name extends string>(what: string, value: string, known: readonly Name[]): Name {
  const found = known.find((name) => name === value);
  if (found === undefined) throw new TypeError(`There is no ${what} "${value}". There are ${known.join(", ")}.`);
  return found;
}

function parseSize(text: string): PictureSize {
  const [, width, height] = /^(\d{2,4})x(\d{2,4})$/.exec(text) ?? [];
  const size = { width: Number(width), height: Number(height) };
  if (size.width >= 16 && size.height >= 16 && size.width % 2 === 0 && size.height % 2 === 0) return size;
  throw new TypeError(`--size must be like 1280x720, in even numbers, not "${text}".`);
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new TypeError(`${name} must be a whole number from ${min} to ${max}, not "${text}".`);
}
