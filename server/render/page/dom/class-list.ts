/** Owns `element.classList`. Render thread. */

/** What has a class. */
type Classed = { className: string };

/** The words of an element's class. */
export class ClassList {
  readonly #element: Classed;

  constructor(element: Classed) {
    this.#element = element;
  }

  get #names(): string[] {
    return this.#element.className.split(/\s+/).filter(Boolean);
  }
  get length(): number {
    return this.#names.length;
  }
  get value(): string {
    return this.#element.className;
  }
  contains(name: string): boolean {
    return this.#names.includes(name);
  }
  item(index: number): string | null {
    return this.#names[index] ?? null;
  }
  add(...names: string[]): void {
    this.#element.className = [...new Set([...this.#names, ...names])].join(" ");
  }
  remove(...names: string[]): void {
    this.#element.className = this.#names.filter((name) => !names.includes(name)).join(" ");
  }
  toggle(name: string, force: boolean = !this.contains(name)): boolean {
    if (force) this.add(name);
    else this.remove(name);
    return force;
  }
  replace(old: string, name: string): boolean {
    if (!this.contains(old)) return false;
    this.#element.className = this.#names.map((one) => (one === old ? name : one)).join(" ");
    return true;
  }
  forEach(call: (name: string, index: number) => void): void {
    this.#names.forEach(call);
  }
  [Symbol.iterator](): IterableIterator<string> {
    return this.#names.values();
  }
  toString(): string {
    return this.value;
  }
}
