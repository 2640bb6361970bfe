/** Owns the flags of the command line about who reaches the server and how, and what they mean as options. */

import type { AccessOptions, HttpOptions, IceOptions, ShareOptions } from "../options/network-options.ts";

export const networkFlags = {
  "base-path": { type: "string" },
  "trust-proxy": { type: "string" },
  "allowed-host": { type: "string", multiple: true },
  "allowed-origin": { type: "string", multiple: true },
  "frame-ancestor": { type: "string", multiple: true },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  token: { type: "string" },
  "no-token": { type: "boolean" },
  share: { type: "boolean" },
  "ngrok-token": { type: "string" },
  "ngrok-domain": { type: "string" },
  stun: { type: "string", multiple: true },
  turn: { type: "string", multiple: true },
  "turn-username": { type: "string" },
  "turn-password": { type: "string" },
  "turn-secret": { type: "string" },
  "turn-ttl": { type: "string" },
  "ice-ports": { type: "string" },
  "public-ip": { type: "string" },
  "ice-policy": { type: "string" },
} as const;

export const networkHelp = `Who may watch:
  --token <token>           what makes a host; random with --share or where others reach --host. Others show it or
                            a link that was made with it: see scenecast link --help
  --no-token                let everybody in who reaches the server
  --share                   a public link through ngrok, with a QR code
  --ngrok-token <token>     the authtoken of an ngrok account
  --ngrok-domain <domain>   a domain of that account

Behind a proxy, or with TLS:
  --base-path <path>        the path under which a proxy mounts the server
  --trust-proxy <which>     believe X-Forwarded-* of loopback, of addresses and subnets, or of so many proxies
  --allowed-host <name>     answer to this host name too (repeat for more)
  --allowed-origin <origin> let pages of this origin open viewers (repeat for more)
  --frame-ancestor <origin> let pages of this origin show ours in a frame (repeat for more)
  --tls-cert, --tls-key <file>   a certificate and its key; serves https

WebRTC:
  --stun <url>              stun:host:port (repeat for more)
  --turn <url>              turn:host:port?transport=udp, …=tcp or turns:host:port (repeat for more)
  --turn-username, --turn-password <text>   for the TURN servers; or
  --turn-secret <secret>    what passwords for viewers are made from, good for --turn-ttl <seconds>, 86400
  --ice-ports <range>       50000-50100; the UDP ports for video
  --public-ip <address>     where viewers reach this machine, where that is not its own address
  --ice-policy <policy>     all, or relay to go through the TURN server only

Environment: SCENECAST_TOKEN, NGROK_AUTHTOKEN and TURN_SECRET stand for --token, --ngrok-token and --turn-secret.
`;

/** The name on the command line of each of these options. */
export const networkOptionNames: readonly (readonly [option: string, flag: string])[] = [
  ["options.http.basePath", "--base-path"],
  ["options.http.trustProxy", "--trust-proxy"],
  ["Each of options.http.allowedHosts", "--allowed-host"],
  ["Each of options.http.allowedOrigins", "--allowed-origin"],
  ["Each of options.http.frameAncestors", "--frame-ancestor"],
  ["options.http.tls.cert", "--tls-cert"],
  ["options.http.tls.key", "--tls-key"],
  ["options.access.token", "--token"],
  ["options.share.ngrokToken", "--ngrok-token"],
  ["options.share.ngrokDomain", "--ngrok-domain"],
  ["Each of options.ice.stun", "--stun"],
  ["Each of options.ice.turn", "--turn"],
  [
    "options.ice.turn needs turnUsername and turnPassword, or turnSecret.",
    "--turn needs --turn-username and --turn-password, or --turn-secret.",
  ],
  [
    "options.ice.turnSecret does not go with turnUsername and turnPassword.",
    "--turn-secret does not go with --turn-username and --turn-password.",
  ],
  ["options.ice.turnUsername and turnPassword", "--turn-username and --turn-password"],
  ["options.ice.turnUsername", "--turn-username"],
  ["options.ice.turnPassword", "--turn-password"],
  ["options.ice.turnSecret", "--turn-secret"],
  ["options.ice.turnTtlSeconds", "--turn-ttl"],
  ["options.ice.ports", "--ice-ports"],
  ["options.ice.publicIp", "--public-ip"],
  ["options.ice.policy can be relay only with a TURN server in options.ice.turn.", "--ice-policy relay needs --turn."],
  ["options.ice.policy", "--ice-policy"],
];

type Values = {
  readonly [Name in keyof typeof networkFlags]?: (typeof networkFlags)[Name] extends { readonly multiple: true }
    ? string[]
    : (typeof networkFlags)[Name]["type"] extends "boolean"
      ? boolean
      : string;
};

export type NetworkArguments = {
  readonly http: Omit<HttpOptions, "port" | "host">;
  readonly access: AccessOptions;
  readonly share: false | ShareOptions;
  readonly ice: IceOptions;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the flags. Throws `TypeError` with a line for people where two of them do not go together. */
export function readNetworkFlags(values: Values, environment: Environment): NetworkArguments {
  return {
    http: httpOf(values),
    access: accessOf(values, environment),
    share: shareOf(values, environment),
    ice: iceOf(values, environment),
  };
}

function httpOf(values: Values): NetworkArguments["http"] {
  const { "tls-cert": cert, "tls-key": key } = values;
  if ((cert === undefined) !== (key === undefined)) throw new TypeError("--tls-cert and --tls-key go together.");
  const trusted = values["trust-proxy"];
  return given({
    basePath: values["base-path"],
    trustProxy: trusted !== undefined && /^\d+$/.test(trusted) ? Number(trusted) : trusted,
    allowedHosts: values["allowed-host"],
    allowedOrigins: values["allowed-origin"],
    frameAncestors: values["frame-ancestor"],
    tls: cert === undefined || key === undefined ? undefined : { cert, key },
  });
}

function accessOf(values: Values, environment: Environment): AccessOptions {
  if (values["no-token"] !== true) return given({ token: values.token ?? nonEmpty(environment["SCENECAST_TOKEN"]) });
  if (values.token !== undefined) throw new TypeError("--token and --no-token do not go together.");
  return { token: null };
}

function shareOf(values: Values, environment: Environment): false | ShareOptions {
  if (values.share === true) {
    const ngrokToken = values["ngrok-token"] ?? nonEmpty(environment["NGROK_AUTHTOKEN"]);
    return given({ ngrokToken, ngrokDomain: values["ngrok-domain"] });
  }
  if (values["ngrok-token"] !== undefined || values["ngrok-domain"] !== undefined) {
    throw new TypeError("--ngrok-token and --ngrok-domain are of use with --share only.");
  }
  return false;
}

function iceOf(values: Values, environment: Environment): IceOptions {
  const isStatic = values["turn-username"] !== undefined || values["turn-password"] !== undefined;
  const secret = values["turn-secret"] ?? (isStatic ? undefined : nonEmpty(environment["TURN_SECRET"]));
  return given({
    stun: values.stun,
    turn: values.turn,
    turnUsername: values["turn-username"],
    turnPassword: values["turn-password"],
    turnSecret: secret,
    turnTtlSeconds: values["turn-ttl"] === undefined ? undefined : Number(values["turn-ttl"]),
    ports: values["ice-ports"] === undefined ? undefined : portsOf(values["ice-ports"]),
    publicIp: values["public-ip"],
    // Checked with the other options, where the list is.
    policy: values["ice-policy"] as "all" | undefined,
  });
}

function portsOf(text: string): [number, number] {
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  if (first === undefined || last === undefined) throw new TypeError("--ice-ports must be written like 50000-50100.");
  return [Number(first), Number(last)];
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** The fields that are there. */
function given<Fields extends object>(fields: Fields): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: Exclude<Fields[Key], undefined>;
  };
}
