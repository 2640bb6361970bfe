/** Owns movies whose pictures say their numbers, with a tone beside them, and reading both from what was made of them. Debian's ffmpeg makes and decodes. */

import { readFfmpeg } from "./ffmpeg.ts";
import { remakeMovie } from "./made-movie.ts";

export const numberedSize = { width: 144, height: 96 };
const BITS = 8;

/** The upper half of each picture has the bits of its number, the lowest on the left, in eight of nine columns: white for 1. */
export function makeNumbered(
  path: string,
  frames: number,
  { args = [] }: { readonly args?: readonly string[] } = {},
): string {
  const { width, height } = numberedSize;
  const bit = `mod(floor(N/pow(2\\,floor(X/${width / (BITS + 1)})))\\,2)`;
  const picture = `geq=lum='if(lt(Y\\,${height / 2})\\,16+219*${bit}\\,126)':cb=128:cr=128`;
  const until = ["-t", String(frames / 25)];
  const grey = `color=black:size=${width}x${height}:rate=25,format=yuv420p,${picture}`;
  const source = ["-f", "lavfi", ...until, "-i", grey];
  const tone = ["-f", "lavfi", ...until, "-i", "sine=frequency=330:sample_rate=48000"];
  const coding = ["-c:v", "libx264", "-crf", "12", "-g", "10", "-bf", "2", "-threads", "1", "-c:a", "aac"];
  return remakeMovie([...source, ...tone, ...coding, ...args], path);
}

export type ReadNumbers = {
  /** The number that each picture of the movie said, and the one that the scene drew over it. */
  readonly below: readonly number[];
  readonly over: readonly number[];
};

export function readNumbers(path: string): ReadNumbers {
  const { width, height } = numberedSize;
  const whole = ["-i", path, "-map", "0:v:0", "-fps_mode", "passthrough"];
  const bytes = readFfmpeg([...whole, "-pix_fmt", "gray", "-f", "rawvideo", "-"]);
  const pictures = Array.from({ length: bytes.length / width / height }, (_, at) => at * width * height);
  const read = (start: number, row: number): number => {
    let number = 0;
    for (let bit = 0; bit < BITS; bit += 1) {
      const column = Math.floor(((bit + 0.5) * width) / (BITS + 1));
      if ((bytes[start + row * width + column] ?? 0) > 128) number += 2 ** bit;
    }
    return number;
  };
  return {
    below: pictures.map((start) => read(start, Math.floor(height / 4))),
    over: pictures.map((start) => read(start, Math.floor((height * 3) / 4))),
  };
}
