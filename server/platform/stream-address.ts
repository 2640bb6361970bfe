/** Owns the addresses that outputs send to: RTMP, RTMPS, SRT and WHIP, and what of them may be shown. Pure. */

import { parseWhipAddress, shownWhipAddress, type WhipAddress } from "./whip-address.ts";

export type RtmpAddress = {
  readonly kind: "rtmp";
  readonly isSecure: boolean;
  readonly host: string;
  readonly port: number;
  readonly app: string;
  /** The address without the key. */
  readonly base: string;
  /** The name of the stream, with what is behind a "?"; whoever has it can send in our place. */
  readonly key: string;
};

export type SrtAddress = {
  readonly kind: "srt";
  readonly host: string;
  readonly port: number;
  /** Those of FFmpeg. */
  readonly options: Readonly<Record<string, string>>;
};

/** By a protocol that takes packets in a container; by WHIP they go as to viewers. */
export type StreamAddress = RtmpAddress | SrtAddress;
export type OutputAddress = StreamAddress | WhipAddress;

const MAX_LENGTH = 2048;
const HIDDEN = "•••";
const ports = { "rtmp:": 1935, "rtmps:": 443 } as const;
/** What may stand behind the "?" of an SRT address. */
const srtOptions = ["streamid", "passphrase", "pbkeylen", "latency"];

export const streamAddressRule: string =
  "an address as rtmp://host/app/key, rtmps://host/app/key, srt://host:port, behind which streamid, passphrase, pbkeylen and latency may stand, or whip+https://token@host/path";

/** Null where it is none of ours. */
export function parseOutputAddress(text: string): OutputAddress | null {
  if (text.length > MAX_LENGTH || /[\s\p{Cc}]/u.test(text)) return null;
  return parseWhipAddress(text) ?? parseStreamAddress(text);
}

/** The same without WHIP. */
export function parseStreamAddress(text: string): StreamAddress | null {
  const url = text.length <= MAX_LENGTH && !/[\s\p{Cc}]/u.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.hostname === "" || url.username !== "" || url.password !== "" || url.hash !== "") return null;
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  switch (url.protocol) {
    case "rtmp:":
    case "rtmps:":
      return rtmpOf(url, host, ports[url.protocol]);
    case "srt:":
      return srtOf(url, host);
    default:
      return null;
  }
}

/** As people may see it, in logs too. */
export function shownAddress(text: string): string {
  const address = parseOutputAddress(text);
  if (address === null) return HIDDEN;
  if (address.kind === "whip") return shownWhipAddress(address, HIDDEN);
  if (address.kind === "rtmp") return `${address.base}/${HIDDEN}`;
  const { host, port, options } = address;
  return `srt://${bracketed(host)}:${port}${Object.keys(options).length === 0 ? "" : `?${HIDDEN}`}`;
}

function rtmpOf({ protocol, pathname, port, search }: URL, host: string, standardPort: number): RtmpAddress | null {
  const [, app, name] = /^\/(.+)\/([^/]+)$/.exec(pathname) ?? [];
  if (app === undefined || name === undefined) return null;
  const base = `${protocol}//${bracketed(host)}${port === "" ? "" : `:${port}`}/${app}`;
  const number = port === "" ? standardPort : Number(port);
  return { kind: "rtmp", isSecure: protocol === "rtmps:", host, port: number, app, base, key: `${name}${search}` };
}

function srtOf({ pathname, port, searchParams }: URL, host: string): SrtAddress | null {
  const options = Object.fromEntries(searchParams);
  const isKnown = Object.keys(options).every((key) => srtOptions.includes(key));
  // FFmpeg would take what is behind it for an option of its own (srt-link.ts).
  if (Object.entries(options).some(([key, value]) => key !== "streamid" && /[&#+%]/.test(value))) return null;
  if (port === "" || !isKnown || (pathname !== "" && pathname !== "/")) return null;
  return { kind: "srt", host, port: Number(port), options };
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
