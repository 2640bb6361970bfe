/** Owns the QR code of a link on a terminal. The only file that imports uqr. */

import { renderUnicodeCompact } from "uqr";

/** Lines of half blocks, light on dark; cameras read it either way round, so terminals of both sorts do. */
export function qrCode(text: string): string {
  return renderUnicodeCompact(text, { border: 2 });
}
