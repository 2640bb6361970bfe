/** Starts the real server with a scene of the tests. */

import {
  type ChromaWish,
  createStreamServer,
  type StreamServer,
  type StreamServerOptions,
  type VideoCodec,
} from "../../server/index.ts";

export type ServedSceneOptions = {
  readonly size?: { readonly width: number; readonly height: number } | "window";
  readonly codec?: VideoCodec | "auto";
  readonly chroma?: ChromaWish;
  readonly watch?: boolean;
  readonly port?: number;
  readonly more?: Pick<StreamServerOptions, "access" | "control" | "rooms" | "viewers">;
};

/** The size of the picture where a test asks for no other, and how many there are: so that two cores draw, encode and decode them. */
export const servedSize = { width: 640, height: 360 } as const;
const MAX_FPS = 30;

/** Serves a scene of test/fixtures/scenes, named without its ending, or the module at a URL. The caller closes it. */
export function serveScene(scene: string | URL, options: ServedSceneOptions = {}): Promise<StreamServer> {
  const { size = servedSize, codec = "auto", chroma = "auto", watch = false, port = 0, more = {} } = options;
  const url = typeof scene === "string" ? new URL(`../fixtures/scenes/${scene}.ts`, import.meta.url) : scene;
  return createStreamServer({
    ...more,
    scene: url,
    watch,
    logLevel: "silent",
    http: { port },
    render: { size, maxFps: MAX_FPS },
    encode: { codec, chroma },
  });
}

/** Starts the server with these options, silent, on a free port, with small pictures but where they say otherwise. The caller closes it. */
export function serveSmall(options: StreamServerOptions): Promise<StreamServer> {
  const render = { size: { width: 320, height: 192 }, maxFps: MAX_FPS };
  return createStreamServer({ logLevel: "silent", http: { port: 0 }, render, ...options });
}

/** The sum of a counter in `/metrics`. */
export async function readMetric(serverUrl: string, name: string): Promise<number> {
  const text = await (await fetch(new URL("metrics", serverUrl))).text();
  return Number(new RegExp(`^${name.replaceAll(/[{}]/g, "\\$&")} (\\S+)$`, "m").exec(text)?.[1] ?? Number.NaN);
}
