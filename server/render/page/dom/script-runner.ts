/** Owns what happens to a `<script>` that comes into a document. Render thread. */

/** A `<script>`, as much of it as running it takes. */
export type RunnableScript = {
  readonly src: string;
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  deliver(event: Event): number;
};

const runners = new WeakMap<object, (script: RunnableScript) => void>();

/** Has `run` see to the scripts that come into `document` from now on. */
export function setScriptRunner(document: object, run: (script: RunnableScript) => void): void {
  runners.set(document, run);
}

/** Returns whether anybody sees to it. */
export function handScript(document: object | null, script: RunnableScript): boolean {
  const run = document === null ? undefined : runners.get(document);
  run?.(script);
  return run !== undefined;
}
