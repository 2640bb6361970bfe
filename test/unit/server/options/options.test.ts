import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { resolveOptions, type StreamServerOptions } from "../../../../server/options/options.ts";

test("a scene alone gets every default", () => {
  expect(resolveOptions({ scene: "/scenes/a.ts" })).toEqual({
    sceneUrl: new URL("file:///scenes/a.ts"),
    scenes: null,
    parameters: { options: {}, flags: {} },
    watch: false,
    logLevel: "info",
    logFormat: "auto",
    eventLog: null,
    signal: null,
    http: {
      port: 8080,
      host: "127.0.0.1",
      basePath: "",
      publicUrl: null,
      tls: null,
      trustProxy: null,
      allowedHosts: [],
      allowedOrigins: [],
      frameAncestors: [],
      frameDrivers: [],
    },
    access: { token: null, isOwnToken: false, authenticate: null },
    share: null,
    ice: { stun: [], turn: [], credentials: null, ports: null, publicIp: null, policy: "all" },
    viewers: { max: 64, presence: true },
    rooms: { kind: "shared", named: true, max: 8, emptyMs: 30_000, idleMs: 600_000, hangMs: 10_000 },
    control: { mode: "everyone", idleMs: 20_000 },
    data: { files: new Map(), maxBytes: 2 ** 30 },
    render: { size: { width: 1280, height: 720 }, followsWindow: true, maxFps: 60, scale: "auto", panorama: false },
    encode: { codec: null, chroma: "auto", bitrateBps: 8_000_000 },
    quality: { preference: "auto", minBitrateBps: 150_000 },
    recordings: { folder: "recordings", file: null, cutRests: false, replaySeconds: null },
    hls: { enabled: true, folder: null },
    movies: null,
    outputs: [],
    jobs: null,
  });
});

test("a relative path is taken from the working directory, a file URL as it is", () => {
  expect(resolveOptions({ scene: "a b.ts" }).sceneUrl.href).toBe(pathToFileURL("a b.ts").href);
  expect(resolveOptions({ scene: "file:///a.ts?x=1" }).sceneUrl.href).toBe("file:///a.ts?x=1");
  expect(resolveOptions({ scene: new URL("file:///a.ts") }).sceneUrl.href).toBe("file:///a.ts");
});

const bad: readonly (readonly [unknown, string])[] = [
  [{ scene: "a.ts", hls: { folder: "" } }, "options.hls.folder must be a path."],
  [{ scene: "a.ts", hls: { enabled: 1 } }, "options.hls.enabled must be true or false."],
  [
    { scene: "a.ts", rooms: { kind: "private" }, hls: { folder: "out" } },
    "options.hls.folder must be left out with several scenes and with private rooms.",
  ],
  [undefined, "options must be an object."],
  [
    {},
    'options.scene must be the path or the file: URL of a scene module, "frames:" and a title, or "studio:" and the path of a layout.',
  ],
  [
    { scene: "" },
    'options.scene must be the path or the file: URL of a scene module, "frames:" and a title, or "studio:" and the path of a layout.',
  ],
  [
    { scene: new URL("https://host/a.ts") },
    'options.scene must be the path or the file: URL of a scene module, "frames:" and a title, or "studio:" and the path of a layout.',
  ],
  [
    { scene: "a.ts", fps: 60 },
    "options.fps is unknown. There are scene, scenes, parameters, data, watch, logLevel, logFormat, eventLog, signal, server, outputs, http, access, share, ice, viewers, rooms, control, render, encode, quality, recordings, movies, hls, jobs.",
  ],
  [
    { scene: "a.ts", http: { prot: 1 } },
    "options.http.prot is unknown. There are port, host, basePath, publicUrl, tls, trustProxy, allowedHosts, allowedOrigins, frameAncestors, frameDrivers.",
  ],
  [{ scene: "a.ts", scenes: { a: "a.ts" } }, "options.scene cannot be combined with options.scenes."],
  [{ scenes: ["a.ts"] }, "options.scenes must be an object of 1 to 100 scenes by their names."],
  [{ scenes: {} }, "options.scenes must be an object of 1 to 100 scenes by their names."],
  [
    { scenes: { a: 1 } },
    'options.scenes.a must be the path or the file: URL of a scene module, "frames:" and a title, or "studio:" and the path of a layout.',
  ],
  ...["a b", "links"].map((name): readonly [unknown, string] => [
    { scenes: { [name]: "a.ts" } },
    'Each name in options.scenes must be a name of 1 to 64 letters, digits, "-" and "_", and none of ' +
      "access, assets, frames, healthz, links, metrics, movies, s, scenes, signal.",
  ]),
  [{ scene: "a.ts", http: 8080 }, "options.http must be an object."],
  [{ scene: "a.ts", server: 8080 }, "options.server must be an http.Server or https.Server of Node, or null."],
  [
    { scene: "a.ts", server: null, http: { port: 80 } },
    "options.http.port must be left out with options.server, which listens as your program says.",
  ],
  [
    { scene: "a.ts", server: null, http: { host: "::" } },
    "options.http.host must be left out with options.server, which listens as your program says.",
  ],
  [
    { scene: "a.ts", server: null, share: true },
    "options.share must be false with options.server: the tunnel would open all of your program.",
  ],
  [
    { scene: "a.ts", http: { publicUrl: "https://example.org/#a" } },
    "options.http.publicUrl must be an address like https://example.org/scene/, without a query, a fragment or a password.",
  ],
  [{ scene: "a.ts", http: { port: 65_536 } }, "options.http.port must be a whole number from 0 to 65535."],
  [{ scene: "a.ts", http: { port: Number.NaN } }, "options.http.port must be a whole number from 0 to 65535."],
  [{ scene: "a.ts", http: { port: 80.5 } }, "options.http.port must be a whole number from 0 to 65535."],
  [{ scene: "a.ts", http: { host: "" } }, "options.http.host must be a host name or an IP address."],
  [{ scene: "a.ts", http: { host: "a b" } }, "options.http.host must be a host name or an IP address."],
  [
    { scene: "a.ts", render: { size: { width: 1281, height: 720 } } },
    "options.render.size.width must be an even number from 16 to 8192.",
  ],
  [
    { scene: "a.ts", render: { size: { width: 1280, height: 8194 } } },
    "options.render.size.height must be an even number from 16 to 8192.",
  ],
  [{ scene: "a.ts", render: { maxFps: 0 } }, "options.render.maxFps must be a number from 1 to 240."],
  [{ scene: "a.ts", render: { maxFps: "60" } }, "options.render.maxFps must be a number from 1 to 240."],
  [{ scene: "a.ts", render: { scale: 0.2 } }, 'options.render.scale must be "auto" or a number from 0.25 to 1.'],
  [{ scene: "a.ts", render: { scale: "half" } }, 'options.render.scale must be "auto" or a number from 0.25 to 1.'],
  [{ scene: "a.ts", encode: { codec: "H264" } }, "options.encode.codec must be one of auto, h264, vp8, vp9, av1."],
  [{ scene: "a.ts", encode: { chroma: 444 } }, "options.encode.chroma must be one of auto, 420, 444."],
  [
    { scene: "a.ts", encode: { codec: "av1", chroma: "444" } },
    "options.encode.chroma must be auto or 420 with av1: 4:4:4 is sent as h264 or vp9.",
  ],
  [
    { scene: "a.ts", encode: { bitrateBps: 99_999 } },
    "options.encode.bitrateBps must be a whole number from 100000 to 200000000.",
  ],
  [{ scene: "a.ts", quality: { preference: "fast" } }, "options.quality.preference must be one of auto, sharp, fluid."],
  [
    { scene: "a.ts", quality: { minBitrateBps: 99_999 } },
    "options.quality.minBitrateBps must be a whole number from 100000 to 200000000.",
  ],
  [
    { scene: "a.ts", encode: { bitrateBps: 1_000_000 }, quality: { minBitrateBps: 2_000_000 } },
    "options.quality.minBitrateBps must be at most options.encode.bitrateBps.",
  ],
  [{ scene: "a.ts", parameters: ["count"] }, "options.parameters must be an object of names and values."],
  [
    { scene: "a.ts", parameters: { count: null } },
    "options.parameters.count must be a number, true, false, or text of at most 1024 characters.",
  ],
  [{ scene: "a.ts", watch: "yes" }, "options.watch must be true or false."],
  [{ scene: "a.ts", logLevel: "loud" }, "options.logLevel must be one of silent, error, warn, info, debug."],
  [{ scene: "a.ts", signal: {} }, "options.signal must be an AbortSignal."],
];

test.each(bad)("%o is refused in words", (options, sentence) => {
  expect(() => resolveOptions(options as StreamServerOptions)).toThrow(new TypeError(sentence));
});

test("another program in place of a scene, with a title or without one", () => {
  expect(resolveOptions({ scene: "frames:" }).sceneUrl.href).toBe("frames:");
  expect(resolveOptions({ scene: "frames: Fibres 50 % " }).sceneUrl.href).toBe("frames:Fibres%2050%20%25");
  const { scenes } = resolveOptions({ scenes: { a: "a.ts", plot: "frames:" } });
  expect([...(scenes?.values() ?? [])].map(({ protocol }) => protocol)).toEqual(["file:", "frames:"]);
  for (const title of ["a".repeat(201), "a\u0007"]) {
    expect(() => resolveOptions({ scene: `frames:${title}` })).toThrow(
      new TypeError('options.scene must have a title of at most 200 characters after "frames:".'),
    );
  }
});
