/** Owns localStorage and sessionStorage of a page: in memory, until the scene's process ends. Render thread. */

export class Storage {
  readonly #items = new Map<string, string>();

  get length(): number {
    return this.#items.size;
  }
  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.#items.get(String(key)) ?? null;
  }
  setItem(key: string, value: unknown): void {
    this.#items.set(String(key), String(value));
  }
  removeItem(key: string): void {
    this.#items.delete(String(key));
  }
  clear(): void {
    this.#items.clear();
  }
}

const handler: ProxyHandler<Storage> = {
  get(storage, name) {
    if (typeof name === "symbol" || name in storage) {
      const value: unknown = Reflect.get(storage, name);
      return typeof value === "function" ? value.bind(storage) : value;
    }
    return storage.getItem(name) ?? undefined;
  },
  set(storage, name, value) {
    if (typeof name === "string") storage.setItem(name, value);
    return true;
  },
  has: (storage, name) => name in storage || (typeof name === "string" && storage.getItem(name) !== null),
  deleteProperty(storage, name) {
    if (typeof name === "string") storage.removeItem(name);
    return true;
  },
  ownKeys: (storage) => Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? ""),
  getOwnPropertyDescriptor(storage, name) {
    const value = typeof name === "string" ? storage.getItem(name) : null;
    return value === null ? undefined : { value, writable: true, enumerable: true, configurable: true };
  },
};

/** An empty storage, whose items are properties, too. */
export function createStorage(): Storage {
  return new Proxy(new Storage(), handler);
}
