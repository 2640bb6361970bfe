/**
 * Owns how werift's ICE is set up, and what it is kept from: it asks a STUN server of Google's where none is named, looks
 * for a free port and takes it later, when another may have it, fails loudly where multicast DNS is not to be had, and
 * checks whatever addresses it is named, as often as it likes (remote-candidates.ts, check-budget.ts).
 */

import { createSocket } from "node:dgram";
import type { PeerConfig, RTCPeerConnection } from "werift";
import { StreamError } from "../../../shared/errors.ts";
import type { IceServer } from "../../../shared/signaling.ts";
import { CheckBudget } from "./check-budget.ts";
import { guardChecks } from "./guarded-checks.ts";
import { advertise, isMdnsCandidate } from "./ice-candidates.ts";
import { type IceSettings, iceServersFor } from "./ice-servers.ts";
import type { PortPool } from "./port-pool.ts";
import { RemoteCandidates } from "./remote-candidates.ts";

export type IceAgentOptions = {
  /** The only address to gather host candidates on; null for all of the machine. */
  readonly iceHost: string | null;
  readonly ice: IceSettings;
  /** Where ports are taken from; null for any port. Shared by all connections of the process. */
  readonly ports: PortPool | null;
  /** Of a server that is called: whether it is on this machine. Default: it is where the server keeps to one address. */
  readonly isPeerHere?: boolean;
  /** Of a server that is called: TURN servers of its own, by which it can be reached too. Default none. */
  readonly peerServers?: readonly IceServer[];
};

/** Viewers without trickle wait for it. */
const STUN_TIMEOUT_SECONDS = 1.5;
const MDNS_PORT = 5353;
/** A browser has an address or two, each with one name. */
const MAX_MDNS_CANDIDATES = 8;

export class IceAgent {
  readonly #options: IceAgentOptions;
  readonly #lentPorts: number[] = [];
  readonly #checks = new CheckBudget();
  readonly #candidates: RemoteCandidates;
  #mdnsCandidates = 0;

  constructor(options: IceAgentOptions) {
    this.#options = options;
    // By TURN alone nothing is sent to this machine: whom a relay reaches is for its own rules to say.
    const isHere = options.isPeerHere ?? options.iceHost !== null;
    this.#candidates = new RemoteCandidates(isHere || options.ice.policy === "relay");
  }

  /** What the connection is made with. */
  get peerConfig(): Partial<PeerConfig> {
    const { iceHost, ice, isPeerHere = true, peerServers = [] } = this.#options;
    // Viewers bring their own way through TURN; the server goes by it only when it may not be reached otherwise.
    const servers = ice.policy === "relay" ? ice : { ...ice, turn: [], credentials: null };
    return {
      iceServers: [...iceServersFor(servers, "server"), ...peerServers],
      iceTransportPolicy: ice.policy,
      iceStunGatherTimeout: STUN_TIMEOUT_SECONDS,
      ...addressesOf(iceHost, isPeerHere),
    };
  }

  /** Between the remote description and the local one, with which candidates begin to be gathered. */
  prepare(peer: RTCPeerConnection): void {
    const { ice, ports } = this.#options;
    for (const { connection } of peer.iceTransports) {
      if (ice.stun.length === 0) delete connection.stunServer;
      guardChecks(connection, this.#checks);
      if (ports === null) continue;
      // Read once for each socket.
      Object.defineProperty(connection.options, "portRange", { configurable: true, get: () => this.#lendPort(ports) });
    }
  }

  /** A description or a candidate of ours as viewers shall see it. */
  advertise(text: string): string {
    return advertise(text, this.#options.ice.publicIp);
  }

  /** The same of a description that no candidates follow. Throws `StreamError` "too-many-viewers" where it has none. */
  advertiseWhole(sdp: string): string {
    if (sdp.includes("\na=candidate:")) return this.advertise(sdp);
    throw new StreamError("too-many-viewers", "No UDP port is free for another viewer. Try again later.");
  }

  /**
   * Whether a viewer's candidate is of use. A name for multicast DNS is not, where the server keeps to loopback or cannot ask;
   * such a viewer connects all the same, as its own checks show its address. That there are no more candidates is never taken
   * in, or werift would give up where none can be reached, and not wait for those checks (RFC 8863, section 3).
   */
  async accepts(candidate: string): Promise<boolean> {
    this.#checks.received(candidate.length);
    if (!this.#candidates.accepts(candidate)) return false;
    if (!isMdnsCandidate(candidate)) return true;
    this.#mdnsCandidates += 1;
    if (this.#options.iceHost !== null || this.#mdnsCandidates > MAX_MDNS_CANDIDATES) return false;
    return await canAskMdns();
  }

  /** A viewer's description without the candidates that are of no use. */
  async readable(description: string): Promise<string> {
    this.#checks.received(description.length);
    const lines = await Promise.all(
      description.split("\n").map(async (line) => {
        if (line.startsWith("a=end-of-candidates")) return null;
        return !line.startsWith("a=candidate:") || (await this.accepts(line)) ? line : null;
      }),
    );
    return lines.filter((line) => line !== null).join("\n");
  }

  /** When the connection's sockets are closed. */
  close(): void {
    for (const port of this.#lentPorts.splice(0)) this.#options.ports?.giveBack(port);
  }

  #lendPort(ports: PortPool): [number, number] {
    const port = ports.take();
    if (port === null) throw new Error("Every port for video is taken.");
    this.#lentPorts.push(port);
    return [port, port];
  }
}

/** Where sockets are bound and which candidates there are: one address and no other, or all, and the loopback one for who may be here. */
function addressesOf(host: string | null, isPeerHere: boolean): Partial<PeerConfig> {
  if (host === null) return isPeerHere ? { iceAdditionalHostAddresses: ["127.0.0.1"] } : {};
  return {
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: [host],
    iceInterfaceAddresses: host.includes(":") ? { udp6: host } : { udp4: host },
  };
}

let mdns: Promise<boolean> | null = null;

/** Whether the port of multicast DNS can be shared with whoever else listens there. Asked once. */
function canAskMdns(): Promise<boolean> {
  mdns ??= new Promise((resolve) => {
    const socket = createSocket({ type: "udp4", reuseAddr: true });
    socket.once("error", () => resolve(false));
    socket.bind(MDNS_PORT, () => socket.close(() => resolve(true)));
  });
  return mdns;
}
