/**
 * Prints, as base64, a photographer's studio in high dynamic range (Radiance, equirectangular): lamps in a dark room.
 * `node examples/model/make-studio.ts | base64 -d > examples/model/studio.hdr`
 */

const [WIDTH, HEIGHT] = [128, 64];
/** Where a lamp is and how large, in degrees from the front and from the horizon, and how bright in red, green and blue. */
const LAMPS = [
  { at: [-62, 34], size: [30, 22], light: [16, 13.5, 10.5] },
  { at: [78, 22], size: [12, 40], light: [4.5, 7, 12] },
  { at: [170, 40], size: [46, 12], light: [9, 5.6, 7.5] },
  { at: [20, 72], size: [60, 9], light: [5, 5.2, 6] },
] as const;
const FLOOR = [0.05, 0.045, 0.07] as const;
const CEILING = [0.2, 0.23, 0.36] as const;

function lightAt(around: number, above: number): number[] {
  const rise = (Math.sin((above * Math.PI) / 180) + 1) / 2;
  const light = FLOOR.map((floor, channel) => floor + ((CEILING[channel] ?? 0) - floor) * rise ** 1.6);
  for (const { at, size, light: lamp } of LAMPS) {
    const aside = Math.abs(((around - at[0] + 540) % 360) - 180) / size[0];
    const off = Math.max(aside, Math.abs(above - at[1]) / size[1]);
    const share = Math.min(1, Math.max(0, (1.12 - off) / 0.24));
    for (const channel of [0, 1, 2]) light[channel] = (light[channel] ?? 0) + (lamp[channel] ?? 0) * share;
  }
  return light;
}

/** Three bytes with an exponent in common. */
function rgbeOf(light: readonly number[]): number[] {
  const exponent = Math.ceil(Math.log2(Math.max(...light)) + 1e-9);
  return [...light.map((value) => Math.min(255, Math.floor((value * 256) / 2 ** exponent))), exponent + 128];
}

const bytes: number[] = [...`#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y ${HEIGHT} +X ${WIDTH}\n`].map((sign) =>
  sign.charCodeAt(0),
);
for (let row = 0; row < HEIGHT; row += 1) {
  const scan = Array.from({ length: WIDTH }, (_, column) =>
    rgbeOf(lightAt(((column + 0.5) / WIDTH) * 360 - 180, 90 - ((row + 0.5) / HEIGHT) * 180)),
  );
  bytes.push(2, 2, WIDTH >> 8, WIDTH & 255);
  for (const channel of [0, 1, 2, 3]) {
    const values = scan.map((pixel) => pixel[channel] ?? 0);
    for (let at = 0; at < WIDTH; ) {
      let run = 1;
      while (run < 127 && at + run < WIDTH && values[at + run] === values[at]) run += 1;
      bytes.push(128 + run, values[at] ?? 0);
      at += run;
    }
  }
}
console.log(btoa(String.fromCharCode(...bytes)));
