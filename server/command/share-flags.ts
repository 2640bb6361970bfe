/** Owns the flags of the command line about the share link, and what they mean as options. Pure. */

import type { ShareOptions } from "../options/network-options.ts";
import { amountOf, type Environment, type FlagValues, given, nonEmpty, type OptionNames } from "./flag-values.ts";

export const shareFlags = {
  share: { type: "boolean" },
  "share-command": { type: "string" },
  "share-url": { type: "string" },
  "share-bitrate": { type: "string" },
  "share-allowance": { type: "string" },
  "ngrok-token": { type: "string" },
  "ngrok-domain": { type: "string" },
} as const;

export const shareHelp = `  --share                   open a public link through ngrok and show its QR code
  --share-command <command> the same through another program, which prints the public address and needs no account
                            perhaps: --share-command "cloudflared tunnel --url {url}"; {port} stands for the port alone
  --share-url <address>     the public address, where that program prints none
  --share-bitrate <bits/s>  1M with ngrok; at most this much through the tunnel for each viewer; none for as elsewhere
  --share-allowance <bytes> 1G with ngrok; what may leave by the tunnel in a month, of which hosts are warned; none
  --ngrok-token <token>     the authtoken of an ngrok account
  --ngrok-domain <domain>   a domain of that account
`;

/** The name on the command line of each of these options. */
export const shareOptionNames: OptionNames = [
  [
    "options.share.command cannot be combined with ngrokToken and ngrokDomain.",
    "--share-command cannot be combined with --ngrok-token and --ngrok-domain.",
  ],
  ["options.share.command", "--share-command"],
  ["options.share.url", "--share-url"],
  ["options.share.bitrateBps", "--share-bitrate"],
  ["options.share.monthlyBytes", "--share-allowance"],
  ["options.share.ngrokToken", "--ngrok-token"],
  ["options.share.ngrokDomain", "--ngrok-domain"],
];

type Values = FlagValues<typeof shareFlags>;

const ofShareAlone = ["share-url", "share-bitrate", "share-allowance", "ngrok-token", "ngrok-domain"] as const;

/** Reads the flags. Throws `TypeError` with a line for people where two of them do not go together. */
export function readShareFlags(values: Values, environment: Environment): false | ShareOptions {
  const command = values["share-command"];
  if (values.share !== true && command === undefined) {
    const stray = ofShareAlone.find((name) => values[name] !== undefined);
    if (stray === undefined) return false;
    throw new TypeError(`--${stray} only works together with --share or --share-command.`);
  }
  if (values["share-url"] !== undefined && command === undefined) {
    throw new TypeError("--share-url only works together with --share-command.");
  }
  const fromEnvironment = command === undefined ? nonEmpty(environment["NGROK_AUTHTOKEN"]) : undefined;
  return given({
    command,
    url: values["share-url"],
    bitrateBps: boundOf(values["share-bitrate"], "--share-bitrate"),
    monthlyBytes: boundOf(values["share-allowance"], "--share-allowance"),
    ngrokToken: values["ngrok-token"] ?? fromEnvironment,
    ngrokDomain: values["ngrok-domain"],
  });
}

function boundOf(text: string | undefined, flag: string): number | null | undefined {
  return text === undefined ? undefined : text === "none" ? null : amountOf(text, flag);
}
