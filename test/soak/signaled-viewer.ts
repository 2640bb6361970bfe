/**
 * Owns a viewer that comes as pages do, by the WebSocket and from there by video over it or by WebRTC with data channels, and
 * that is busy: it names itself, changes its window, moves the pointer and the controls of panels.
 */

import { once } from "node:events";
import { RTCPeerConnection, RTCRtpCodecParameters, useNACK, usePLI } from "werift";
import { WebSocket } from "ws";
import type { PanelControl } from "../../shared/panels.ts";
import {
  type ClientMessage,
  controlChannelLabel,
  PROTOCOL_VERSION,
  parseServerMessage,
  pointerChannelLabel,
  type ServerMessage,
} from "../../shared/signaling.ts";
import { encodeAck, encodeSocketInput, parseServerSocketMessage } from "../../shared/socket-message.ts";
import { pointerInput } from "../support/input-samples.ts";
import type { Random } from "../support/lab/random.ts";
import { withoutStun } from "../support/loopback-peer.ts";

const ARRIVE_MS = 20_000;
const BUSY_MS = 200;
const h264 = new RTCRtpCodecParameters({
  mimeType: "video/H264",
  clockRate: 90_000,
  payloadType: 96,
  rtcpFeedback: [useNACK(), usePLI()],
  parameters: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
});

export class SignaledViewer {
  readonly #socket: WebSocket;
  readonly #random: Random;
  readonly #way: "websocket" | "webrtc";
  readonly #busy: NodeJS.Timeout;
  #peer: RTCPeerConnection | null = null;
  #connection = 0;
  #sequence = 0;
  #controls: readonly PanelControl[] = [];
  #frames = 0;
  #handled: Promise<void> = Promise.resolve();

  /** Resolves with the first picture, or with what is left of it where the scene is away all the time. */
  static async open(roomUrl: string, way: "websocket" | "webrtc", random: Random): Promise<SignaledViewer> {
    const viewer = new SignaledViewer(roomUrl, way, random);
    const deadline = AbortSignal.timeout(ARRIVE_MS);
    try {
      while (viewer.#frames === 0) await once(viewer.#socket, "message", { signal: deadline });
      return viewer;
    } catch (error) {
      await viewer.leave(false);
      throw error;
    }
  }

  private constructor(roomUrl: string, way: "websocket" | "webrtc", random: Random) {
    this.#way = way;
    this.#random = random;
    this.#socket = new WebSocket(new URL("signal", roomUrl));
    this.#socket.on("open", () => this.#say({ kind: "hello", protocol: PROTOCOL_VERSION }));
    this.#socket.on("error", () => undefined);
    this.#socket.on("message", (data: Buffer, isBinary) => {
      if (isBinary) this.#handleBytes(data);
      else this.#handleInTurn(parseServerMessage(data.toString()));
    });
    this.#busy = setInterval(() => this.#beBusy(), BUSY_MS);
  }

  /** As a page does that is closed, or as a machine does that is switched off. */
  async leave(politely: boolean): Promise<void> {
    clearInterval(this.#busy);
    if (politely) this.#socket.close();
    else this.#socket.terminate();
    await this.#peer?.close();
  }

  #say(message: ClientMessage): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #beBusy(): void {
    this.#move();
    const chance = this.#random();
    const side = 100 + Math.floor(this.#random() * 700);
    const window = { width: side, height: 300, ratio: 1 };
    if (chance < 0.1) this.#say({ kind: "view", shown: null, window, preference: "auto", maxBitrateBps: null });
    else if (chance < 0.15) this.#say({ kind: "name", name: `Visitor ${side}` });
    else if (chance < 0.3) this.#setControl(chance < 0.2);
    else if (chance < 0.32) this.#say({ kind: "pause", paused: true });
    else if (chance < 0.4) this.#say({ kind: "pause", paused: false });
  }

  #move(): void {
    if (this.#way === "webrtc" || this.#connection === 0 || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#sequence += 1;
    const event = pointerInput("move", { x: this.#random(), y: this.#random() });
    this.#socket.send(encodeSocketInput({ sequence: this.#sequence, ordered: 0, event }));
  }

  #setControl(last: boolean): void {
    for (const { id, kind } of this.#controls) {
      if (kind === "range") this.#say({ kind: "panel", id, value: this.#random() * 2, last });
      if (kind === "switch") this.#say({ kind: "panel", id, value: this.#random() < 0.5, last: true });
    }
  }

  /** A candidate that comes while its answer is still being taken would be lost. */
  #handleInTurn(message: ServerMessage | null): void {
    this.#handled = this.#handled.then(() => this.#handleMessage(message)).catch(() => undefined);
  }

  async #handleMessage(message: ServerMessage | null): Promise<void> {
    if (message?.kind === "panels") this.#controls = message.controls;
    if (message?.kind === "answer") await this.#peer?.setRemoteDescription({ type: "answer", sdp: message.sdp });
    if (message?.kind === "candidate" && message.candidate !== null) {
      const { candidate, sdpMid, sdpMLineIndex } = message.candidate;
      await this.#peer?.addIceCandidate({
        candidate,
        ...(sdpMid === null ? {} : { sdpMid }),
        ...(sdpMLineIndex === null ? {} : { sdpMLineIndex }),
      });
    }
    if (message?.kind === "status" && message.status === "live") await this.#connect();
  }

  async #connect(): Promise<void> {
    this.#connection += 1;
    const connection = this.#connection;
    if (this.#way === "websocket") return this.#say({ kind: "stream", connection, codecs: ["h264"] });
    await this.#peer?.close();
    const peer = new RTCPeerConnection({
      codecs: { video: [h264] },
      iceServers: [],
      iceUseIpv6: false,
      iceAdditionalHostAddresses: ["127.0.0.1"],
    });
    this.#peer = peer;
    const video = peer.addTransceiver("video", { direction: "recvonly" });
    peer.createDataChannel(pointerChannelLabel, { ordered: false, maxRetransmits: 0 });
    peer.createDataChannel(controlChannelLabel);
    video.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe(() => {
        this.#frames += 1;
      });
    });
    await withoutStun(peer).setLocalDescription(await peer.createOffer());
    this.#say({ kind: "offer", connection, sdp: peer.localDescription?.sdp ?? "" });
  }

  #handleBytes(bytes: Buffer): void {
    const message = parseServerSocketMessage(bytes);
    if (message?.kind !== "frame") return;
    this.#frames += 1;
    this.#socket.send(encodeAck(message.frame));
  }
}
