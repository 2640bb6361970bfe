/** Owns the options about the stream for players by HTTP (HLS). */

import { boolean, fieldsOf, isPath, optionalText } from "../platform/option-checks.ts";

/** The stream for large audiences, `/hls/master.m3u8`, which `/watch` plays. */
export type HlsOptions = {
  /** Whether who may watch may have it; while somebody does it takes three encoders more. Default true. */
  readonly enabled?: boolean;
  /**
   * A folder in which the stream of the shared room is kept as files from the start, for a server of files or a CDN: `master.m3u8`, and
   * what it names. It is made; a server that cannot write there does not start (`StreamError` "output-failed"). Old segments in it are
   * removed. Of a server with several scenes or private rooms there is none. Default: none.
   */
  readonly folder?: string;
};

export type ResolvedHls = { readonly enabled: boolean; readonly folder: string | null };

/** `hasOneRoom`: whether there is a shared room of the only scene. Throws `TypeError` naming the option and its rule. */
export function resolveHls(value: unknown, hasOneRoom: boolean): ResolvedHls {
  const name = "options.hls";
  const fields = fieldsOf(name, value, ["enabled", "folder"]);
  const folder = optionalText(`${name}.folder`, fields["folder"], "a path", isPath);
  if (folder !== null && !hasOneRoom) {
    throw new TypeError(`${name}.folder must be left out with several scenes and with private rooms.`);
  }
  return { enabled: boolean(`${name}.enabled`, fields["enabled"] ?? true), folder };
}
