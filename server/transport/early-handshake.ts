/**
 * Owns what comes of a DTLS handshake before werift listens to it. Who is called and speaks first does so as soon as ICE lets it, which
 * is a moment before werift has heard of that; it would say it again a second later (RFC 6347 section 4.2.4.1).
 */

import type { RTCDtlsTransport } from "werift";

/** The first flight of a handshake is one packet; some say it twice. */
const MAX_PACKETS = 8;

/** Keeps what comes early, and hands it over when the handshake begins. Before the connection begins. */
export function keepEarlyHandshake(transport: RTCDtlsTransport): void {
  const early: Buffer[] = [];
  const { onData } = transport.iceTransport.connection;
  const heard = onData.subscribe((data) => {
    if (isHandshake(data) && early.length < MAX_PACKETS) early.push(data);
  });
  const followed = transport.onStateChange.subscribe((state) => {
    if (state === "new") return;
    heard.unSubscribe();
    followed.unSubscribe();
    // It listens when all that follows this state at once was done.
    if (state !== "connecting") return;
    setImmediate(() => {
      for (const data of early) onData.execute(data);
    });
  });
}

/** RFC 7983 section 7, and RFC 6347 section 4.1: of type "handshake". */
function isHandshake(data: Uint8Array): boolean {
  return data[0] === 22;
}
