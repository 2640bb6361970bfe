/** Owns a page's import map: which module an import means by it. In the render thread. */

import { broughtByThree, publishedModule } from "../page/network/published.ts";
import { placeName, type SourcePlace } from "./scene-error.ts";

/** Whether a package can be imported from the page's folder. */
export type IsInstalled = (name: string) => boolean;

export class ImportMap {
  readonly #base: string;
  readonly #entries: (readonly [name: string, address: string])[] = [];

  /** Addresses count from `base`. */
  constructor(base: string) {
    this.#base = base;
  }

  /** Takes the text of a `<script type="importmap">`. Throws `SyntaxError` where it is none. */
  add(text: string, place: SourcePlace): void {
    let imports: unknown;
    try {
      imports = (JSON.parse(text) as { imports?: unknown } | null)?.imports;
    } catch (error) {
      throw new SyntaxError(`The import map is not JSON: ${(error as Error).message} (${placeName(place)})`);
    }
    for (const [name, address] of Object.entries(imports ?? {})) {
      if (typeof address === "string") this.#entries.push([name, address]);
    }
    // The longest name wins.
    this.#entries.sort(([one], [other]) => other.length - one.length);
  }

  /**
   * What is imported by `specifier`: an address of a file, or a name for Node to find. Null where the map does not change it
   * and it is no address of the internet. Throws `TypeError` for an address of the internet that nothing here stands for.
   */
  resolve(specifier: string, isInstalled: IsInstalled): string | null {
    const mapped = this.#mapped(specifier);
    const address = mapped ?? specifier;
    if (!/^https?:/.test(address)) return mapped === null ? null : this.#local(mapped);
    const published = publishedModule(address);
    if (published === null)
      throw new TypeError(`${address} is on the internet, and imports are local. Save it beside.`);
    const { name, specifier: wanted } = published;
    if (name === "three") return wanted;
    for (const own of new Set([specifier, name])) {
      if (!/^(?:https?:|[./])/.test(own) && isInstalled(own)) return own;
    }
    const instead = broughtByThree(name);
    if (instead !== null) return instead;
    throw new TypeError(`${address} is on the internet, and imports are local. Install it: npm install ${name}`);
  }

  #mapped(specifier: string): string | null {
    for (const [name, address] of this.#entries) {
      if (name === specifier) return address;
      if (name.endsWith("/") && specifier.startsWith(name)) return address + specifier.slice(name.length);
    }
    return null;
  }

  #local(address: string): string {
    if (!/^(?:\.{0,2}\/|file:)/.test(address)) return address;
    // A slash at the beginning is the page's folder.
    return new URL(address.startsWith("/") ? `.${address}` : address, this.#base).href;
  }
}
