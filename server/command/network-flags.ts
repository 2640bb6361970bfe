/** Owns the flags of the command line about who reaches the server and how, and what they mean as options. */

import type { AccessOptions, HttpOptions, IceOptions } from "../options/network-options.ts";
import { type Environment, type FlagValues, given, nonEmpty, type OptionNames } from "./flag-values.ts";
import { shareHelp } from "./share-flags.ts";

export const networkFlags = {
  "base-path": { type: "string" },
  "public-url": { type: "string" },
  "trust-proxy": { type: "string" },
  "allowed-host": { type: "string", multiple: true },
  "allowed-origin": { type: "string", multiple: true },
  "frame-ancestor": { type: "string", multiple: true },
  "frame-driver": { type: "string", multiple: true },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  token: { type: "string" },
  "no-token": { type: "boolean" },
  stun: { type: "string", multiple: true },
  "no-stun": { type: "boolean" },
  turn: { type: "string", multiple: true },
  "turn-username": { type: "string" },
  "turn-password": { type: "string" },
  "turn-secret": { type: "string" },
  "turn-ttl": { type: "string" },
  "ice-ports": { type: "string" },
  "public-ip": { type: "string" },
  "ice-policy": { type: "string" },
} as const;

export const networkHelp: string = `Who may watch:
  --token <token>           the secret that makes its holder a host; random with --share or --public-url, or where others
                            can reach --host. Everybody else needs a link that was made with it: see scenecast link
                            --help
  --no-token                let in everybody who can reach the server
${shareHelp}
Behind a proxy, or with TLS:
  --base-path <path>        the path under which a proxy serves this server
  --public-url <url>        the address at which others reach the page, if the server cannot know it: links are made for it
  --trust-proxy <which>     trust X-Forwarded-* from loopback, from addresses and subnets, or from this many proxies
  --allowed-host <name>     also answer to this host name (repeat for more)
  --allowed-origin <origin> let pages from this origin open viewers (repeat for more)
  --frame-ancestor <origin> let pages from this origin show ours in a frame (repeat for more)
  --frame-driver <origin>   let them set its controls, send messages and take pictures there, too (repeat for more)
  --tls-cert, --tls-key <file>   a certificate and its key, to serve https

WebRTC:
  --stun <url>              stun:host:port (repeat for more); with --share two public ones, else none
  --no-stun                 ask none with --share either: video then takes the tunnel
  --turn <url>              turn:host:port?transport=udp, …=tcp or turns:host:port (repeat for more)
  --turn-username, --turn-password <text>   for the TURN servers; or
  --turn-secret <secret>    makes each viewer a password of its own, good for --turn-ttl <seconds>, 86400
  --ice-ports <range>       the UDP ports for video, like 50000-50100; any
  --public-ip <address>     the address at which viewers reach this machine, if it is not its own
  --ice-policy <policy>     all; relay sends video through the TURN server only

Environment: SCENECAST_TOKEN, NGROK_AUTHTOKEN and TURN_SECRET stand for --token, --ngrok-token and --turn-secret.
SCENECAST_GL_BACKEND, vulkan or opengl, keeps the server from trying the other way to OpenGL.
`;

/** The name on the command line of each of these options. */
export const networkOptionNames: OptionNames = [
  ["options.http.basePath", "--base-path"],
  ["options.http.publicUrl", "--public-url"],
  ["options.http.trustProxy", "--trust-proxy"],
  ["Each of options.http.allowedHosts", "--allowed-host"],
  ["Each of options.http.allowedOrigins", "--allowed-origin"],
  ["Each of options.http.frameAncestors", "--frame-ancestor"],
  ["Each of options.http.frameDrivers", "--frame-driver"],
  ["options.http.tls.cert", "--tls-cert"],
  ["options.http.tls.key", "--tls-key"],
  ["options.access.token", "--token"],
  ["Each of options.ice.stun", "--stun"],
  ["Each of options.ice.turn", "--turn"],
  [
    "options.ice.turn needs turnUsername and turnPassword, or turnSecret.",
    "--turn needs --turn-username and --turn-password, or --turn-secret.",
  ],
  [
    "options.ice.turnSecret cannot be combined with turnUsername and turnPassword.",
    "--turn-secret cannot be combined with --turn-username and --turn-password.",
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

type Values = FlagValues<typeof networkFlags>;

export type NetworkArguments = {
  readonly http: Omit<HttpOptions, "port" | "host">;
  readonly access: AccessOptions;
  readonly ice: IceOptions;
};

/** Reads the flags. Throws `TypeError` with a line for people where two of them do not go together. */
export function readNetworkFlags(values: Values, environment: Environment): NetworkArguments {
  return {
    http: httpOf(values),
    access: accessOf(values, environment),
    ice: iceOf(values, environment),
  };
}

function httpOf(values: Values): NetworkArguments["http"] {
  const { "tls-cert": cert, "tls-key": key } = values;
  if ((cert === undefined) !== (key === undefined))
    throw new TypeError("--tls-cert and --tls-key must be given together.");
  const trusted = values["trust-proxy"];
  return given({
    basePath: values["base-path"],
    publicUrl: values["public-url"],
    trustProxy: trusted !== undefined && /^\d+$/.test(trusted) ? Number(trusted) : trusted,
    allowedHosts: values["allowed-host"],
    allowedOrigins: values["allowed-origin"],
    frameAncestors: values["frame-ancestor"],
    frameDrivers: values["frame-driver"],
    tls: cert === undefined || key === undefined ? undefined : { cert, key },
  });
}

function accessOf(values: Values, environment: Environment): AccessOptions {
  if (values["no-token"] !== true) return given({ token: values.token ?? nonEmpty(environment["SCENECAST_TOKEN"]) });
  if (values.token !== undefined) throw new TypeError("--token and --no-token cannot be used together.");
  return { token: null };
}

function iceOf(values: Values, environment: Environment): IceOptions {
  const isStatic = values["turn-username"] !== undefined || values["turn-password"] !== undefined;
  const secret = values["turn-secret"] ?? (isStatic ? undefined : nonEmpty(environment["TURN_SECRET"]));
  if (values["no-stun"] === true && values.stun !== undefined) {
    throw new TypeError("--stun and --no-stun cannot be used together.");
  }
  return given({
    stun: values["no-stun"] === true ? [] : values.stun,
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
