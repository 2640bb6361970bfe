/** Owns what people may read of why a source fails: never its address, which may have keys in it, nor where its file lies. Pure. */

const MAX_LENGTH = 160;

/** In words for everybody who sees the picture. */
export function shownReason(error: unknown): string {
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined, message: String(error) };
  if (code === "ENOENT") return "The file is not there.";
  if (code === "EACCES" || code === "EPERM") return "The file may not be read.";
  // What FFmpeg says comes behind what we did.
  const own = message.replace(/^.*?: (?=[A-Z][^:]*$)/s, "");
  const bare = own
    .replaceAll(/[a-z][a-z\d+.-]*:\/\/\S+/gi, "•••")
    .replaceAll(/(?<![^\s'"(])(?:\.{0,2}\/[\w.@~-]+)+/g, "•••")
    .replaceAll(/\s+/g, " ")
    .trim();
  const sentence = bare === "" ? "It does not work." : bare;
  return `${sentence.slice(0, MAX_LENGTH)}${/[.!?…]$/.test(sentence) ? "" : "."}`;
}
