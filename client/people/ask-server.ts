/** Owns asking the server over HTTP: what it refuses is an `Error` in its words, as is what cannot be understood. */

export type Ask = (url: URL, request: RequestInit) => Promise<Response>;
export type Fields = Readonly<Record<string, unknown>>;

/** Rejects with an `Error` where the server cannot be reached, or refuses. */
export async function askServer(ask: Ask, url: URL, request: RequestInit): Promise<Response> {
  const response = await ask(url, { ...request, cache: "no-store" }).catch((cause: unknown) => {
    throw new Error("The server could not be reached.", { cause });
  });
  if (response.ok) return response;
  throw new Error(sentenceOf(await response.text()) ?? `The server answered ${response.status}.`);
}

/** A request that carries JSON. */
export function posted(value: unknown): RequestInit {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}

/** What a refusal says, in plain text; null where it says nothing that fits on a line. */
export function sentenceOf(body: string): string | null {
  const text = body.trim();
  return text === "" || text.length > 300 || text.startsWith("<") ? null : text;
}

/** The list of this name in an answer. Throws `Error` where there is none. */
export async function listIn(answer: Response, name: string): Promise<Fields[]> {
  const list = fieldsOf(await answer.json())[name];
  if (!Array.isArray(list)) throw notUnderstood();
  return list.map(fieldsOf);
}

export function notUnderstood(): Error {
  return new Error("The server's answer could not be understood.");
}

export function fieldsOf(value: unknown): Fields {
  return (typeof value === "object" && value !== null ? value : {}) as Fields;
}
