/** Owns the UDP ports that video may take: each is lent to one socket at a time, in turn. Pure. */

export class PortPool {
  readonly #first: number;
  readonly #last: number;
  readonly #lent = new Set<number>();
  #next: number;

  constructor({ first, last }: { readonly first: number; readonly last: number }) {
    this.#first = first;
    this.#last = last;
    this.#next = first;
  }

  /** Lends a port; null when all are lent. In turn, so that one that another program holds is not tried again at once. */
  take(): number | null {
    if (this.#lent.size > this.#last - this.#first) return null;
    while (this.#lent.has(this.#next)) this.#advance();
    const port = this.#next;
    this.#lent.add(port);
    this.#advance();
    return port;
  }

  giveBack(port: number): void {
    this.#lent.delete(port);
  }

  #advance(): void {
    this.#next = this.#next === this.#last ? this.#first : this.#next + 1;
  }
}
