/** Owns the tracks of a trace: spans beside each other on as few lines as hold them without crossing. Pure. */

/** A piece of work or of waiting, in milliseconds since the epoch of this machine. */
export type TracedSpan = {
  readonly name: string;
  readonly begunMs: number;
  readonly endedMs: number;
  readonly args: Readonly<Record<string, string | number>>;
};

/** A span with its place: `track` counts the lines of its process from 1, and is 0 before `place`. */
export type PlacedSpan = TracedSpan & { readonly process: number; track: number };

export type NamedProcess = { readonly id: number; readonly name: string; readonly tracks: readonly string[] };

type Lines = { readonly process: number; readonly name: string; readonly spans: PlacedSpan[] };

export class TraceTracks {
  readonly spans: PlacedSpan[] = [];
  readonly #processes = new Map<number, { readonly name: string; readonly tracks: string[] }>();
  readonly #lines = new Map<string, Lines>();

  get processes(): readonly NamedProcess[] {
    return [...this.#processes].map(([id, { name, tracks }]) => ({ id, name, tracks }));
  }

  addProcess(id: number, name: string): void {
    this.#processes.set(id, { name, tracks: [] });
  }

  /** Puts a thread's spans, which never cross, on a line of their own. */
  addThread(process: number, name: string, spans: readonly TracedSpan[]): PlacedSpan[] {
    const track = this.#newTrack(process, name);
    const placed = spans.map((span) => ({ ...span, process, track }));
    this.spans.push(...placed);
    return placed;
  }

  /** Puts a span that may cross others, as waits do, on a line of this name, or on one beside it. */
  addLine(process: number, name: string, span: TracedSpan): PlacedSpan {
    const key = `${process} ${name}`;
    const lines = this.#lines.get(key) ?? { process, name, spans: [] };
    this.#lines.set(key, lines);
    const placed = { ...span, process, track: 0 };
    lines.spans.push(placed);
    this.spans.push(placed);
    return placed;
  }

  /** Finds a line for each span that was added by `addLine`. Once, when all are there. */
  place(): void {
    for (const lines of this.#lines.values()) this.#placeLines(lines);
  }

  #placeLines({ process, name, spans }: Lines): void {
    const lines: { readonly track: number; endedMs: number }[] = [];
    for (const span of spans.toSorted((one, other) => one.begunMs - other.begunMs)) {
      let line = lines.find(({ endedMs }) => endedMs <= span.begunMs);
      if (line === undefined) {
        const number = lines.length === 0 ? "" : ` ${lines.length + 1}`;
        line = { track: this.#newTrack(process, `${name}${number}`), endedMs: 0 };
        lines.push(line);
      }
      line.endedMs = span.endedMs;
      span.track = line.track;
    }
  }

  #newTrack(process: number, name: string): number {
    return this.#processes.get(process)?.tracks.push(name) ?? 0;
  }
}
