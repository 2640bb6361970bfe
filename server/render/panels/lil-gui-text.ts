/**
 * Owns how the panels of lil-gui are noticed, however it came into a scene: as a package, as three's copy of it, from a
 * page's own folder or in a bundle. Its text is found by what no minifier can rename, the options of its constructor, and
 * gets two calls of ours. Pure but for the global that they go to; in the render thread.
 */

const HOOK = "scenecast.lil-gui";
const hook = `globalThis[Symbol.for("${HOOK}")]`;

/** Found in the text of each version since 0.10, and hardly ever elsewhere. */
const MARK = "touchStyles";
const CONSTRUCTOR = /\bconstructor\s*\(\s*\{([^{}()]*)\}\s*=\s*\{\s*\}\s*\)\s*\{/g;
const OPTIONS = ["parent", "autoPlace", "container", "width", "title", "injectStyles", MARK];
/** It would have a frame drawn for ever. What it listens to is looked at anyway. */
const LISTENING = /\brequestAnimationFrame\(\s*this\._listenCallback\s*\)/g;

/** The text of a script with lil-gui in it, so that it tells of its panels; any other as it is. Lines stay as they are. */
export function tellingOfPanels(text: string): string {
  if (!text.includes(MARK)) return text;
  const told = text.replaceAll(CONSTRUCTOR, (found, options: string) =>
    OPTIONS.every((name) => new RegExp(`(?:^|[\\s,])${name}\\b`).test(options)) ? `${found}${hook}?.(this);` : found,
  );
  return told === text
    ? text
    : told.replaceAll(LISTENING, `(${hook} ? 0 : requestAnimationFrame(this._listenCallback))`);
}

/** Has `made` called with each panel and folder that lil-gui makes from now on, at the beginning of its constructor. */
export function followPanels(made: (gui: object) => void): void {
  Object.defineProperty(globalThis, Symbol.for(HOOK), { value: made, configurable: true });
}
