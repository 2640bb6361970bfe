/** Owns what `element.style` is: CSS properties by either spelling, as text. Nothing is laid out by them. Render thread. */

/** A CSSStyleDeclaration. Any property can be read (empty when it is not set) and set. */
export type StyleDeclaration = Record<string, string> & {
  readonly length: number;
  cssText: string;
  getPropertyValue(name: string): string;
  getPropertyPriority(name: string): string;
  setProperty(name: string, value: unknown, priority?: string): void;
  removeProperty(name: string): string;
  item(index: number): string;
};

class Declaration {
  readonly values = new Map<string, string>();
  readonly #changed: (name: string, value: string) => void;

  constructor(changed: (name: string, value: string) => void) {
    this.#changed = changed;
  }

  get length(): number {
    return this.values.size;
  }

  get cssText(): string {
    return [...this.values].map(([name, value]) => `${name}: ${value};`).join(" ");
  }

  set cssText(text: string) {
    for (const name of [...this.values.keys()]) this.removeProperty(name);
    for (const [name, value] of declarationsOf(text)) this.setProperty(name, value);
  }

  getPropertyValue(name: string): string {
    return this.values.get(hyphenated(name)) ?? "";
  }

  getPropertyPriority(): string {
    return "";
  }

  setProperty(name: string, value: unknown): void {
    const text = value === null || value === undefined ? "" : String(value);
    const key = hyphenated(name);
    if (text === (this.values.get(key) ?? "")) return;
    if (text === "") this.values.delete(key);
    else this.values.set(key, text);
    this.#changed(key, text);
  }

  removeProperty(name: string): string {
    const before = this.getPropertyValue(name);
    this.setProperty(name, "");
    return before;
  }

  item(index: number): string {
    return [...this.values.keys()][index] ?? "";
  }
}

const handler: ProxyHandler<Declaration> = {
  get(target, name) {
    if (typeof name === "symbol" || name in target) {
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    }
    return /^\d+$/.test(name) ? target.item(Number(name)) : target.getPropertyValue(name);
  },
  set(target, name, value) {
    if (name === "cssText") target.cssText = String(value);
    else if (typeof name === "string") target.setProperty(name, value);
    return true;
  },
  deleteProperty(target, name) {
    if (typeof name === "string") target.removeProperty(name);
    return true;
  },
  has: (target, name) => name in target || (typeof name === "string" && /^[a-z-]+$/i.test(name)),
};

/** Makes a declaration. `changed` is told of each property that is set or taken away, in its hyphenated spelling. */
export function styleDeclaration(changed: (name: string, value: string) => void = () => undefined): StyleDeclaration {
  return new Proxy(new Declaration(changed), handler) as unknown as StyleDeclaration;
}

/** The declarations of a style attribute or of a rule's block. */
export function declarationsOf(text: string): [name: string, value: string][] {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .split(/;(?![^(]*\))/)
    .map((part) => [part.slice(0, part.indexOf(":")).trim(), part.slice(part.indexOf(":") + 1).trim()] as const)
    .filter(([name, value]) => name !== "" && value !== "")
    .map(([name, value]) => [name, value]);
}

/** Names that were asked for, and there are few. */
const spellings = new Map<string, string>();
const MAX_SPELLINGS = 1000;

function hyphenated(name: string): string {
  if (name.startsWith("--")) return name;
  const known = spellings.get(name);
  if (known !== undefined) return known;
  const made = name === "cssFloat" ? "float" : spelled(name);
  if (spellings.size < MAX_SPELLINGS) spellings.set(name, made);
  return made;
}

function spelled(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace(/^(?:webkit|moz|ms)-/, "-$&");
}
