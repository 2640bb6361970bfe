/**
 * Owns the state of a scene in the fragment of an address: `#state=` and the JSON in UTF-8 as base64url without padding (RFC
 * 4648 section 5). Pure.
 */

import type { Json } from "../../shared/custom-message.ts";
import { MAX_STATE_LENGTH } from "../../shared/signaling.ts";

/** The address with this state, and nothing else, in its fragment. */
export function linkWithState(address: string, state: Json): string {
  const url = new URL(address);
  url.hash = `state=${encodeState(state)}`;
  return url.href;
}

/**
 * The state in the fragment of an address (`location.hash`) that `ViewerScene.stateLink()` made; null where there is
 * none.
 */
export function stateInFragment(fragment: string): Json | null {
  const text = new URLSearchParams(fragment.replace(/^#/, "")).get("state");
  return text === null ? null : decodeState(text);
}

export function encodeState(state: Json): string {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(characters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Null where `text` is not such a state. */
export function decodeState(text: string): Json | null {
  try {
    const characters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(characters, (character) => character.charCodeAt(0));
    const json = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return json.length > MAX_STATE_LENGTH ? null : (JSON.parse(json) as Json);
  } catch {
    return null;
  }
}
