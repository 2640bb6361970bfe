/**
 * Owns what a layout says of a source: its kind and where it is. Whoever starts the server writes it; nothing of it can be changed from a
 * page. Pure.
 *
 * UL1 An address is of a protocol of this list, and FFmpeg is allowed no others for it: a file that is played cannot name addresses,
 *     and a list of pieces by HTTP no files.
 */

import { pathToFileURL } from "node:url";
import { isRoom, roomRule } from "../access/room-name.ts";
import { type Fields, isPath, number, oneOf, text, wholeNumber } from "../platform/option-checks.ts";
import { parseText, type TextSource, textKeys } from "./layout-text.ts";

export type StudioSource =
  /** What a room of this server shows, by its name as `server.room()` takes it. */
  | { readonly kind: "room"; readonly room: string }
  /** Played again and again, without its sound. */
  | { readonly kind: "movie"; readonly file: string }
  | { readonly kind: "image"; readonly file: string }
  /** A page of HTML as Chromium draws it, once or every so many seconds. */
  | {
      readonly kind: "page";
      readonly address: string;
      readonly pageWidth: number;
      readonly pageHeight: number;
      readonly everySeconds: number | null;
    }
  | { readonly kind: "camera"; readonly device: string }
  | { readonly kind: "stream"; readonly address: string }
  | TextSource;

export const sourceKeys: readonly string[] = [
  "kind",
  "room",
  "file",
  "address",
  "device",
  "pageWidth",
  "pageHeight",
  "everySeconds",
  ...textKeys,
];

/** Which keys each kind has. */
const keysOf: Readonly<Record<StudioSource["kind"], readonly string[]>> = {
  room: ["room"],
  movie: ["file"],
  image: ["file"],
  page: ["address", "pageWidth", "pageHeight", "everySeconds"],
  camera: ["device"],
  stream: ["address"],
  text: textKeys.filter((key) => key !== "zone" && key !== "seconds"),
  clock: textKeys.filter((key) => key !== "text"),
};

/** What FFmpeg may open of each sort of address (UL1). */
export const streamProtocols: Readonly<Record<string, string>> = {
  "rtmp:": "rtmp,tcp",
  "rtmps:": "rtmps,tls,tcp",
  "rtsp:": "rtsp,rtp,udp,tcp",
  "rtsps:": "rtsp,rtp,udp,tcp,tls",
  "srt:": "srt",
  "udp:": "udp",
  "http:": "http,tcp,https,tls,crypto",
  "https:": "https,tls,tcp,http,crypto",
};

const MAX_ADDRESS = 2048;

/** Reads the source of an item. Throws `TypeError` naming the field and its rule. */
export function parseSource(name: string, fields: Fields, pathOf: (path: string) => string): StudioSource {
  const kinds = Object.keys(keysOf) as StudioSource["kind"][];
  const kind = oneOf(`${name}.kind`, fields["kind"], kinds);
  const stray = sourceKeys.find((key) => fields[key] !== undefined && key !== "kind" && !keysOf[kind].includes(key));
  if (stray !== undefined) throw new TypeError(`${name}.${stray} is of no use for a ${kind}.`);
  switch (kind) {
    case "room":
      return { kind, room: text(`${name}.room`, fields["room"], roomRule, isRoom) };
    case "movie":
    case "image":
      return { kind, file: pathOf(parsePath(`${name}.file`, fields["file"])) };
    case "page":
      return parsePage(name, fields, pathOf);
    case "camera": {
      const device = parsePath(`${name}.device`, fields["device"] ?? "/dev/video0");
      if (!/^\/dev\/[\w/-]+$/.test(device)) throw new TypeError(`${name}.device must be a device as /dev/video0.`);
      return { kind, device };
    }
    case "stream":
      return { kind, address: parseAddress(`${name}.address`, fields["address"]) };
    default:
      return parseText(name, kind, fields);
  }
}

function parsePage(name: string, fields: Fields, pathOf: (path: string) => string): StudioSource {
  const { pageWidth = 1280, pageHeight = 720, everySeconds, address } = fields;
  const given = parsePath(`${name}.address`, address);
  const isWeb = /^https?:\/\//i.test(given);
  if (!isWeb && /^[a-z][a-z\d+.-]*:/i.test(given)) {
    throw new TypeError(`${name}.address must be a file of HTML, or an address as https://host/page.`);
  }
  if (isWeb && !URL.canParse(given)) throw new TypeError(`${name}.address must be an address as https://host/page.`);
  return {
    kind: "page",
    address: isWeb ? new URL(given).href : pathToFileURL(pathOf(given)).href,
    pageWidth: wholeNumber(`${name}.pageWidth`, pageWidth, 16, 4096),
    pageHeight: wholeNumber(`${name}.pageHeight`, pageHeight, 16, 4096),
    everySeconds: everySeconds === undefined ? null : number(`${name}.everySeconds`, everySeconds, 5, 86_400),
  };
}

/** UL1 */
function parseAddress(name: string, value: unknown): string {
  const known = Object.keys(streamProtocols).map((protocol) => protocol.slice(0, -1));
  return text(name, value, `an address of ${known.join(", ")}, with a host`, isStream);
}

function isStream(address: string): boolean {
  if (address.length > MAX_ADDRESS || /[\s\p{Cc}]/u.test(address) || !URL.canParse(address)) return false;
  const { protocol, host } = new URL(address);
  return streamProtocols[protocol] !== undefined && host !== "";
}

function parsePath(name: string, value: unknown): string {
  const fits = (path: string): boolean => path.length <= MAX_ADDRESS && isPath(path);
  return text(name, value, `text of 1 to ${MAX_ADDRESS} characters`, fits);
}
