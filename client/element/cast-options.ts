/** Owns what the attributes of `<scene-cast>` mean: the address that people pass on, and the options of a viewer. Pure. */

import {
  type Preference,
  preferences,
  type TransportChoice,
  tokenInFragment,
  transports,
  type ViewerOptions,
} from "../index.ts";

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
  const ownKeys = attributes["own-keys"]?.split(/\s+/).filter((key) => key !== "") ?? [];
  return {
    url,
    ownKeys,
    maxBitrateBps: bitrateOf(attributes["max-bitrate"]),
    ...(ownToken === null || ownToken === "" ? {} : { token: ownToken }),
    ...(name === null || name.trim() === "" ? {} : { name }),
    ...(transport === null
      ? {}
      : { transport: oneOf<TransportChoice>("transport", transport, ["auto", ...transports]) }),
    ...(preference === null ? {} : { preference: oneOf<Preference>("preference", preference, preferences) }),
  };
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
  const bitrateBps = Number(text);
  if (text.trim() !== "" && bitrateBps >= 100_000 && bitrateBps <= 200_000_000) return bitrateBps;
  throw new TypeError("The attribute max-bitrate of <scene-cast> must be a number from 100000 to 200000000.");
}

function oneOf<Choice extends string>(attribute: CastAttribute, text: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((one) => one === text);
  if (choice !== undefined) return choice;
  throw new TypeError(`The attribute ${attribute} of <scene-cast> must be one of ${choices.join(", ")}.`);
}
