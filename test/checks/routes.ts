/** Owns the table of what the server answers to over HTTP, and that no route of the code is missing in it. */

import { sourceTexts } from "./source-texts.ts";
import { code, table } from "./tables.ts";

type Route = {
  readonly methods: string;
  readonly path: string;
  readonly what: string;
  /** Who is answered, besides those with the right to be in the room. */
  readonly open?: true;
};

export const routes: readonly Route[] = [
  {
    methods: "GET",
    path: "/",
    what: "the page; `?transport=webrtc`, `websocket` or `mjpeg` keeps it to one way. At the root of several scenes the one to choose on",
    open: true,
  },
  { methods: "GET", path: "/watch", what: "the page that plays the stream by HLS, for large audiences", open: true },
  { methods: "GET", path: "/assets/…", what: "the files of the page", open: true },
  {
    methods: "GET, POST",
    path: "/access",
    what: '`POST {"token"}` exchanges a token for a cookie, with `"wantsKey": true` for a key; `GET` tells whether one is right: 204, 401, 403 or 429',
    open: true,
  },
  {
    methods: "GET",
    path: "/access/driver",
    what: "for our page in a frame: whether pages of `?origin=` may drive it by messages, 204 or 403",
    open: true,
  },
  {
    methods: "GET",
    path: "/healthz",
    what: "200 or 503 and JSON: `ok`, and for those who may enter `renderer`, `rooms`, `viewers`, `waiting`; of all rooms for hosts",
    open: true,
  },
  { methods: "GET", path: "/metrics", what: "Prometheus; for hosts of all rooms" },
  {
    methods: "GET",
    path: "/signal",
    what: "WebSocket: signalling, and video and input where WebRTC does not get through",
  },
  {
    methods: "GET",
    path: "/frames",
    what: "WebSocket: the frames of a program that makes the pictures of a room, for hosts; [its protocol](README.md#frames-of-other-programs)",
  },
  { methods: "GET", path: "/hls/master.m3u8", what: "the stream for players by HTTP: the playlist of its three sizes" },
  {
    methods: "GET",
    path: "/hls/<size>/live.m3u8",
    what: "the playlist of `high`, `middle` or `low`; `?_HLS_msn=` and `_HLS_part=` wait for that segment or part, 9 s at most",
  },
  {
    methods: "GET",
    path: "/hls/<size>/<file>",
    what: "what a playlist names: `init….mp4`, `<number>.m4s`, `<number>.<part>.m4s`; the part that is next is waited for",
  },
  { methods: "POST", path: "/whep", what: "WHEP: an SDP offer makes a viewer; `Location` names it" },
  { methods: "DELETE", path: "/whep/<id>", what: "ends it" },
  { methods: "POST", path: "/viewer", what: "makes a viewer by plain HTTP: `{viewerId, next, messages}`" },
  { methods: "GET, DELETE", path: "/viewer/<id>", what: "`?after=<next>` waits up to 20 s for more; `DELETE` leaves" },
  {
    methods: "POST",
    path: "/viewer/<id>/input",
    what: "input, `application/octet-stream`: each message after a byte with its length",
  },
  { methods: "POST", path: "/viewer/<id>/messages", what: "a JSON list of what the WebSocket would say" },
  {
    methods: "GET",
    path: "/stream.mjpg",
    what: "Motion JPEG; `?fps=` 0.1 to 60 (30), `quality=` 1 to 100 (80), `size=640x360`",
  },
  { methods: "GET", path: "/snapshot.png", what: "the newest picture, its exact pixels; `?size=`" },
  { methods: "GET", path: "/snapshot.jpg", what: "the same as JPEG; `?size=`, `quality=` 1 to 100 (90)" },
  { methods: "GET", path: "/snapshot.webp", what: "the same as WebP; `?size=`, `quality=` 1 to 100 (90)" },
  {
    methods: "GET",
    path: "/preview.webp",
    what: "a small picture of a scene that runs, else the one beside its file, else 404; starts nothing",
  },
  {
    methods: "GET",
    path: "/scenes",
    what: "at the root of several scenes: `name`, `title`, `status`, `isTroubled`, `viewers` and `hasPreview` of each that one may enter",
  },
  {
    methods: "GET",
    path: "/exact/<picture>",
    what: "the exact pixels of a picture at rest, PNG or lossless WebP, for a page that watches: `?viewer=`, `bps=`, `receipts=`",
  },
  {
    methods: "GET, PATCH",
    path: "/controls",
    what: 'the controls of the scene, `{"controls": [{"id", "kind", "value", …}]}`; `PATCH {"<id>": value}` sets them, all or none, for hosts and controllers',
  },
  {
    methods: "GET",
    path: "/data",
    what: "the values that programs give the scene; a WebSocket fills them again and again",
  },
  {
    methods: "GET, PUT, PATCH, DELETE",
    path: "/data/<name>",
    what: "a value: raw, `.npy`, Arrow or JSON; `?format=npy`, `columns=`, `offset=`; for hosts and links made with `data`. As a WebSocket a stream of them",
  },
  {
    methods: "GET, POST",
    path: "/recordings",
    what: 'for hosts: `POST {"file", "codec", "cutRests", "keyFrameSeconds", "seconds"}` records the room, `GET` lists the files: `{recordings, replaySeconds}`',
  },
  { methods: "GET, DELETE", path: "/recordings/<file>", what: "for hosts: the file, in ranges too; removes it" },
  { methods: "POST", path: "/recordings/<file>/stop", what: "for hosts: ends it, and answers when the file is whole" },
  {
    methods: "POST",
    path: "/replay",
    what: 'for hosts: `POST {"seconds", "file", "cutRests"}` saves the last seconds, and answers with the file',
  },
  {
    methods: "GET, POST",
    path: "/outputs",
    what: 'for hosts: `POST {"address"}` sends the picture on to a server of others, `GET` lists where to: `{outputs}`, without keys',
  },
  { methods: "DELETE", path: "/outputs/<id>", what: "for hosts: ends it" },
  {
    methods: "GET, POST",
    path: "/links",
    what: 'for hosts: `POST {"role", "expiresSeconds", "room", "data"}` makes a link, `GET` lists them',
  },
  { methods: "DELETE", path: "/links/<id>", what: "revokes a link, those made with it, and whoever came by them" },
];

/** An address that a path stands for. */
export function addressOf(path: string): string {
  return path
    .replace("<id>", "1")
    .replace("<file>", "a.mp4")
    .replace("<picture>", "1")
    .replace("<size>", "high")
    .replace("…", "");
}

export function routesTable(): string {
  const rows = routes.map(({ methods, path, what, open }) => [
    code(path),
    methods,
    what,
    open === true ? "everybody" : "",
  ]);
  return table(["path", "methods", "what", "open to"], rows);
}

/** A sentence for each path in the sources of the server that the table does not have. */
export function routesMissing(
  known: readonly Route[] = routes,
  texts: readonly string[] = sourceTexts("server/http"),
): string[] {
  const documented = new Set(known.map(({ path }) => firstPart(path)));
  const used = texts.flatMap(pathsIn);
  return [...new Set(used)]
    .filter((path) => !documented.has(path))
    .map((path) => `The route ${path} of server/http is not in test/checks/routes.ts.`);
}

/** The first parts of the paths that a file gives to Express at the root. */
function pathsIn(text: string): string[] {
  const calls = text.matchAll(/\.(?:route|use|get|post|all|put|patch|delete)\(\s*(\[[^\]]*\]|["'`][^"'`]*["'`])/g);
  return [...calls]
    .flatMap(([, argument = ""]) => [...argument.matchAll(/["'`](\/[^"'`]*)["'`]/g)])
    .map(([, path = ""]) => firstPart(path.replace(/\$\{format\}/, "png")))
    .filter((path) => path !== "/" && !path.startsWith("/:"));
}

function firstPart(path: string): string {
  return `/${path.split("/")[1] ?? ""}`;
}
