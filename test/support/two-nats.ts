/**
 * Owns a server's machine and a viewer's, each behind a NAT that lets in nothing but answers, and a STUN server on the network
 * between them. A cable beside it, which carries TCP and no UDP, stands for a tunnel. Linux, as root, with iproute2, nftables
 * and coturn.
 */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Child } from "./child.ts";

const run = promisify(execFile);
const ip = (...args: readonly string[]): Promise<unknown> => run("ip", args);

const STUN_ADDRESS = "198.51.100.3";
const names = ["between", "natS", "natV", "server", "viewer"] as const;
type Name = (typeof names)[number];

/** An address that it gave to one peer it gives to all, and only who was spoken to gets in. */
const natRules = `table ip nat {
  chain leaving { type nat hook postrouting priority 100; oifname "outside" masquerade; }
}
table ip filter {
  chain here { type filter hook input priority 0; iifname "outside" ct state new drop; }
  chain through {
    type filter hook forward priority 0; policy drop;
    iifname "inside" accept;
    ct state established,related accept;
  }
}`;

const noUdp = `table ip tunnel {
  chain incoming { type filter hook input priority 0; iifname "tunnel" meta l4proto udp drop; }
  chain outgoing { type filter hook output priority 0; oifname "tunnel" meta l4proto udp drop; }
}`;

export class TwoNats {
  readonly stun: string = `stun:${STUN_ADDRESS}:3478`;
  /** The server's machine; its address is that at the end of the tunnel. */
  readonly server: { readonly prefix: readonly [string, ...string[]]; readonly address: string };
  #stun: Child | null = null;

  /** The caller closes it. */
  static async create(): Promise<TwoNats> {
    const lab = new TwoNats();
    try {
      await lab.#build();
      return lab;
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  private constructor() {
    this.server = { prefix: prefixOf("server"), address: "10.9.0.1" };
  }

  /** The words before a program that is to run on the viewer's machine. */
  get viewerPrefix(): readonly [string, ...string[]] {
    return prefixOf("viewer");
  }

  /** What runs in it must have ended. */
  async close(): Promise<void> {
    await this.#stun?.close();
    for (const name of names) await ip("netns", "delete", fullName(name)).catch(() => undefined);
  }

  async #build(): Promise<void> {
    for (const name of names) {
      await ip("netns", "add", fullName(name));
      await inside(name, "link", "set", "lo", "up");
    }
    await inside("between", "link", "add", "switch", "type", "bridge");
    await inside("between", "address", "add", `${STUN_ADDRESS}/24`, "dev", "switch");
    await inside("between", "link", "set", "switch", "up");
    await this.#hide("server", "natS", 1);
    await this.#hide("viewer", "natV", 2);
    await cable(["server", "tunnel", "10.9.0.1/24"], ["viewer", "tunnel", "10.9.0.2/24"]);
    for (const name of ["server", "viewer"] as const) await rules(name, noUdp);
    const coturn = ["turnserver", "-n", "--stun-only", "--no-cli", "--no-tls", "--no-dtls", "--pidfile=/dev/null"];
    const where = [`--listening-ip=${STUN_ADDRESS}`, "--listening-port=3478", "--log-file=stdout", "--verbose"];
    this.#stun = await Child.start([...prefixOf("between"), ...coturn, ...where], /UDP listener opened on/, 30_000);
  }

  /** Puts a machine behind a NAT, which has the address of this number outside. */
  async #hide(machine: Name, nat: Name, number: number): Promise<void> {
    await cable([nat, "outside", `198.51.100.${number}/24`], ["between", `port${number}`, null]);
    await inside("between", "link", "set", `port${number}`, "master", "switch");
    await cable([nat, "inside", `10.${number}.0.1/24`], [machine, "eth0", `10.${number}.0.2/24`]);
    await inside(machine, "route", "add", "default", "via", `10.${number}.0.1`);
    await run("ip", ["netns", "exec", fullName(nat), "sysctl", "-qw", "net.ipv4.ip_forward=1"]);
    await rules(nat, natRules);
  }
}

/** As those of namespaces.ts, which takes away what a run that was killed left. */
function fullName(name: Name): string {
  return `scenecast-${process.pid}-${900 + names.indexOf(name)}`;
}

function prefixOf(name: Name): readonly [string, ...string[]] {
  return ["ip", "netns", "exec", fullName(name)];
}

async function inside(name: Name, ...args: readonly string[]): Promise<void> {
  await ip("-n", fullName(name), ...args);
}

type End = readonly [name: Name, device: string, address: string | null];

async function cable(...ends: readonly [End, End]): Promise<void> {
  const [[one, device], [other, otherDevice]] = ends;
  const peer = ["peer", "name", otherDevice, "netns", fullName(other)];
  await ip("link", "add", device, "netns", fullName(one), "type", "veth", ...peer);
  for (const [name, at, address] of ends) {
    if (address !== null) await inside(name, "address", "add", address, "dev", at);
    await inside(name, "link", "set", at, "up");
  }
}

async function rules(name: Name, text: string): Promise<void> {
  await run("ip", ["netns", "exec", fullName(name), "nft", text]);
}
