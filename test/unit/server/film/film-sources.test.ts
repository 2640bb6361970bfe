/** What is asked to be filmed, read from names, folders and lists; and the names that movies get. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { plainName } from "../../../../server/film/film-folder.ts";
import { resolveFilmOptions } from "../../../../server/film/film-options.ts";
import { readSources } from "../../../../server/film/film-sources.ts";
import { isPublicAddress } from "../../../../server/platform/public-address.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-sources-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { signal } = new AbortController();

test("a list names files beside it and addresses, with titles as M3U has them; what is named twice is there once", async () => {
  const list = join(folder, "list.m3u");
  writeFileSync(
    list,
    "\uFEFF#EXTM3U\n#EXTINF:12,The  first\nfirst.mp4\r\n\n# a word\nhttp://host/dir/a%20b.mkv?key=1\n",
  );
  const read = await readSources([list, join(folder, "first.mp4")], signal);
  expect(read.map(({ title }) => title)).toEqual(["first", "a b"]);
  expect(read[0]?.from).toEqual({ kind: "file", path: join(folder, "first.mp4") });
  expect(read[1]?.from).toEqual({
    kind: "address",
    address: "http://host/dir/a%20b.mkv?key=1",
    reach: { kind: "all" },
  });
});

test("a folder gives its movies in the order of their numbers, and nothing else", async () => {
  const path = join(folder, "movies");
  mkdirSync(path);
  for (const name of ["10.mp4", "9.MKV", "notes.txt", ".hidden.mp4"]) writeFileSync(join(path, name), "");
  expect((await readSources([path], signal)).map(({ title }) => title)).toEqual(["9", "10"]);
  mkdirSync(join(folder, "empty"));
  await expect(readSources([join(folder, "empty")], signal)).rejects.toMatchObject({ code: "input-failed" });
});

test("a playlist of HLS is no list of movies, and a list that is not there is told of", async () => {
  writeFileSync(join(folder, "stream.m3u8"), "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n0.ts\n");
  await expect(readSources([join(folder, "stream.m3u8")], signal)).rejects.toMatchObject({
    message: expect.stringMatching(/is a stream, not a list/),
  });
  // A name that is no list may come to be there later: it is told of as a movie that is not.
  expect(await readSources([join(folder, "gone.mp4")], signal)).toHaveLength(1);
});

test.each([
  ["The Alps: 2. Day?", "The-Alps-2.-Day"],
  ["../../etc/passwd", "etc-passwd"],
  ["Füße 日本", "Füße-日本"],
  ["???", "movie"],
  ["con.x", "movie-con.x"],
  ["index.json", "movie-index.json"],
  [".work", "work"],
  ["x".repeat(300), "x".repeat(60)],
])("%j is written to the folder %s", (title, name) => expect(plainName(title)).toBe(name));

test.each(["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.1.1", "::1", "[::1]", "fe80::1%eth0"])(
  "%s is not of the internet",
  (address) => expect(isPublicAddress(address)).toBe(false),
);
test.each(["fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "0.0.0.0", "224.0.0.1", "localhost"])(
  "%s is not of the internet either",
  (address) => expect(isPublicAddress(address)).toBe(false),
);
test.each(["93.184.216.34", "2606:2800:220:1::1", "172.32.0.1", "::ffff:93.184.216.34"])("%s is", (address) =>
  expect(isPublicAddress(address)).toBe(true),
);

test("a bad option is told of by name", () => {
  const good = { sources: ["a.mp4"], to: "out" };
  expect(resolveFilmOptions(good)).toMatchObject({ sizes: [360, 720, 1080], segmentSeconds: 6, ahead: 2 });
  const bad: readonly (readonly [object, string])[] = [
    [{ sources: [] }, "options.sources"],
    [{ sources: ["a\0b"] }, "options.sources"],
    [{ to: "" }, "options.to"],
    [{ sizes: [] }, "options.sizes"],
    [{ sizes: [100] }, "options.sizes"],
    [{ segmentSeconds: 1 }, "options.segmentSeconds"],
    [{ ahead: -1 }, "options.ahead"],
    [{ maxDownloadBytes: 0.5 }, "options.maxDownloadBytes"],
    [{ size: 3 }, "options.size is unknown"],
  ];
  for (const [change, name] of bad) {
    expect(() => resolveFilmOptions({ ...good, ...change } as typeof good)).toThrow(name);
  }
});
