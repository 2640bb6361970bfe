/** Owns how sizes in bytes are written for people. */

const units = ["bytes", "KiB", "MiB", "GiB", "TiB"] as const;

/** As few words as possible, with three digits: "1.5 MiB". */
export function formatSize(bytes: number): string {
  let [size, unit] = [bytes, 0];
  while (size >= 1024 && unit < units.length - 1) [size, unit] = [size / 1024, unit + 1];
  return `${Number(size.toPrecision(size >= 1000 ? 4 : 3))} ${units[unit] ?? ""}`;
}
