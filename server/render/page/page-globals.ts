/**
 * Owns the global names of a page in the render thread: `window`, `document`, `Image` and so on. Render thread.
 *
 * PN1 `window`, `self` and `globalThis` are one object, as in a page: what is put there is a global name.
 * PN2 The names mean the page that was installed last, and while a page's own callbacks run, that page. So a scene that is
 *     about to be replaced keeps its own `requestAnimationFrame`.
 * PN3 When the last page is uninstalled, the names are what they were before.
 */

import { handlerNames } from "./events/page-event-target.ts";
import { requestBase } from "./network/page-fetch.ts";
import type { PageWindow } from "./page-window.ts";

const installed: PageWindow[] = [];
const before = new Map<string | symbol, PropertyDescriptor | undefined>();
let inside: PageWindow | null = null;

/** Names for the global object itself. */
const selves: readonly string[] = ["window", "self", "top", "parent", "frames"];
const fromPrototype: readonly string[] = [
  ...["innerWidth", "innerHeight", "outerWidth", "outerHeight", "screen", "matchMedia", "getComputedStyle"],
  ...["getSelection", "scrollTo", "reportError", "addEventListener", "removeEventListener", "dispatchEvent"],
];
/** Of our window, but no global names, or there in Node already. */
const ownNames: ReadonlySet<string> = new Set(["setTimeout", "clearTimeout", "fonts", "sheets", "labels", "pointers"]);

/** Makes the names of `view` global. Returns a function that undoes it. */
export function installPageGlobals(view: PageWindow): () => void {
  installed.push(view);
  view.setFace(globalThis);
  if (before.size === 0) defineNames(view);
  return () => {
    const at = installed.indexOf(view);
    if (at < 0) return;
    installed.splice(at, 1);
    if (installed.length === 0) restoreNames();
  };
}

/** Calls `work` while the global names mean `view` (PN2). */
export function insidePage<Result>(view: PageWindow, work: () => Result): Result {
  const outer = inside;
  inside = view;
  try {
    return work();
  } finally {
    inside = outer;
  }
}

/** The page that the global names mean now. */
export function currentPage(): PageWindow | undefined {
  return inside ?? installed.at(-1);
}

function defineNames(view: PageWindow): void {
  for (const name of selves) define(name, { value: globalThis, writable: true });
  for (const name of [...Object.keys(view).filter((name) => !ownNames.has(name)), ...fromPrototype]) {
    define(name, {
      get: () => valueOfName(name),
      set: (value: unknown) => define(name, { value, writable: true }),
    });
  }
  // Of one identity for good, since libraries that outlive a scene keep it.
  const request = (callback: (time: number) => void) => currentPage()?.requestAnimationFrame(callback) ?? 0;
  define("requestAnimationFrame", { value: request, writable: true });
  define("cancelAnimationFrame", { value: (id: number) => currentPage()?.cancelAnimationFrame(id), writable: true });
  define(requestBase, { get: () => currentPage()?.location.href });
  for (const name of handlerNames) {
    define(name, {
      get: () => currentPage()?.handlerOf(name.slice(2)) ?? null,
      set: (handler: unknown) => currentPage()?.setHandler(name.slice(2), handler),
    });
  }
}

/** A method of the window may be called without it. */
function valueOfName(name: string): unknown {
  const view = currentPage();
  if (view === undefined) return undefined;
  const value: unknown = Reflect.get(view, name);
  return typeof value === "function" && fromPrototype.includes(name) ? value.bind(view) : value;
}

function define(name: string | symbol, property: PropertyDescriptor): void {
  if (!before.has(name)) before.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
  Object.defineProperty(globalThis, name, { ...property, configurable: true, enumerable: true });
}

function restoreNames(): void {
  for (const [name, property] of before) {
    Reflect.deleteProperty(globalThis, name);
    if (property !== undefined) Object.defineProperty(globalThis, name, property);
  }
  before.clear();
}
