/** Owns what the attributes of `<scene-cast>` mean: the address that people pass on, and the options of a viewer. Pure. */

import { number, oneOf, type Reader } from "../../shared/schema.ts";
import { preferences, tokenInFragment, transports, type ViewerOptions } from "../index.ts";

/** The attributes, by name; null for one that is not there. */
export type CastAttributes = Readonly<Record<CastAttribute, string | null>>;

/** Those that the element listens to, in the order of its documentation. */
export const castAttributes = ["src", "token", "name", "transport", "preference", "max-bitrate", "own-keys"] as const;
export type CastAttribute = (typeof castAttributes)[number];

export type CastOptions = Omit<ViewerOptions, "target"> & { readonly url: string };

/**
 * The options that the attributes ask for, `base` being the address of the page. Throws `TypeError` naming the attribute
 * and the rule.
 */
export function castOptions(attributes: CastAttributes, base: string): CastOptions {
  const { src, name, transport, preference } = attributes;
  const { url, token } = placeOf(src ?? "", base);
  const ownToken = attributes.token ?? token;
  const ownKeys = attributes["own-keys"]?.trim() === "all" ? "all" : keysIn(attributes["own-keys"] ?? "");
  return {
    url,
    ownKeys,
    maxBitrateBps: bitrateOf(attributes["max-bitrate"]),
    ...(ownToken === null || ownToken === "" ? {} : { token: ownToken }),
    ...(name === null || name.trim() === "" ? {} : { name }),
    ...(transport === null ? {} : { transport: read("transport", transport, oneOf(["auto", ...transports])) }),
    ...(preference === null ? {} : { preference: read("preference", preference, oneOf(preferences)) }),
  };
}

function keysIn(text: string): string[] {
  return text.split(/\s+/).filter((key) => key !== "");
}

/** Where the server listens and the token, of the address of a room's page, which may be a share link. */
function placeOf(src: string, base: string): { readonly url: string; readonly token: string | null } {
  if (!URL.canParse(src, base)) throw new TypeError("The attribute src of <scene-cast> must be a URL.");
  const url = new URL(src, base);
  const token = tokenInFragment(url.hash);
  url.hash = "";
  url.pathname = url.pathname.replace(/\/(index\.html|signal)?$/, "").concat("/signal");
  return { url: url.href, token };
}

function bitrateOf(text: string | null): number | null {
  if (text === null) return null;
  return read("max-bitrate", text.trim() === "" ? Number.NaN : Number(text), number(100_000, 200_000_000));
}

function read<Value>(attribute: CastAttribute, value: unknown, reader: Reader<Value>): Value {
  return reader(`The attribute ${attribute} of <scene-cast>`, value);
}
