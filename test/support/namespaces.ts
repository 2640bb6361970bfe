/**
 * Owns network namespaces: machines of their own within this one, a cable away, whose firewall tests may change. Linux, as
 * root, with iproute2 and nftables.
 */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { processExists } from "./processes.ts";

const run = promisify(execFile);
const PREFIX = "scenecast-";

/** In the namespace; nothing but what it says to itself is let through. */
const udpBlock = `table inet cut {
  chain incoming { type filter hook input priority 0; iifname "lo" accept; meta l4proto udp drop; }
  chain outgoing { type filter hook output priority 0; oifname "lo" accept; meta l4proto udp drop; }
}`;

let made = 0;

/** Whether namespaces can be made here. */
export function canMakeNamespaces(): boolean {
  return process.platform === "linux" && process.getuid?.() === 0;
}

export class NetworkNamespace {
  readonly name: string;
  /** Its address, which this machine reaches. */
  readonly address: string;
  #isUdpCut = false;

  /** Makes a namespace with an interface `eth0` that is joined to this machine. The caller closes it. */
  static async create(): Promise<NetworkNamespace> {
    await removeLeftovers();
    made += 1;
    const namespace = new NetworkNamespace(made);
    await namespace.#join();
    return namespace;
  }

  private constructor(number: number) {
    this.name = `${PREFIX}${process.pid}-${number}`;
    this.address = `10.213.${process.pid % 256}.${number * 4 + 2}`;
  }

  /** The words before a program that is to run in it; the program keeps the number of the process. */
  get prefix(): readonly [string, ...string[]] {
    return ["ip", "netns", "exec", this.name];
  }

  /** From now on no UDP comes in or gets out; TCP goes on. */
  async cutUdp(): Promise<void> {
    if (this.#isUdpCut) return;
    await this.#run("nft", udpBlock);
    this.#isUdpCut = true;
  }

  /** From now on no more than this leaves it, after a queue of 200 ms; `rate` as `tc` has it, like `2mbit`. */
  async limitRate(rate: string): Promise<void> {
    const bucket = ["rate", rate, "burst", "16kb", "latency", "200ms"];
    await run("tc", ["-n", this.name, "qdisc", "replace", "dev", "eth0", "root", "tbf", ...bucket]);
  }

  async restoreUdp(): Promise<void> {
    if (!this.#isUdpCut) return;
    await this.#run("nft", "delete table inet cut");
    this.#isUdpCut = false;
  }

  /** What runs in it must have ended. */
  async close(): Promise<void> {
    await run("ip", ["netns", "delete", this.name]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #join(): Promise<void> {
    // Programs take an interface for a real one by its name.
    const ours = `sc${process.pid}-${made}`;
    const gateway = this.address.replace(/\d+$/, (last) => String(Number(last) - 1));
    await run("ip", ["netns", "add", this.name]);
    await run("ip", ["link", "add", ours, "type", "veth", "peer", "name", "eth0", "netns", this.name]);
    await run("ip", ["address", "add", `${gateway}/30`, "dev", ours]);
    await run("ip", ["link", "set", ours, "up"]);
    const inside = ["-n", this.name];
    await run("ip", [...inside, "address", "add", `${this.address}/30`, "dev", "eth0"]);
    await run("ip", [...inside, "link", "set", "lo", "up"]);
    await run("ip", [...inside, "link", "set", "eth0", "up"]);
    await run("ip", [...inside, "route", "add", "default", "via", gateway]);
  }

  async #run(program: string, rules: string): Promise<void> {
    const [first, ...rest] = this.prefix;
    await run(first, [...rest, program, rules]);
  }
}

/** Those of test runs that were killed. */
async function removeLeftovers(): Promise<void> {
  const { stdout } = await run("ip", ["netns", "list"]);
  for (const [, name = "", pid = ""] of stdout.matchAll(new RegExp(`^(${PREFIX}(\\d+)-\\d+)`, "gm"))) {
    if (!processExists(Number(pid))) await run("ip", ["netns", "delete", name]).catch(() => undefined);
  }
}
