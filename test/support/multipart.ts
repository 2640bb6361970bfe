/** Reads `multipart/x-mixed-replace` as Chromium does: a part is there when the head of the next one has come. */

const head = "--picture\r\nContent-Type: image/jpeg\r\n\r\n";

export class MultipartReader {
  /** The bodies of the parts that came, with the time at which each was whole. */
  readonly parts: { readonly jpeg: Buffer; readonly at: number }[] = [];
  readonly done: Promise<void>;
  readonly #abort: AbortController;
  #unread = Buffer.alloc(0);

  static async open(url: URL): Promise<MultipartReader> {
    const abort = new AbortController();
    const response = await fetch(url, { signal: abort.signal });
    if (response.body === null || response.status !== 200) throw new Error(`${response.status}`);
    return new MultipartReader(response.body, abort);
  }

  private constructor(body: ReadableStream<Uint8Array>, abort: AbortController) {
    this.#abort = abort;
    this.done = this.#read(body).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.done;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Waits until there are `count` parts from now; rejects after `withinMs`. */
  async nextParts(count: number, withinMs: number = 30_000): Promise<void> {
    const wanted = this.parts.length + count;
    const until = performance.now() + withinMs;
    while (this.parts.length < wanted) {
      if (performance.now() > until) throw new Error(`${wanted - this.parts.length} of ${count} parts did not come.`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    for await (const chunk of body) {
      this.#unread = Buffer.concat([this.#unread, chunk]);
      for (let end = this.#unread.indexOf(head); end >= 0; end = this.#unread.indexOf(head)) {
        // Nothing stands before the first head.
        if (end > 0) this.parts.push({ jpeg: this.#unread.subarray(0, end - 2), at: performance.now() });
        this.#unread = this.#unread.subarray(end + head.length);
      }
    }
  }
}
