/** Owns the options of a viewer: every default and every check. */

import { cleanName } from "../shared/people.ts";
import type { Preference } from "../shared/signaling.ts";
import type { OwnKeys } from "./input/own-keys.ts";
import { type TransportChoice, transports } from "./streams/transport.ts";
import { requireMaxBitrate, requirePreference } from "./streams/view-wishes.ts";

/** What `createViewer` takes. */
export type ViewerOptions = {
  /** The element that the picture fills. It should have a size of its own. */
  readonly target: HTMLElement;
  /**
   * The address of the signalling WebSocket: `ws:`, `wss:`, `http:`, `https:` or relative to the page. Default `./signal`,
   * so that a page under any path prefix finds its own server. Its query may set parameters of the scene in a room that it opens.
   */
  readonly url?: string;
  /** Values of `KeyboardEvent.key` that the page keeps for itself and the scene never hears of, or `all` of them. Default none. */
  readonly ownKeys?: readonly string[] | "all";
  /** The way of the pictures. Default `auto`: WebRTC, or what gets through where that does not. */
  readonly transport?: TransportChoice;
  /** The token of a share link, where the server wants one. It is exchanged for a cookie at once, or for a key where there can be none. Default none. */
  readonly token?: string;
  /** What the viewer wants to be called. Default none: the server makes a name up. */
  readonly name?: string;
  /** Whether a hidden page is sent no frames. Default true. */
  readonly pauseWhenHidden?: boolean;
  /** Whether the pointers of other people are drawn over the picture. Default true. */
  readonly showPointers?: boolean;
  /** What is given up first on a slow way: `sharp` frames a second, `fluid` pixels, `auto` some of both. Default `auto`. */
  readonly preference?: Preference;
  /** The most that the pictures may take, in bits a second, 100 000 to 200 000 000. Default null: what the server gives. */
  readonly maxBitrateBps?: number | null;
};

export type ResolvedViewerOptions = {
  readonly target: HTMLElement;
  readonly url: string;
  readonly ownKeys: OwnKeys;
  readonly transport: TransportChoice;
  readonly token: string | null;
  readonly name: string | null;
  readonly pauseWhenHidden: boolean;
  readonly showPointers: boolean;
  readonly preference: Preference;
  readonly maxBitrateBps: number | null;
};

const names: ReadonlySet<string> = new Set([
  "target",
  "url",
  "ownKeys",
  "transport",
  "token",
  "name",
  "pauseWhenHidden",
  "showPointers",
  "preference",
  "maxBitrateBps",
]);
const choices: readonly TransportChoice[] = ["auto", ...transports];
const protocols: ReadonlySet<string> = new Set(["ws:", "wss:"]);

/** Fills and checks the options. Throws `TypeError` naming the option and the rule. */
export function resolveViewerOptions(options: ViewerOptions): ResolvedViewerOptions {
  for (const name of Object.keys(options)) {
    if (!names.has(name)) throw new TypeError(`options.${name} is not an option of a viewer.`);
  }
  const { target, url = "./signal", ownKeys = [], transport = "auto", token = null } = options;
  const { name = null, pauseWhenHidden = true, showPointers = true } = options;
  const { preference = "auto", maxBitrateBps = null } = options;
  if (!(target instanceof HTMLElement)) throw new TypeError("options.target must be an HTMLElement.");
  if (ownKeys !== "all" && !(Array.isArray(ownKeys) && ownKeys.every((key) => typeof key === "string"))) {
    throw new TypeError('options.ownKeys, when provided, must be a list of strings, or "all".');
  }
  if (!choices.includes(transport)) {
    throw new TypeError(`options.transport, when provided, must be one of ${choices.join(", ")}.`);
  }
  if (token !== null && (typeof token !== "string" || token === "")) {
    throw new TypeError("options.token, when provided, must be text.");
  }
  if (name !== null && (typeof name !== "string" || cleanName(name) === null)) {
    throw new TypeError("options.name, when provided, must be text with a character that can be seen.");
  }
  for (const [option, value] of Object.entries({ pauseWhenHidden, showPointers })) {
    if (typeof value !== "boolean") throw new TypeError(`options.${option}, when provided, must be true or false.`);
  }
  requirePreference("options.preference, when provided,", preference);
  requireMaxBitrate("options.maxBitrateBps, when provided,", maxBitrateBps);
  return {
    target,
    url: socketUrl(url),
    ownKeys: ownKeys === "all" ? ownKeys : new Set(ownKeys),
    transport,
    token,
    name: name === null ? null : cleanName(name),
    pauseWhenHidden,
    showPointers,
    preference,
    maxBitrateBps,
  };
}

function socketUrl(text: string): string {
  if (!URL.canParse(text, document.baseURI)) throw new TypeError("options.url, when provided, must be a URL.");
  const url = new URL(text, document.baseURI);
  if (url.protocol === "http:") url.protocol = "ws:";
  if (url.protocol === "https:") url.protocol = "wss:";
  if (!protocols.has(url.protocol)) throw new TypeError("options.url must lead to ws:, wss:, http: or https:.");
  url.hash = "";
  return url.href;
}
