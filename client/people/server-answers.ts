/** Owns asking the server for what hosts do by plain HTTP, and its refusals in its own words. */

import { sentenceOf } from "./links.ts";

export type Ask = (url: URL, request: RequestInit) => Promise<Response>;

/** Rejects with an `Error` in the server's words where it refuses, and in ours where it is not reached. */
export async function answerTo(ask: Ask, url: URL, request: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await ask(url, { ...request, cache: "no-store" });
  } catch (cause) {
    throw new Error("The server could not be reached.", { cause });
  }
  if (response.ok) return response;
  throw new Error(sentenceOf(await response.text()) ?? `The server answered ${response.status}.`);
}

/** A request with a body of JSON. */
export function posting(body: unknown): RequestInit {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}
