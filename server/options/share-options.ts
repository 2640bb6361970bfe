/** Owns the options about the share link: which tunnel leads to it, and how much may go through that. Every default and every check. */

import { fieldsOf, optionalText, wholeNumber } from "../platform/option-checks.ts";

/** The tunnel of the public link. */
export type ShareOptions = {
  /** The authtoken of an ngrok account. */
  readonly ngrokToken?: string;
  /** A domain of that account. Default: ngrok chooses. */
  readonly ngrokDomain?: string;
  /**
   * A program that opens a tunnel, in place of ngrok: `"cloudflared tunnel --url {url}"`. `{url}` and `{port}` stand for where the
   * server is reached on this machine. It is split into words at spaces, but for what is in quotes, and run without a shell. The
   * first public `https:` address that it prints is the link's. It ends with the server.
   */
  readonly command?: string;
  /** The public address, where that program prints none: `"https://scene.example"`. Default: what it prints. */
  readonly url?: string;
  /**
   * What a viewer's pictures may take of the tunnel, in bits a second, 100 000 to 200 000 000; what goes by WebRTC past it is
   * not held. Null for as much as elsewhere. Default 1 000 000 with ngrok, null with `command`.
   */
  readonly bitrateBps?: number | null;
  /**
   * How many bytes may leave by the tunnel in a calendar month, 1 000 000 and more, of which hosts are told and warned; nothing
   * ends there. Null for no such bound. Default 1 000 000 000 with ngrok, which is that of its free plan, null with `command`.
   */
  readonly monthlyBytes?: number | null;
};

export type ResolvedShare = {
  readonly way:
    | { readonly kind: "ngrok"; readonly ngrokToken: string | null; readonly ngrokDomain: string | null }
    | { readonly kind: "command"; readonly words: readonly string[]; readonly url: string | null };
  readonly bitrateBps: number | null;
  readonly monthlyBytes: number | null;
};

const keys = ["ngrokToken", "ngrokDomain", "command", "url", "bitrateBps", "monthlyBytes"] as const;
const FREE_PLAN_BYTES = 1_000_000_000;
/** So that the free plan lasts for two hours of movement. */
const FREE_PLAN_BPS = 1_000_000;

/** Throws `TypeError` naming the option and its rule. */
export function resolveShare(value: unknown): ResolvedShare | null {
  if (value === false) return null;
  const fields = fieldsOf("options.share", value === true ? {} : value, keys);
  const way = wayOf(fields);
  const isFree = way.kind === "ngrok";
  const bounded = (key: "bitrateBps" | "monthlyBytes", preset: number, min: number, max: number): number | null => {
    const given = fields[key] === undefined ? (isFree ? preset : null) : fields[key];
    return given === null ? null : wholeNumber(`options.share.${key}`, given, min, max);
  };
  return {
    way,
    bitrateBps: bounded("bitrateBps", FREE_PLAN_BPS, 100_000, 200_000_000),
    monthlyBytes: bounded("monthlyBytes", FREE_PLAN_BYTES, 1_000_000, Number.MAX_SAFE_INTEGER),
  };
}

function wayOf(fields: Readonly<Record<string, unknown>>): ResolvedShare["way"] {
  const ngrokToken = optionalText("options.share.ngrokToken", fields["ngrokToken"], "an ngrok authtoken", (token) =>
    /^[\x21-\x7e]{1,256}$/.test(token),
  );
  const ngrokDomain = optionalText("options.share.ngrokDomain", fields["ngrokDomain"], "a domain name", (name) =>
    /^[a-z0-9.-]{1,253}$/i.test(name),
  );
  const rule = "a program with its arguments, and every quote closed";
  const command = optionalText("options.share.command", fields["command"], rule, (text) => wordsOf(text) !== null);
  const url = optionalText("options.share.url", fields["url"], "an address like https://scene.example", isAddress);
  if (command === null) {
    if (url !== null) throw new TypeError("options.share.url only works together with options.share.command.");
    return { kind: "ngrok", ngrokToken, ngrokDomain };
  }
  if (ngrokToken !== null || ngrokDomain !== null) {
    throw new TypeError("options.share.command cannot be combined with ngrokToken and ngrokDomain.");
  }
  return { kind: "command", words: wordsOf(command) ?? [], url: url === null ? null : new URL(url).origin };
}

/**
 * The words of a command: apart by spaces, but for what is in single or double quotes. Nothing else means anything, as no shell
 * reads it. Null where there is none, or a quote is open.
 */
export function wordsOf(command: string): readonly string[] | null {
  const pieces = /(?:[^\s"'\0]|"[^"\0]*"|'[^'\0]*')+/g;
  if (/[^\s]/.test(command.replaceAll(pieces, ""))) return null;
  const words = (command.match(pieces) ?? []).map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, "$1$2"));
  return words[0] === undefined || words[0] === "" ? null : words;
}

function isAddress(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.pathname === "/" && url.search === "" && url.hash === "";
}
