/** Owns why a request is not answered: what who asks is told, and what the log is told. */

export type Refusal = {
  readonly status: 401 | 403 | 429 | 500;
  readonly sentence: string;
  /** Follows "Refused …" in the log, and names nothing secret. */
  readonly reason: string;
  /** Whether it goes on being asked, so that the log is told once. */
  readonly isToldOnce?: boolean;
  readonly headers: Readonly<Record<string, string>>;
};

export function isRefusal(value: object): value is Refusal {
  return "status" in value && "sentence" in value && "reason" in value;
}

const MAX_ORIGIN_LENGTH = 100;

const noStore = { "Cache-Control": "no-store" };
const bearer = { "WWW-Authenticate": 'Bearer realm="scenecast"', ...noStore };

type RefusalName = "wantsToken" | "wrongToken" | "linkEnded" | "otherRoom" | "tooOften" | "turnedAway" | "otherHost";

export const refusals: Readonly<Record<RefusalName, Refusal>> = {
  wantsToken: {
    status: 401,
    sentence: "You need the server's token, or a link made with it.",
    reason: "a request without the token",
    headers: bearer,
  },
  wrongToken: { status: 401, sentence: "The token is wrong.", reason: "a wrong token", headers: bearer },
  linkEnded: {
    status: 401,
    sentence: "This link has expired or was revoked.",
    reason: "a link that has expired or was revoked",
    headers: bearer,
  },
  otherRoom: {
    status: 403,
    sentence: "This link is for another room.",
    reason: "a link for another room",
    headers: noStore,
  },
  tooOften: {
    status: 429,
    sentence: "Too many wrong tokens were sent from your address. Try again in a second.",
    reason: "a token after too many wrong ones",
    headers: { "Retry-After": "1", ...noStore },
  },
  // How to get in, only the application knows, so no scheme is named.
  turnedAway: {
    status: 401,
    sentence: "You are not allowed in.",
    reason: "somebody whom options.access.authenticate does not know",
    headers: noStore,
  },
  otherHost: {
    status: 403,
    sentence: "This server does not answer to that host name.",
    reason: "a request for another host",
    headers: {},
  },
};

/** For a page of `origin`, as the browser says it. */
export function otherSite(origin: string): Refusal {
  const site = URL.parse(origin)?.origin ?? "null";
  const name = site === "null" || site.length > MAX_ORIGIN_LENGTH ? "https://…" : site;
  const option = `--allowed-origin ${name} (http.allowedOrigins)`;
  return {
    status: 403,
    sentence: `Pages of ${name} may not use this server. It has to be started with ${option}.`,
    reason: `a page of ${name}, which ${option} would let in`,
    isToldOnce: true,
    headers: {},
  };
}

/** For when it could not be found out who asks; `cause` is what was thrown. */
export function unidentified(cause: unknown): Refusal {
  const message = cause instanceof Error ? cause.message : String(cause);
  // It may quote what came from outside.
  const words = message.slice(0, 200).replaceAll(/[^\x20-\x7e]/g, "?");
  return {
    status: 500,
    sentence: "The server could not find out who you are.",
    reason: `somebody, because options.access.authenticate failed: ${words}`,
    headers: noStore,
  };
}
