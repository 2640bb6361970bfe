/** Serves a studio with a layout of a test, whose sources are made here, and reads the colours of its picture. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { createStreamServer, type StreamServer, type StreamServerOptions } from "../../server/index.ts";
import { makeMovie } from "./made-movie.ts";
import type { Colour } from "./pixels.ts";

export class ServedStudio implements AsyncDisposable {
  readonly server: StreamServer;
  readonly folder: string;
  /** What its viewers are told last. */
  notice: string | null = null;
  readonly #stop = new AbortController();

  /** `prepare` makes the files of the layout in its folder; the layout is `view.json` there. */
  static async start(
    layout: object,
    prepare: (folder: string) => unknown,
    more: Pick<StreamServerOptions, "access" | "control" | "outputs"> & { scenes?: Record<string, URL> } = {},
  ): Promise<ServedStudio> {
    const folder = mkdtempSync(join(tmpdir(), "scenecast-studio-test-"));
    await prepare(folder);
    writeFileSync(join(folder, "view.json"), JSON.stringify(layout));
    const { scenes, ...options } = more;
    const studio = `studio:${join(folder, "view.json")}`;
    const server = await createStreamServer({
      ...(scenes === undefined ? { scene: studio } : { scenes: { studio, ...scenes } }),
      ...options,
      logLevel: "silent",
      http: { port: 0 },
      // No scene of a test is larger than its box, or it would be scaled.
      render: { size: { width: 320, height: 180 }, maxFps: 30 },
    });
    const served = new ServedStudio(server, folder);
    void served.#watch(scenes === undefined ? "stream.mjpg" : "studio/stream.mjpg");
    return served;
  }

  private constructor(server: StreamServer, folder: string) {
    this.server = server;
    this.folder = folder;
    server.on("noticed", ({ text }) => {
      this.notice = text;
    });
  }

  get layoutPath(): string {
    return join(this.folder, "view.json");
  }

  save(layout: unknown): void {
    writeFileSync(this.layoutPath, typeof layout === "string" ? layout : JSON.stringify(layout));
  }

  /** The picture's colours at these pixels. */
  async colours(...points: readonly (readonly [x: number, y: number])[]): Promise<Colour[]> {
    const room = this.server.rooms().find(({ name }) => name === "" || name === "studio/");
    const png = await room?.snapshot();
    const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    return points.map(([x, y]) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)]);
  }

  /** Of what nobody looks at nothing runs. On a busy machine a stream may be refused before the room is there. */
  async #watch(path: string): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const response = await fetch(new URL(path, this.server.url), { signal });
        for await (const _ of response.body ?? []);
      } catch {
        // It is looked at again, until nobody wants to any more.
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A picture whose left half has one colour and whose right half another; with alpha where they have four parts. */
export async function writeImage(
  path: string,
  left: Colour,
  right: Colour,
  size = { width: 64, height: 32 },
): Promise<void> {
  const { width, height } = size;
  const data = Buffer.alloc(width * height * 4);
  for (let at = 0; at < width * height; at += 1) {
    const [red = 0, green = 0, blue = 0, alpha = 255] = at % width < width / 2 ? left : right;
    data.set([red, green, blue, alpha], at * 4);
  }
  await sharp(data, { raw: { ...size, channels: 4 } })
    .png()
    .toFile(path);
}

/** A movie of one colour, or of the picture of `testsrc2`. Without `crf` none of its colours is lost. */
export function writeMovie(
  path: string,
  color: string,
  {
    size = "160x90",
    seconds = 2,
    rate = 25,
    crf = 0,
  }: { size?: string; seconds?: number; rate?: number; crf?: number } = {},
): void {
  // Its colours are said to be those of HD, as most movies' are.
  const space = ["-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709", "-color_range", "tv"];
  const picture = color === "testsrc2" ? color : `color=c=${color}`;
  const more = [...space, "-crf", String(crf), "-g", String(rate)];
  makeMovie(path, { picture, size, fps: String(rate), seconds, sound: null, more });
}
