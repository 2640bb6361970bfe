/**
 * The benchmark, run by `npm run bench`: measures the whole way and the stages, and prints tables. There is no pass or
 * fail; a part that cannot run says why, and the others go on.
 */

import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { floodKinds, measureFloods } from "../support/floods/floods.ts";
import { type BareFigures, measureBare } from "./bare-part.ts";
import { type BenchCase, casesOf, caseText, defaultScene, freeScene, sixtySpheres } from "./cases.ts";
import { chromaTable, measureChroma } from "./chroma-part.ts";
import { type ChromiumFigures, measureInChromium } from "./chromium-part.ts";
import { compatTable, keepPictures, measureCompat } from "./compat-part.ts";
import { measureData } from "./data-part.ts";
import { measureDrags } from "./drags-part.ts";
import { spreadOf } from "./figures.ts";
import { measureFilm } from "./film-part.ts";
import { floodsTable } from "./floods-part.ts";
import { frameSizes, framesTable, measureFrames } from "./frames-part.ts";
import { hlsTables, measureHls } from "./hls-part.ts";
import { measureJobs } from "./jobs-part.ts";
import { machineTable } from "./machine.ts";
import { measureMovies } from "./movies-part.ts";
import { type NetworkCondition, networkConditions, REST } from "./network-conditions.ts";
import { measureNetworks } from "./network-part.ts";
import { measureRest } from "./network-rest.ts";
import { networkTable, recoveryTable, restTable } from "./network-table.ts";
import { measureOpening } from "./opening-part.ts";
import { type BenchOptions, parseOptions, usage } from "./options.ts";
import { measureOverMovie } from "./over-movie-part.ts";
import { measurePages, pagesTable } from "./pages-part.ts";
import { measurePeer, type PeerFigures } from "./peer-part.ts";
import { measurePolicies } from "./policies-part.ts";
import { measureQueues } from "./queues-part.ts";
import { waitForQuiet } from "./quiet.ts";
import { measureRenders } from "./render-part.ts";
import { measureRooms } from "./rooms-part.ts";
import { measureSharedJobs } from "./shared-jobs-part.ts";
import { measureSinks, sinksTable } from "./sinks-part.ts";
import { measureStudio, studioTable } from "./studio-part.ts";
import { type Table, tableText } from "./table.ts";
import {
  bareTable,
  crowdTable,
  dragsTable,
  furtherViewerTable,
  peerTable,
  processorTable,
  type Results,
  ratioTable,
  roomsTable,
  stagesTable,
  transportsTable,
  wholeWayTable,
} from "./tables.ts";
import { measureTransports } from "./transports-part.ts";
import { measureCrowds } from "./viewers-part.ts";

const PEER_SIZE = { width: 1280, height: 720 };
const ROOM_SIZE = { width: 1920, height: 1080 };

/** What other programs took of the processors just before each measurement, from 0 to 1. */
const taken: number[] = [];

/** Measures; null where that failed, with the reason on standard error. */
async function attempt<Figures>(
  what: string,
  { patience }: BenchOptions,
  measure: () => Promise<Figures>,
): Promise<Figures | null> {
  taken.push(await waitForQuiet(patience * 1000));
  process.stderr.write(`${what} …\n`);
  try {
    return await measure();
  } catch (error) {
    process.stderr.write(`${what} failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  }
}

async function attemptEach<Figures>(
  what: string,
  options: BenchOptions,
  measure: (benchCase: BenchCase) => Promise<Figures>,
): Promise<Results<Figures>> {
  const results: { benchCase: BenchCase; figures: Figures }[] = [];
  for (const benchCase of casesOf(options)) {
    const figures = await attempt(`${what}: ${caseText(benchCase)}`, options, () => measure(benchCase));
    if (figures !== null) results.push({ benchCase, figures });
  }
  return results;
}

async function throughChromium(browser: Browser | null, options: BenchOptions): Promise<Results<ChromiumFigures>> {
  if (browser === null) return [];
  return attemptEach("through Chromium", options, (one) => measureInChromium(browser, one, options));
}

async function networkTables(browser: Browser | null, options: BenchOptions): Promise<readonly Table[]> {
  if (browser === null || !options.parts.has("network")) return [];
  const isChosen = (name: string) => options.conditions.length === 0 || options.conditions.includes(name);
  const chosen = networkConditions.filter(({ name }) => isChosen(name));
  const complain = ({ name }: NetworkCondition, reason: string) => {
    process.stderr.write(`  ${name} failed: ${reason}\n`);
  };
  const networks = await attempt("bad networks", options, () => measureNetworks(browser, chosen, complain));
  const rests = isChosen(REST) ? await attempt("at rest", options, () => measureRest(browser)) : null;
  return [networkTable(networks ?? []), recoveryTable(networks ?? []), restTable(rests ?? [])];
}

async function main(options: BenchOptions): Promise<void> {
  const { parts } = options;
  // For the processes of scenes that are started here.
  if (options.asGpu) process.env["SCENECAST_AS_GPU"] = "1";
  const names = { markdown: options.markdown, names: 2 };
  const print = (table: Table, format = names) => {
    if (table.rows.length > 0) process.stdout.write(`${tableText(table, format)}\n`);
  };
  const needsBrowser = ["chromium", "drags", "frames", "opening", "transports", "sinks", "hls", "network"].some(
    (part) => parts.has(part),
  );
  const browser = needsBrowser ? await attempt("starting Chromium", options, launchChromium) : null;
  const chromium = browser?.version() ?? null;
  const whole = parts.has("chromium") ? await throughChromium(browser, options) : [];
  const drags =
    browser !== null && parts.has("drags")
      ? await attempt("drags", options, () => measureDrags(browser, defaultScene.url, options.seconds))
      : null;
  const given =
    browser !== null && parts.has("frames")
      ? await attempt("frames of another program", options, () =>
          measureFrames(browser, options.sizes.length === 0 ? frameSizes : options.sizes, options),
        )
      : null;
  const opening =
    browser !== null && parts.has("opening")
      ? await attempt("from the beginning", options, () => measureOpening(browser, defaultScene.url))
      : null;
  const compared =
    browser !== null && parts.has("transports")
      ? await attempt("WebRTC, WebSocket, Motion JPEG", options, () =>
          measureTransports(browser, freeScene.url, PEER_SIZE, options),
        )
      : null;
  const sinks =
    browser !== null && parts.has("sinks")
      ? await attempt("recordings", options, () => measureSinks(browser, freeScene.url, PEER_SIZE, options))
      : null;
  const hls =
    browser !== null && parts.has("hls")
      ? await attempt("the stream by HLS", options, () => measureHls(browser, freeScene.url, PEER_SIZE, options))
      : null;
  const networks = await networkTables(browser, options);
  await browser?.close();
  for (const table of [wholeWayTable, stagesTable, processorTable]) print(table(whole));

  if (drags !== null) print(dragsTable(drags), { ...names, names: 1 });

  if (given !== null) print(framesTable(given), { ...names, names: 1 });

  if (opening !== null) print(opening, { ...names, names: 1 });

  if (compared !== null) print(transportsTable(compared), { ...names, names: 1 });

  if (sinks !== null) print(sinksTable(sinks), { ...names, names: 1 });

  for (const table of hls === null ? [] : hlsTables(hls)) print(table, { ...names, names: 1 });

  for (const table of networks) print(table, { ...names, names: 1 });

  const crowds = parts.has("viewers")
    ? await attempt("many viewers", options, () => measureCrowds(options.seconds))
    : null;
  for (const table of [crowdTable, furtherViewerTable]) print(table(crowds ?? []), { ...names, names: 1 });

  const rooms = parts.has("rooms")
    ? await attempt("several scenes", options, () =>
        measureRooms(options.rooms, options.sizes[0] ?? ROOM_SIZE, options.seconds),
      )
    : null;
  print(roomsTable(rooms ?? []), { ...names, names: 1 });

  const stages: Results<readonly BareFigures[]> = parts.has("stages")
    ? await attemptEach("alone", options, (one) => measureBare(one, Math.min(options.seconds, 3), options.asGpu))
    : [];
  const bare = stages.flatMap(({ benchCase, figures }) => figures.map((one) => ({ benchCase, figures: one })));
  print(bareTable(bare), { ...names, names: 3 });
  print(ratioTable(whole, bare));

  const chroma = parts.has("chroma")
    ? await attempt("4:4:4 beside 4:2:0", options, () => measureChroma(options.sizes[0] ?? PEER_SIZE))
    : null;
  print(chromaTable(chroma ?? []), { ...names, names: 2 });

  const measure = (): Promise<PeerFigures> => measurePeer(PEER_SIZE, options);
  const peer = parts.has("peer") ? await attempt("the other way, headless Chromium", options, measure) : null;
  const isSame = ({ scene, size }: BenchCase) => scene === sixtySpheres && size.width === PEER_SIZE.width;
  const ours = whole.find(({ benchCase }) => isSame(benchCase))?.figures ?? null;
  if (peer !== null) print(peerTable(peer, ours), { ...names, names: 1 });

  const compat = parts.has("compat")
    ? await attempt("what runs in a page", options, () => measureCompat(options.conditions))
    : null;
  const pages = parts.has("compat")
    ? await attempt("whole pages", options, () => measurePages(options.conditions))
    : null;
  if (compat !== null && options.keepsPictures) keepPictures(compat);
  if (compat !== null) print(compatTable(compat), { ...names, names: 1 });
  if (pages !== null) print(pagesTable(pages), { ...names, names: 1 });

  const floods = parts.has("floods")
    ? await attempt("floods", options, () => measureFloods(floodKinds, options.seconds))
    : null;
  print(floodsTable(floods ?? []), { ...names, names: 1 });

  const data = parts.has("data") ? await attempt("data", options, () => measureData(options.seconds)) : null;
  for (const table of data ?? []) print(table, { ...names, names: 1 });

  const queues = parts.has("queues") ? await attempt("queues", options, async () => measureQueues()) : null;
  if (queues !== null) print(queues, { ...names, names: 1 });

  const size = options.sizes[0] ?? PEER_SIZE;
  const renders = parts.has("render") ? await attempt("off the clock", options, () => measureRenders(size)) : null;
  if (renders !== null) print(renders, { ...names, names: 2 });
  const studio = parts.has("studio") ? await attempt("studio", options, () => measureStudio(options.seconds)) : null;
  print(studioTable(studio ?? []), { ...names, names: 1 });

  const film = parts.has("film") ? await attempt("a film", options, measureFilm) : null;
  if (film !== null) print(film, { ...names, names: 1 });
  const over = parts.has("render")
    ? await attempt("a movie through a scene", options, () => measureOverMovie(size))
    : null;
  if (over !== null) print(over, names);

  const movies = parts.has("movies") ? await attempt("frames of movies", options, measureMovies) : null;
  if (movies !== null) print(movies, { ...names, names: 2 });

  const jobs = parts.has("jobs") ? await attempt("jobs", options, measureJobs) : null;
  if (jobs !== null) print(jobs, { ...names, names: 2 });
  const shared = parts.has("jobs") ? await attempt("jobs across machines", options, measureSharedJobs) : null;
  if (shared !== null) print(shared, { ...names, names: 1 });
  const averages = parts.has("policies") ? await attempt("policies", options, measurePolicies) : null;
  if (averages !== null) print(averages, { ...names, names: 1 });

  const renderer = whole[0]?.figures.renderer ?? rooms?.[0]?.renderer ?? bare[0]?.figures.renderer ?? null;
  const encoder = bare[0]?.figures.encoder ?? null;
  print(machineTable({ chromium, renderer, encoder, taken: spreadOf(taken) }));
}

function readOptions(): BenchOptions | null {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message}\n`);
    process.exitCode = 2;
    return null;
  }
}

const options = readOptions();
if (options?.help) process.stdout.write(usage);
else if (options !== null) await main(options);
