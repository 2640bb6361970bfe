/** Owns showing the server the token of a share link: exchanged once for a cookie that scripts cannot read. */

/** `open`: we may come in; `locked`: not without a token; `unreachable`: the server did not say. */
export type AccessAnswer = "open" | "locked" | "unreachable";

export class Access {
  readonly #url: () => URL;
  #token: string | null;

  /** `url` gives where `access` is now. */
  constructor(url: () => URL, token: string | null) {
    this.#url = url;
    this.#token = token;
  }

  /** Whether there is a token that the server has not seen yet. */
  get hasToken(): boolean {
    return this.#token !== null;
  }

  /** Shows the server the token of the options, or asks whether it wants one. */
  async enter(): Promise<AccessAnswer> {
    return this.#token === null ? await this.#ask({ method: "GET" }) : await this.show(this.#token);
  }

  /** Shows the server a token. */
  async show(token: string): Promise<AccessAnswer> {
    this.#token = token;
    const headers = { "Content-Type": "application/json" };
    const answer = await this.#ask({ method: "POST", headers, body: JSON.stringify({ token }) });
    if (answer !== "unreachable") this.#token = null;
    return answer;
  }

  async #ask(request: RequestInit): Promise<AccessAnswer> {
    try {
      const { status } = await fetch(this.#url(), { ...request, cache: "no-store" });
      // 429: too many guesses came from this address.
      if (status === 401 || status === 403 || status === 429) return "locked";
      return status < 500 ? "open" : "unreachable";
    } catch {
      return "unreachable";
    }
  }
}
