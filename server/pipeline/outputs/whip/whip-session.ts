/**
 * Owns what is said to a WHIP endpoint over HTTP (RFC 9725): the offer is posted, the answer taken, the session deleted. In the scene's
 * process.
 *
 * WI1 The token goes to the origin of the address alone: neither to where that passes us on, nor to a session that lies elsewhere.
 * WI2 Passed on, by 307 and 308 alone, an offer goes five times at most, and never from HTTPS to HTTP.
 * WI3 Whatever a server answers, it is waited for ten seconds at most, and of its body no more than 64 KiB is read.
 */

import type { IceServer } from "../../../../shared/signaling.ts";
import { socketWords } from "../../../encode/mux/stream-link.ts";
import type { WhipAddress } from "../../../platform/whip-address.ts";
import { refusalOf, turnServersOf, WhipRefusal } from "./whip-answer.ts";

const DEADLINE_MS = 10_000;
const DELETE_DEADLINE_MS = 1000;
const MAX_REDIRECTS = 5;
const MAX_ANSWER_BYTES = 64 * 1024;

export type WhipSession = {
  readonly answer: string;
  /** What is deleted at the end; null where the server did not say. */
  readonly url: URL | null;
  /** By which the server can be reached too. */
  readonly turnServers: readonly IceServer[];
};

type Target = Pick<WhipAddress, "endpoint" | "token">;
type Reply = { readonly response: Response; readonly url: URL };

/** Begins a session. Rejects with `WhipRefusal`. */
export async function postOffer(target: Target, offer: string, deadlineMs: number = DEADLINE_MS): Promise<WhipSession> {
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    const { response, url } = await follow(target, { method: "POST", body: offer, signal });
    return await read(response, url, target);
  } catch (error) {
    if (error instanceof WhipRefusal) throw error;
    throw new WhipRefusal(signal.aborted ? "no answer came" : networkWords(error), {});
  }
}

/** Ends a session, as far as a second allows. Never rejects. */
export async function deleteSession(target: Target, url: URL): Promise<void> {
  const signal = AbortSignal.timeout(DELETE_DEADLINE_MS);
  const init = { method: "DELETE", headers: authorization(target, url), redirect: "manual", signal } as const;
  await fetch(url, init).then(
    (response) => discard(response),
    () => undefined,
  );
}

/** WI2 */
async function follow(target: Target, init: RequestInit): Promise<Reply> {
  let url = new URL(target.endpoint);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const headers = { "Content-Type": "application/sdp", Accept: "application/sdp", ...authorization(target, url) };
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    if (response.status !== 307 && response.status !== 308) return { response, url };
    await discard(response);
    const next = URL.parse(response.headers.get("location") ?? "", url.href);
    if (next === null || !isSafe(next, url)) {
      throw new WhipRefusal(`the server passes us on to where offers do not go (${response.status})`, {
        isFinal: true,
      });
    }
    url = next;
  }
  throw new WhipRefusal("the server passes us on again and again", { isFinal: true });
}

async function read(response: Response, url: URL, target: Target): Promise<WhipSession> {
  if (response.status !== 201) {
    await discard(response);
    const tokenWas = target.token === null ? "none" : isOrigin(target, url) ? "sent" : "held back";
    throw refusalOf(response, tokenWas);
  }
  const location = response.headers.get("location");
  const sessionUrl = location === null ? null : URL.parse(location, url.href);
  const session = sessionUrl !== null && isSafe(sessionUrl, url) ? sessionUrl : null;
  try {
    const answer = await readAnswer(response);
    return { answer, url: session, turnServers: turnServersOf(response.headers.get("link")) };
  } catch (error) {
    // It counts us as a sender by now.
    if (session !== null) void deleteSession(target, session);
    throw error;
  }
}

/** WI3 */
async function readAnswer(response: Response): Promise<string> {
  if (!/^application\/sdp\s*(?:;|$)/i.test(response.headers.get("content-type") ?? "")) {
    await discard(response);
    throw new WhipRefusal("the server's answer is no session description", { isFinal: true });
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // What is left of it is given up with the loop.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new WhipRefusal("the server's answer is too long", { isFinal: true });
    chunks.push(chunk);
  }
  const answer = Buffer.concat(chunks).toString();
  if (answer.startsWith("v=0")) return answer;
  throw new WhipRefusal("the server's answer is no session description", { isFinal: true });
}

/** WI1 */
function authorization(target: Target, url: URL): Record<string, string> {
  return target.token === null || !isOrigin(target, url) ? {} : { Authorization: `Bearer ${target.token}` };
}

function isOrigin({ endpoint }: Target, { origin }: URL): boolean {
  return new URL(endpoint).origin === origin;
}

function isSafe(next: URL, { protocol }: URL): boolean {
  const isHttp = next.protocol === "https:" || (next.protocol === "http:" && protocol === "http:");
  return isHttp && next.username === "" && next.password === "";
}

/** Gives the connection back without what is on its way. */
async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

function networkWords(error: unknown): string {
  return socketWords(error instanceof Error && error.cause instanceof Error ? error.cause : error);
}
