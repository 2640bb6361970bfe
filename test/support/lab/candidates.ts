/**
 * Owns what the laboratory changes in the signalling, so that video goes through its doors and by no other way. Pure.
 *
 * LN1 a candidate of the server that is UDP and IPv4 is told with the address and the port of the door that leads there.
 * LN2 its other candidates are not told.
 * LN3 no candidate of the viewer is told, so that the server's checks do not go around the laboratory; it answers to where the
 *     viewer's checks come from, which is the laboratory.
 */

import { isIPv4 } from "node:net";
import type { UdpTarget } from "./udp-relay.ts";

const candidate = /^((?:a=)?candidate:\S+ \d+ )(udp|tcp)( \d+ )(\S+) (\d+)( typ .*)$/i;

/** Gives the port of the door to a port of the server. */
export type DoorOf = (target: UdpTarget) => Promise<number>;

/** A message of the server as the viewer is to see it; null: not at all. Other text than signalling stays as it is. */
export async function toldToViewer(text: string, doorOf: DoorOf): Promise<string | null> {
  const message = objectOf(text);
  if (message?.["kind"] === "answer") {
    const lines = await linesThrough(String(message["sdp"]), doorOf);
    return JSON.stringify({ ...message, sdp: lines });
  }
  if (message?.["kind"] !== "candidate") return text;
  const found = message["candidate"] as { readonly candidate: string };
  const changed = await throughDoor(found.candidate, doorOf);
  return changed === null ? null : JSON.stringify({ ...message, candidate: { ...found, candidate: changed } });
}

/** A message of the viewer as the server is to see it; null: not at all. */
export function toldToServer(text: string): string | null {
  const message = objectOf(text);
  if (message?.["kind"] === "candidate") return null;
  if (message?.["kind"] !== "offer") return text;
  const lines = String(message["sdp"]).split("\r\n");
  return JSON.stringify({
    ...message,
    sdp: lines.filter((line) => !/^a=(candidate:|end-of-candidates)/.test(line)).join("\r\n"),
  });
}

async function linesThrough(sdp: string, doorOf: DoorOf): Promise<string> {
  const lines = await Promise.all(sdp.split("\r\n").map((line) => throughDoor(line, doorOf)));
  return lines.filter((line) => line !== null).join("\r\n");
}

/** Null for a candidate that is not told. */
async function throughDoor(line: string, doorOf: DoorOf): Promise<string | null> {
  const [, before, protocol, priority, address = "", port, after] = candidate.exec(line) ?? [];
  if (before === undefined) return line;
  if (protocol?.toLowerCase() !== "udp" || !isIPv4(address)) return null;
  const door = await doorOf({ address, port: Number(port) });
  return `${before}${protocol}${priority}127.0.0.1 ${door}${after}`;
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}
