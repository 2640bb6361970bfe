/** Owns which colour of text reads better on a colour. Pure. */

/** Near black, or white, on `#rrggbb`: the one with more contrast (WCAG 2.2, relative luminance). */
export function textColorOn(color: string): "#15171c" | "#ffffff" {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(color.slice(at, at + 2), 16) / 255),
  );
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const [onDark, onWhite] = [(luminance + 0.05) / (DARK_LUMINANCE + 0.05), 1.05 / (luminance + 0.05)];
  return onDark >= onWhite ? "#15171c" : "#ffffff";
}

const DARK_LUMINANCE = 0.009;

function linear(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}
