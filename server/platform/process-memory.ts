/**
 * Owns how the memory of a scene's process is kept from growing while viewers come and go: by its environment, which its threads
 * have, too.
 *
 * V8 lets what is young and mostly garbage take 64 MiB and more for each thread (measured with Node 24). glibc has up to eight heaps
 * for each core, each of which keeps what its threads freed, and does not find large places again among the pictures of encoders that
 * come and go.
 */

type Environment = Readonly<Record<string, string | undefined>>;

/** Of each of the two halves of what is young. Smaller ones are looked through more often, and sooner done. */
const YOUNG_MIB = 8;
/** For glibc alone. What is larger than the threshold goes back to the system when it is freed: pictures, and hardly any packet. */
const glibc = { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: String(256 * 1024) } as const;

/** What the environment of a scene's process needs for it; what the user decided stands. */
export function memoryEnvironment(environment: Environment = process.env): Record<string, string> {
  const undecided = Object.entries(glibc).filter(([name]) => environment[name] === undefined);
  // The last one counts, and those of the command line after them.
  const options = `--max-semi-space-size=${YOUNG_MIB} ${environment["NODE_OPTIONS"] ?? ""}`.trim();
  return { ...Object.fromEntries(undecided), NODE_OPTIONS: options };
}
