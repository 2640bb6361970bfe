/**
 * Owns the encryption of outgoing RTP without a copy of the packet: by AES-GCM (RFC 7714) or by AES in counter mode with
 * HMAC-SHA1 (RFC 3711), which browsers prefer. Pure but for the ciphers.
 *
 * SE1 The rollover counter of each stream goes up when its sequence numbers wrap around; a packet from before the wrap that
 *     is sent again has the counter of its own time (RFC 3711 section 3.3.1).
 */

import { createCipheriv, createHmac, type KeyObject } from "node:crypto";

/** The session keys of a direction. */
export type SealingKeys =
  | { readonly kind: "gcm"; readonly key: KeyObject; readonly salt: Uint8Array }
  | { readonly kind: "cm-sha1"; readonly key: KeyObject; readonly salt: Uint8Array; readonly authKey: KeyObject };

type Stream = { rollovers: number; newest: number };
/** What a packet is known by: its stream, its number in it, and how often the numbers had wrapped around. */
type PacketIndex = { readonly ssrc: number; readonly sequence: number; readonly rollovers: number };

const HALF = 0x8000;
const SHA1_TAG_BYTES = 10;

export class SrtpSealer {
  readonly #keys: SealingKeys;
  readonly #streams = new Map<number, Stream>();
  // These are used for one packet at a time; ciphers take copies.
  readonly #iv: Buffer;
  readonly #rollovers = Buffer.alloc(4);

  constructor(keys: SealingKeys) {
    this.#keys = keys;
    this.#iv = Buffer.alloc(keys.kind === "gcm" ? 12 : 16);
  }

  /** The parts of the encrypted packet, to be sent in this order. `header` is its whole RTP header. */
  seal(header: Buffer, payload: Buffer): [header: Buffer, payload: Buffer, tag: Buffer] {
    const sequence = header.readUInt16BE(2);
    const ssrc = header.readUInt32BE(8);
    const index = { ssrc, sequence, rollovers: this.#count(ssrc, sequence) };
    const keys = this.#keys;
    if (keys.kind === "gcm") {
      const cipher = createCipheriv("aes-128-gcm", keys.key, this.#ivOf(index, 2));
      cipher.setAAD(header);
      const sealed = cipher.update(payload);
      cipher.final();
      return [header, sealed, cipher.getAuthTag()];
    }
    const sealed = createCipheriv("aes-128-ctr", keys.key, this.#ivOf(index, 4)).update(payload);
    this.#rollovers.writeUInt32BE(index.rollovers >>> 0);
    const tag = createHmac("sha1", keys.authKey).update(header).update(sealed).update(this.#rollovers).digest();
    return [header, sealed, tag.subarray(0, SHA1_TAG_BYTES)];
  }

  /** The salt with the packet's index from `at` on (RFC 7714 section 8.1, RFC 3711 section 4.1.1). */
  #ivOf({ ssrc, sequence, rollovers }: PacketIndex, at: number): Buffer {
    const iv = this.#iv;
    iv.fill(0);
    iv.writeUInt32BE(ssrc, at);
    iv.writeUInt32BE(rollovers >>> 0, at + 4);
    iv.writeUInt16BE(sequence, at + 8);
    const { salt } = this.#keys;
    for (let byte = 0; byte < salt.length; byte += 1) iv[byte] = (iv[byte] ?? 0) ^ (salt[byte] ?? 0);
    return iv;
  }

  /** SE1: how often the numbers of this stream had wrapped around when this one was new. */
  #count(ssrc: number, sequence: number): number {
    const stream = this.#streams.get(ssrc);
    if (stream === undefined) {
      this.#streams.set(ssrc, { rollovers: 0, newest: sequence });
      return 0;
    }
    if (((sequence - stream.newest) & 0xffff) >= HALF) {
      return sequence > stream.newest ? stream.rollovers - 1 : stream.rollovers;
    }
    if (sequence < stream.newest) stream.rollovers += 1;
    stream.newest = sequence;
    return stream.rollovers;
  }
}
