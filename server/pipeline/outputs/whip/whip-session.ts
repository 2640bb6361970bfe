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
import { addressIn, refusalOf, turnServersOf, WhipRefusal } from "./whip-answer.ts";
import { type Ask, askOverNet, type WhipReply } from "./whip-request.ts";

const DEADLINE_MS = 10_000;
const DELETE_DEADLINE_MS = 1000;
const MAX_REDIRECTS = 5;
const MAX_ANSWER_BYTES = 64 * 1024;

export type WhipSession = {
  readonly answer: string;
  /** What is deleted at the end; null where the server did not say, or said what is none. */
  readonly place: WhipPlace | null;
  /** By which the server can be reached too. */
  readonly turnServers: readonly IceServer[];
};

/** Where a session lies; `isFromAfar`: a server of the internet says so (WN1). */
export type WhipPlace = { readonly url: URL; readonly isFromAfar: boolean };

type Target = Pick<WhipAddress, "endpoint" | "token">;
type Reply = { readonly reply: WhipReply; readonly at: WhipPlace };

/** How it is spoken; tests have their own. */
export type WhipSpeech = { readonly ask: Ask; readonly deadlineMs: number };

const usualSpeech: WhipSpeech = { ask: askOverNet, deadlineMs: DEADLINE_MS };

/** Begins a session. Rejects with `WhipRefusal`. */
export async function postOffer(
  target: Target,
  offer: string,
  { ask, deadlineMs }: WhipSpeech = usualSpeech,
): Promise<WhipSession> {
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    const { reply, at } = await follow(target, offer, { ask, signal });
    return await read(reply, at, { target, ask });
  } catch (error) {
    if (error instanceof WhipRefusal) throw error;
    throw new WhipRefusal(signal.aborted ? "no answer came" : socketWords(error), {});
  }
}

/** Ends a session, as far as a second allows. Never rejects. */
export async function deleteSession(
  target: Target,
  { url, isFromAfar }: WhipPlace,
  ask: Ask = askOverNet,
): Promise<void> {
  const signal = AbortSignal.timeout(DELETE_DEADLINE_MS);
  const headers = authorization(target, url);
  // At its own origin it is where the address of the output is, which who runs the server gave.
  const question = {
    url,
    method: "DELETE",
    headers,
    body: "",
    isFromAfar: isFromAfar && !isOrigin(target, url),
    signal,
  } as const;
  await ask(question).then(
    ({ body }) => body.destroy(),
    () => undefined,
  );
}

/** WI2, WN1 */
async function follow(
  target: Target,
  offer: string,
  { ask, signal }: { readonly ask: Ask; readonly signal: AbortSignal },
): Promise<Reply> {
  let url = new URL(target.endpoint);
  let isFromAfar = false;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const headers = { "Content-Type": "application/sdp", Accept: "application/sdp", ...authorization(target, url) };
    const question = { url, method: "POST", headers, body: offer, signal } as const;
    const reply = await ask({ ...question, isFromAfar: isFromAfar && !isOrigin(target, url) });
    isFromAfar ||= reply.isFromAfar;
    if (reply.status !== 307 && reply.status !== 308) return { reply, at: { url, isFromAfar } };
    reply.body.destroy();
    const next = addressIn(reply.headers.get("location"), url);
    if (next === null) {
      throw new WhipRefusal(`the server passes us on to where offers do not go (${reply.status})`, { isFinal: true });
    }
    url = next;
  }
  throw new WhipRefusal("the server passes us on again and again", { isFinal: true });
}

async function read(
  reply: WhipReply,
  { url, isFromAfar }: WhipPlace,
  { target, ask }: { readonly target: Target; readonly ask: Ask },
): Promise<WhipSession> {
  const { status, headers, body } = reply;
  if (status !== 201) {
    body.destroy();
    const tokenWas = target.token === null ? "none" : isOrigin(target, url) ? "sent" : "held back";
    throw refusalOf(reply, tokenWas);
  }
  const session = addressIn(headers.get("location"), url);
  const place = session === null ? null : { url: session, isFromAfar };
  try {
    return { answer: await readAnswer(reply), place, turnServers: turnServersOf(headers.get("link")) };
  } catch (error) {
    // It counts us as a sender by now.
    if (place !== null) void deleteSession(target, place, ask);
    throw error;
  }
}

/** WI3 */
async function readAnswer({ headers, body }: WhipReply): Promise<string> {
  if (!/^application\/sdp\s*(?:;|$)/i.test(headers.get("content-type") ?? "")) {
    body.destroy();
    throw new WhipRefusal("the server's answer is no session description", { isFinal: true });
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  // What is left of it is given up with the loop.
  for await (const chunk of body as AsyncIterable<Buffer>) {
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
