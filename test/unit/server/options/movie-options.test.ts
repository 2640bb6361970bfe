import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { parseCommandLine } from "../../../../server/command/command-line.ts";
import { resolveMovies } from "../../../../server/options/movie-options.ts";

test("a folder of movies has limits, and what is held on the disk lies in the user's folder for it", () => {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-test-"));
  vi.stubEnv("XDG_CACHE_HOME", "/cache");
  try {
    expect(resolveMovies({})).toBeNull();
    expect(resolveMovies({ folder })).toMatchObject({
      folder,
      maxMemoryBytes: 2 ** 26,
      cacheFolder: "/cache/scenecast/movies",
    });
    expect(resolveMovies({ folder, maxDiskBytes: 0 })?.cacheFolder).toBeNull();
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  }
});

test.each([
  [{ folder: "/nowhere" }, "options.movies.folder must be the path of a folder that is there."],
  [{ folder: import.meta.filename }, "options.movies.folder must be the path of a folder that is there."],
  [{ maxDecoders: 0 }, "options.movies.maxDecoders must be a whole number from 1 to 64."],
  [{ most: 1 }, "options.movies.most is unknown."],
])("%j is refused with its rule", (options, rule) => {
  expect(() => resolveMovies(options)).toThrow(rule);
});

test("flags are the options", () => {
  const args = ["scene.ts", "--movies", "films", "--movie-decoders", "2", "--movie-memory", "10M", "--movie-disk", "0"];
  const command = parseCommandLine(args, {});
  expect(command).toMatchObject({
    options: { movies: { folder: "films", maxDecoders: 2, maxMemoryBytes: 10_000_000, maxDiskBytes: 0 } },
  });
});
