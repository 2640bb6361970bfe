/** Owns which tunnel a share link goes through, by the options. */

import { basename } from "node:path";
import type { ResolvedShare } from "../options/network-options.ts";
import { CommandTunnel } from "./command-tunnel.ts";
import type { PublicTunnel } from "./public-tunnel.ts";
import { Tunnel, type TunnelOptions } from "./tunnel.ts";

/** What tests replace. */
export type TunnelParts = Pick<TunnelOptions, "load" | "retryMs">;

/** A tunnel to `target`, the address of the server on this machine without a path. Not open yet. */
export function tunnelOf({ way }: ResolvedShare, target: string, { load, retryMs }: TunnelParts): PublicTunnel {
  const retry = retryMs === undefined ? {} : { retryMs };
  if (way.kind === "ngrok") return new Tunnel({ ...way, target, ...retry, ...(load === undefined ? {} : { load }) });
  return new CommandTunnel({ ...way, target, ...retry });
}

/** Whose tunnel it is, for a count of its own. */
export function tunnelName({ way }: ResolvedShare): string {
  return way.kind === "ngrok" ? "ngrok" : basename(way.words[0] ?? "");
}
