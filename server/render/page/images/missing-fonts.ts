/** Owns that it is said, once, where text is drawn on a machine without any font. Render thread and workers of scenes. */

type TextContext = { fillText(...parts: never[]): void; strokeText(...parts: never[]): void };

const SENTENCE =
  "This machine has no fonts, so text on canvases and in labels is not drawn. Install some, for example fonts-dejavu-core.";

/** Has contexts of this prototype look, when text is drawn first, whether `fontCount` gives any font at all. */
export function sayMissingFonts(prototype: TextContext, fontCount: () => number): void {
  let isLookedFor = false;
  for (const name of ["fillText", "strokeText"] as const) {
    const native = prototype[name] as (...parts: unknown[]) => void;
    Reflect.set(prototype, name, function draw(this: TextContext, ...parts: unknown[]): void {
      // Listing the fonts takes a millisecond.
      if (!isLookedFor && fontCount() === 0) console.warn(SENTENCE);
      isLookedFor = true;
      native.apply(this, parts);
    });
  }
}
