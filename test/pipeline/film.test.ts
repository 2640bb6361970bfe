/** A film of movies, from a server with faults and from files, as parsers and players read it that are not ours. */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, types } from "hls-parser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FilmOptions, type FilmSummary, filmToHls } from "../../server/index.ts";
import { probe, runFfmpeg } from "../support/ffmpeg.ts";
import { makeMovie } from "../support/made-movie.ts";
import { MovieServer } from "../support/movie-server.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-film-"));
const at = (...names: string[]) => join(folder, ...names);
let server: MovieServer;
let summary: FilmSummary;
const said: string[] = [];

const film = (sources: readonly string[], to: string, options: Partial<FilmOptions> = {}) =>
  filmToHls({
    sources,
    to: at(to),
    segmentSeconds: 2,
    sizes: [180, 240],
    onMessage: (line) => said.push(line),
    ...options,
  });
/** Each file of the folder of a film. */
const filesIn = (...names: string[]) =>
  readdirSync(at(...names), { recursive: true })
    .map(String)
    .sort();

function masterOf(...names: string[]): types.MasterPlaylist {
  const read = parse(readFileSync(at(...names, "master.m3u8"), "utf8"));
  if (read instanceof types.MasterPlaylist) return read;
  throw new Error("it is no master playlist");
}

function playlistAt(...names: string[]): types.MediaPlaylist {
  const read = parse(readFileSync(at(...names, "playlist.m3u8"), "utf8"));
  if (read instanceof types.MediaPlaylist) return read;
  throw new Error("it is no playlist");
}

/** When frames are shown, in seconds. */
const timesOf = (path: string) => probe(path, "v", "frame", "pts_time").map(({ pts_time: time }) => Number(time));
/** The packets of sound that are heard. */
const soundOf = (path: string) =>
  probe(path, "a", "packet", "pts,data_hash")
    .filter(({ pts }) => Number(pts) >= 0)
    .map((packet) => packet["data_hash"]);

beforeAll(async () => {
  makeMovie(at("wide.mp4"), { size: "426x240", fps: "30000/1001", seconds: 5, more: ["-crf", "8"] });
  makeMovie(at("brief.mp4"), { size: "160x90", seconds: 1 });
  makeMovie(at("upright.mkv"), { size: "320x180", fps: "25", seconds: 5, sound: ["-c:a", "libopus", "-ac", "1"] });
  // As telephones do: the pictures lie on their side, and the file says so.
  runFfmpeg(["-i", at("upright.mkv"), "-c", "copy", "-metadata:s:v", "rotate=90", at("turned odd? ü.mp4")]);
  runFfmpeg(["-i", at("wide.mp4"), "-c", "copy", "-movflags", "+faststart", at("fast.mp4")]);
  const whole = readFileSync(at("fast.mp4"));
  writeFileSync(at("cut.mp4"), whole.subarray(0, whole.length / 2));
  // What would have a demuxer open another file.
  writeFileSync(at("sly.mp4"), `ffconcat version 1.0\nfile ${at("wide.mp4")}\n`);
  server = await MovieServer.start({
    "/wide.mp4": {
      bytes: readFileSync(at("wide.mp4")),
      faults: [
        { kind: "status", status: 503, headers: { "retry-after": "0" } },
        { kind: "cut", after: 300_000 },
        { kind: "cut", after: 200_000 },
      ],
    },
  });
  mkdirSync(at("out", "cut"), { recursive: true });
  const files = [at("turned odd? ü.mp4"), at("cut.mp4"), at("sly.mp4"), at("gone.mp4")];
  summary = await film([`${server.origin}/wide.mp4?key=secret`, ...files, `${server.origin}/none.mp4`], "out");
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test("VQ2: movies are made in their order, what is broken, cut off or not there is told of, and the others go on", () => {
  expect(summary.movies.map(({ title, folder: name, state }) => [title, name, state])).toEqual([
    ["wide", "wide", "made"],
    ["turned odd? ü", "turned-odd-ü", "made"],
    ["cut", null, "failed"],
    ["sly", null, "failed"],
    ["gone", null, "failed"],
    ["none", null, "failed"],
  ]);
  const errors = summary.movies.map(({ error }) => error ?? "");
  expect(errors[2]).toMatch(/^cut is cut off or broken: its pictures end after \d\.\d of 5\.0 s\.$/);
  // FJ1
  expect(errors[3]).toBe("sly is no movie that can be read.");
  expect(errors[4]).toMatch(/There is no file at .*gone\.mp4/);
  expect(errors[5]).toMatch(/none\.mp4 cannot be downloaded: the server answers with status 404/);
});

test("DM1, DM2, DM3: a connection that is cut is gone on with by a range, and a server that has a pause is asked again", () => {
  const ways = server.seen.filter(({ path }) => path.startsWith("/wide")).map(({ range, status }) => [range, status]);
  expect(ways[0]).toEqual([null, 503]);
  expect(ways[1]).toEqual([null, 200]);
  expect(ways.slice(2).map(([, status]) => status)).toEqual([206, 206]);
  expect(ways.slice(2).map(([range]) => /^bytes=[1-9]\d+-$/.test(String(range)))).toEqual([true, true]);
  expect(said.join("\n")).not.toContain("secret");
});

test("VF1, VF3: there is nothing but whole movies and an index, which names no address and no path", () => {
  expect(readdirSync(at("out")).sort()).toEqual(["cut", "index.json", "turned-odd-ü", "wide"]);
  const text = readFileSync(at("out", "index.json"), "utf8");
  const { movies } = JSON.parse(text) as { movies: readonly Record<string, unknown>[] };
  expect(movies[0]).toMatchObject({ title: "wide", master: "wide/master.m3u8", size: { width: 426, height: 240 } });
  expect(movies[1]).toMatchObject({ master: "turned-odd-%C3%BC/master.m3u8" });
  expect(movies[2]).toEqual({ title: "cut", hasFailed: true });
  const all = text + readFileSync(at("out", "wide", "movie.json"), "utf8");
  for (const hidden of ["secret", "127.0.0.1", folder]) expect(all).not.toContain(hidden);
});

test("EM2: the master playlist promises what is there: sizes, codecs, bit rates", () => {
  const master = masterOf("out", "wide");
  expect(master.variants.map(({ uri, resolution }) => [uri, resolution])).toEqual([
    ["180/playlist.m3u8", { width: 320, height: 180 }],
    ["240/playlist.m3u8", { width: 426, height: 240 }],
  ]);
  for (const { uri, codecs, bandwidth, averageBandwidth } of master.variants) {
    const name = uri.split("/")[0] ?? "";
    const [stream] = probe(at("out", "wide", uri), "v", "stream", "codec_name,profile,level,width,height");
    expect(stream).toMatchObject({ codec_name: "h264", profile: "High" });
    expect(codecs).toBe(`avc1.6400${Number(stream?.["level"]).toString(16).padStart(2, "0")},mp4a.40.2`);
    const rates = [name, "sound"].map((track) => {
      const { segments } = playlistAt("out", "wide", track);
      return segments.map((segment) => {
        return (readFileSync(at("out", "wide", track, segment.uri)).length * 8) / segment.duration;
      });
    });
    // The last second is too short to count alone.
    const peaks = rates.map((track) => Math.max(...track.slice(0, -1)));
    expect(bandwidth).toBeGreaterThanOrEqual(peaks.reduce((sum, peak) => sum + peak) - 1);
    expect(bandwidth).toBeLessThan(1.5 * (averageBandwidth ?? 0));
  }
});

test("FJ2, VP1, VP2, VC1: each size has every picture at its time, and segments that begin at the same times with a key picture", () => {
  const source = timesOf(at("wide.mp4"));
  expect(source).toHaveLength(150);
  const keys: string[] = [];
  for (const name of ["180", "240"]) {
    const times = timesOf(at("out", "wide", name, "playlist.m3u8"));
    expect(times).toHaveLength(150);
    expect(Math.max(...times.map((time, number) => Math.abs(time - (source[number] ?? 9))))).toBeLessThan(0.001);
    const packets = probe(at("out", "wide", name, "playlist.m3u8"), "v", "packet", "pts_time,flags");
    keys.push(
      JSON.stringify(packets.filter(({ flags }) => flags?.startsWith("K")).map((packet) => packet["pts_time"])),
    );
  }
  expect(keys[1]).toBe(keys[0]);
  expect(JSON.parse(keys[0] ?? "")).toHaveLength(3);
  const lengths = ["180", "240"].map((name) =>
    playlistAt("out", "wide", name).segments.map(({ duration }) => duration),
  );
  expect(lengths[0]).toEqual([2.002, 2.002, 1.001]);
  expect(lengths[1]).toEqual(lengths[0]);
});

test("VA1: AAC is copied, packet by packet; other sound is encoded, as long as it was", () => {
  const copied = soundOf(at("out", "wide", "sound", "playlist.m3u8"));
  expect(copied.length).toBeGreaterThan(200);
  expect(copied).toEqual(soundOf(at("wide.mp4")));
  const [encoded] = probe(at("out", "turned-odd-ü", "sound", "playlist.m3u8"), "a", "stream", "codec_name,channels");
  expect(encoded).toMatchObject({ codec_name: "aac", channels: 1 });
  const seconds = playlistAt("out", "turned-odd-ü", "sound").segments.reduce((sum, { duration }) => sum + duration, 0);
  expect(Math.abs(seconds - 5)).toBeLessThan(0.05);
});

test("what lies on its side is turned upright, and is not enlarged", () => {
  const [variant, ...more] = masterOf("out", "turned-odd-ü").variants;
  expect(more).toEqual([]);
  expect(variant?.resolution).toEqual({ width: 180, height: 320 });
  // The source's picture is turned by another, as ours is not to be the other way up.
  const both = ["-i", at("turned odd? ü.mp4"), "-i", at("out", "turned-odd-ü", variant?.uri ?? "")];
  const one = ["-frames:v", "1"];
  runFfmpeg([...both, ...one, "-map", "0:v", at("source.png"), ...one, "-map", "1:v", at("made.png")]);
  // Each of them in a copy of both.
  const turns = ["null", "hflip,vflip", "hflip", "vflip"];
  const all = turns.map((turn, way) => `[0]${turn}[t${way}];[t${way}][1]ssim=f=${at(`ssim-${way}`)}[u${way}]`);
  const shown = turns.flatMap((_, way) => ["-map", `[u${way}]`, "-f", "null", "-"]);
  runFfmpeg(["-i", at("source.png"), "-i", at("made.png"), "-filter_complex", all.join(";"), ...shown]);
  const likenesses = turns.map((_, way) =>
    Number(/All:(-?[\d.e-]+)/.exec(readFileSync(at(`ssim-${way}`), "utf8"))?.[1]),
  );
  const [upright, ...wrong] = likenesses;
  expect(upright).toBeGreaterThan(0.75);
  expect(wrong).toHaveLength(3);
  for (const likeness of wrong) expect(likeness).toBeLessThan(0.6);
});

test("VQ3: another run leaves what is whole, tries what failed, and makes anew what was changed", async () => {
  const before = filesIn("out", "wide");
  writeFileSync(at("cut.mp4"), readFileSync(at("fast.mp4")));
  const asked = server.seen.length;
  const again = await film([`${server.origin}/wide.mp4?key=secret`, at("cut.mp4")], "out", { sizes: [180] });
  expect(again.movies.map(({ state }) => state)).toEqual(["made", "made"]);
  expect(filesIn("out", "wide").length).toBeLessThan(before.length);
  // The folder "cut" is not ours.
  expect(again.movies.map(({ folder: name }) => name)).toEqual(["wide", "cut-2"]);
  expect(readdirSync(at("out", "cut"))).toEqual([]);
  const third = await film([`${server.origin}/wide.mp4?key=secret`, at("cut.mp4")], "out", { sizes: [180] });
  expect(third.movies.map(({ state }) => state)).toEqual(["there", "there"]);
  expect(server.seen).toHaveLength(asked + 1);
});

test("HG1, VL1: a list from the net leads to its own server and into the internet, not to files or machines here", async () => {
  await using other = await MovieServer.start({ "/inner.mp4": { bytes: Buffer.from("inner") } });
  const list = ["again.mp4", `file://${at("wide.mp4")}`, at("wide.mp4"), `${other.origin}/inner.mp4`, "moved.mp4"];
  const named = `http://localhost:${new URL(other.origin).port}/inner.mp4`;
  server.set("/list.txt", { bytes: Buffer.from([...list, named].join("\n")) });
  const movedTo = (location: string) => ({
    bytes: Buffer.alloc(0),
    faults: [{ kind: "status", status: 302, headers: { location } } as const],
  });
  server.set("/again.mp4", movedTo("/wide.mp4"));
  server.set("/moved.mp4", movedTo(`${other.origin}/inner.mp4`));
  const { movies } = await film([`${server.origin}/list.txt`], "listed", { sizes: [180] });
  expect(movies.map(({ state }) => state)).toEqual(["made", "failed", "failed", "failed", "failed", "failed"]);
  expect(other.seen).toEqual([]);
  expect(movies[1]?.error).toMatch(/may name addresses of HTTP alone/);
  // A path is an address on the server of the list.
  expect(movies[2]?.error).toMatch(/status 404/);
  for (const refused of movies.slice(3)) expect(refused.error).toMatch(/where a list from the net may not lead/);
});

test.each([0, 1])(
  "VQ1: with %i ahead, so many are downloaded besides the one that is encoded, and no more",
  async (ahead) => {
    const names = [1, 2, 3].map((number) => `/ahead-${ahead}-${number}.mp4`);
    for (const name of names) server.set(name, { bytes: readFileSync(at("brief.mp4")) });
    const asked = server.seen.length;
    const sizes: number[] = [];
    const onProgress: FilmOptions["onProgress"] = ({ movies }) => sizes.push(server.seen.length - asked - movies.done);
    const sources = names.map((name) => server.origin + name);
    const { movies } = await film(sources, `ahead-${ahead}`, { ahead, onProgress });
    expect(movies.map(({ state }) => state)).toEqual(["made", "made", "made"]);
    expect(Math.max(...sizes)).toBe(ahead + 1);
  },
);
