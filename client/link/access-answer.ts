/** Owns what the server's answers at `access` mean. */

/**
 * `open`: we may come in; `locked`: not without a token; `refused`: not from a page of this site, and why; `unreachable`: the
 * server did not say.
 */
export type AccessAnswer =
  | { readonly kind: "open" }
  | { readonly kind: "locked" }
  | { readonly kind: "refused"; readonly sentence: string }
  | { readonly kind: "unreachable" };

/** Asks, and reads the answer. Never rejects. */
export async function answerOf(ask: () => Promise<Response>): Promise<AccessAnswer> {
  try {
    const response = await ask();
    const { status } = response;
    const refusal = status === 403 ? await refusalIn(response) : null;
    if (refusal !== null) return { kind: "refused", sentence: refusal };
    // 429: too many guesses came from this address.
    if (status === 401 || status === 403 || status === 429) return { kind: "locked" };
    return { kind: status < 500 ? "open" : "unreachable" };
  } catch {
    return { kind: "unreachable" };
  }
}

/** A key that was given in place of a cookie; null where the answer has none. */
export async function keyIn(
  response: Response,
): Promise<{ readonly key: string; readonly expiresSeconds: number } | null> {
  const { key, expiresSeconds } = await fieldsIn(response);
  return typeof key === "string" && typeof expiresSeconds === "number" ? { key, expiresSeconds } : null;
}

async function refusalIn(response: Response): Promise<string | null> {
  if (response.headers.get("Content-Type")?.includes("json") !== true) return null;
  const { code, message } = await fieldsIn(response);
  return code === "origin-refused" && typeof message === "string" ? message : null;
}

async function fieldsIn(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const value: unknown = await response.json().catch(() => null);
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
