/**
 * Owns a shortcut past werift for video packets: encrypted here and handed to the UDP socket in parts. werift's own way
 * copies each packet and makes four promises for it. What it cannot do, and what has no UDP socket of its own, goes that way.
 */

import { Socket } from "node:dgram";
import type { RTCDtlsTransport, RtpHeader } from "werift";
import { sealingKeysOf } from "./srtp-keys.ts";
import { SrtpSealer } from "./srtp-sealer.ts";

/** Sends packets of a connected transport. What is left out because the connection is over is lost, as on any network. */
export function openRtpExit(transport: RTCDtlsTransport): (payload: Buffer, header: RtpHeader) => void {
  const keys = sealingKeysOf(transport);
  if (keys === null) return (payload, header) => void transport.sendRtp(payload, header);
  const sealer = new SrtpSealer(keys);
  const { connection } = transport.iceTransport;
  return (payload, header) => {
    const parts = sealer.seal(header.serialize(header.serializeSize), payload);
    const way = directWay(connection.nominated);
    if (way === null) return void connection.send(Buffer.concat(parts)).catch(() => undefined);
    // Private in werift's types: the viewer's consent to be sent to (RFC 7675).
    if (!(connection as unknown as { canSendApplicationData(): boolean }).canSendApplicationData()) return;
    way.socket.send(parts, way.port, way.host);
  };
}

type Pair = RTCDtlsTransport["iceTransport"]["connection"]["nominated"];

/** The socket that the packets leave by; null where they go through TURN or TCP, or nowhere any more. */
function directWay(pair: Pair): { readonly socket: Socket; readonly host: string; readonly port: number } | null {
  if (pair?.protocol.type !== "stun") return null;
  const { transport } = pair.protocol as unknown as { readonly transport: { socket?: unknown; closed?: boolean } };
  if (!(transport.socket instanceof Socket) || transport.closed === true) return null;
  const [host, port] = pair.remoteAddr;
  return { socket: transport.socket, host, port };
}
