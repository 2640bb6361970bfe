/**
 * Owns viewers that cost next to nothing: they connect as any viewer does, and then count what comes without decrypting or
 * decoding it.
 */

import type { Socket } from "node:dgram";
import { once } from "node:events";
import type { RTCPeerConnection } from "werift";
import { WebSocket } from "ws";
import { type ClientMessage, PROTOCOL_VERSION, parseServerMessage } from "../../shared/signaling.ts";
import { encodeAck, parseServerSocketMessage } from "../../shared/socket-message.ts";
import { type LightCounts, RtpCounter } from "./light-counts.ts";
import { loopbackPeer } from "./loopback-peer.ts";

export type LightViewer = {
  /** What came since the last call. */
  take(): LightCounts;
  close(): Promise<void>;
};

type MessageListener = (data: Buffer, from: unknown) => void;

const CONNECT_MS = 30_000;

/** Watches by WHEP, over loopback only. Resolves once it is connected. */
export async function openLightWhep(serverUrl: string): Promise<LightViewer> {
  const peer = loopbackPeer();
  await peer.setLocalDescription(await peer.createOffer());
  preferAsBrowsersDo(peer);
  const counter = new RtpCounter();
  for (const socket of socketsOf(peer)) divert(socket, counter);
  const headers = { "Content-Type": "application/sdp" };
  const body = peer.localDescription?.sdp ?? "";
  const response = await fetch(new URL("whep", serverUrl), { method: "POST", headers, body });
  const text = await response.text();
  if (response.status !== 201) {
    await peer.close();
    throw new Error(`WHEP answered ${response.status}: ${text}`);
  }
  const resource = new URL(response.headers.get("location") ?? "", response.url);
  const close = async (): Promise<void> => {
    await fetch(resource, { method: "DELETE" }).catch(() => undefined);
    await peer.close();
  };
  try {
    await peer.setRemoteDescription({ type: "answer", sdp: text });
    if (peer.connectionState !== "connected") {
      await peer.connectionStateChange.watch((state) => state === "connected", CONNECT_MS);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { take: () => counter.take(), close };
}

/** Watches by WebSocket and acknowledges each frame. Resolves with the first one. */
export async function openLightSocket(serverUrl: string): Promise<LightViewer> {
  const socket = new WebSocket(new URL("signal", serverUrl));
  const say = (message: ClientMessage) => socket.send(JSON.stringify(message));
  let counts = { frames: 0, packets: 0, bytes: 0, lost: 0 };
  let newest: number | null = null;
  socket.on("message", (data: Buffer, isBinary) => {
    if (!isBinary) {
      const message = parseServerMessage(data.toString());
      if (message?.kind === "status" && message.status === "live") {
        say({ kind: "stream", connection: 1, codecs: ["h264"] });
      }
      return;
    }
    const message = parseServerSocketMessage(data);
    if (message?.kind !== "frame") return;
    counts.frames += 1;
    counts.packets += 1;
    counts.bytes += data.byteLength;
    if (newest !== null) counts.lost += message.frame - newest - 1;
    newest = message.frame;
    socket.send(encodeAck(message.frame));
  });
  const deadline = AbortSignal.timeout(CONNECT_MS);
  await once(socket, "open", { signal: deadline });
  say({ kind: "hello", protocol: PROTOCOL_VERSION });
  while (newest === null) await once(socket, "message", { signal: deadline });
  return {
    take: () => {
      const taken = counts;
      counts = { frames: 0, packets: 0, bytes: 0, lost: 0 };
      return taken;
    },
    close: async () => {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
}

/** Video goes to the counter alone: werift would decrypt each packet, which costs ten times as much. */
export function divert(socket: Socket, counter: RtpCounter): void {
  const listeners = socket.listeners("message") as MessageListener[];
  socket.removeAllListeners("message");
  socket.on("message", (data, from) => {
    // RFC 7983: what begins with these bits is RTP or RTCP.
    if ((data[0] ?? 0) >> 6 === 2) counter.note(data);
    else for (const listener of listeners) listener(data, from);
  });
}

/** Chromium takes AES-CM with HMAC-SHA1 where it is offered beside AES-GCM, which would cost the server less. */
export function preferAsBrowsersDo(peer: RTCPeerConnection): void {
  const AES_CM_HMAC_SHA1_80 = 1;
  for (const transport of peer.dtlsTransports) {
    // Private in werift's types, and one list for all connections.
    (transport as unknown as { srtpProfiles: number[] }).srtpProfiles = [AES_CM_HMAC_SHA1_80];
  }
}

export function socketsOf(peer: RTCPeerConnection): Socket[] {
  return peer.iceTransports.flatMap(({ connection }) => {
    // Private in werift's types.
    const { protocols } = connection as unknown as { readonly protocols: { readonly transport: { socket: Socket } }[] };
    return protocols.map(({ transport }) => transport.socket);
  });
}
