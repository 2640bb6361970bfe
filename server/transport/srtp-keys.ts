/**
 * Owns a shortcut through werift's SRTP: its ciphers keep their keys as bytes, which Node turns into key objects anew for
 * every packet. Key objects in their place make cipher and HMAC of a packet five times as fast (measured, Node 24).
 */

import { createSecretKey, KeyObject } from "node:crypto";
import type { RTCDtlsTransport } from "werift";

const fields = ["srtpSessionKey", "srtcpSessionKey", "srtpSessionAuthTag", "srtcpSessionAuthTag"] as const;

type Context = { readonly cipher?: Partial<Record<(typeof fields)[number], unknown>> };

/** Turns the keys of a connected transport into key objects. Does nothing where werift keeps them otherwise. */
export function prepareSrtpKeys(transport: RTCDtlsTransport): void {
  for (const session of [transport.srtp, transport.srtcp]) {
    // Private in werift's types; its objects are as they are in the version that package.json pins.
    const { localContext, remoteContext } = session as unknown as { localContext?: Context; remoteContext?: Context };
    for (const cipher of [localContext?.cipher, remoteContext?.cipher]) {
      for (const field of fields) {
        const key = cipher?.[field];
        if (cipher !== undefined && key instanceof Uint8Array && !(key instanceof KeyObject)) {
          cipher[field] = createSecretKey(key);
        }
      }
    }
  }
}
