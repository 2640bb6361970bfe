/**
 * Owns in which order frames are decoded that are asked for. Pure.
 *
 * FQ1 Frames that are decoded from one key frame are a group, which one decoder does in the order of their numbers, so that a group is
 *     decoded once.
 * FQ2 Who has fewest frames in work is served next; of several the one that came first. A group is left after a while where somebody
 *     else waits.
 */

export type QueuedFrame = {
  /** The movie and the key frame. */
  readonly group: string;
  readonly frame: number;
  /** Who asked for it first. */
  readonly asker: string;
};

/** What a decoder does at the moment. */
export type DecoderPlace = { readonly group: string; readonly frame: number; readonly inRow: number };

const MAX_IN_ROW = 48;

export class FrameQueue<Task extends QueuedFrame> {
  /** In the order in which they came. */
  readonly #groups = new Map<string, Set<Task>>();
  readonly #inWork = new Map<string, number>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(task: Task): void {
    const group = this.#groups.get(task.group) ?? new Set();
    this.#groups.set(task.group, group);
    group.add(task);
    this.#size += 1;
  }

  /** Takes one out that nobody wants any more; false where it is not waiting. */
  remove(task: Task): boolean {
    const group = this.#groups.get(task.group);
    if (group?.delete(task) !== true) return false;
    this.#size -= 1;
    if (group.size === 0) this.#groups.delete(task.group);
    return true;
  }

  /** The next frame for a decoder that is at `place`; `others` are in the hands of other decoders. Null where there is none for it. */
  take(place: DecoderPlace | null, others: ReadonlySet<string> = new Set()): Task | null {
    const task = this.#following(place) ?? this.#ofNextGroup(others);
    if (task === null) return null;
    this.remove(task);
    this.#inWork.set(task.asker, (this.#inWork.get(task.asker) ?? 0) + 1);
    return task;
  }

  /** Whether there is one for a decoder that begins, beside those of the groups of others. */
  hasNew(others: ReadonlySet<string>): boolean {
    for (const group of this.#groups.keys()) if (!others.has(group)) return true;
    return false;
  }

  /** One that was taken is done, or is given up. */
  finished({ asker }: Task): void {
    const left = (this.#inWork.get(asker) ?? 1) - 1;
    if (left > 0) this.#inWork.set(asker, left);
    else this.#inWork.delete(asker);
  }

  /** FQ1 */
  #following(place: DecoderPlace | null): Task | null {
    const group = place === null ? undefined : this.#groups.get(place.group);
    if (place === null || group === undefined) return null;
    if (place.inRow >= MAX_IN_ROW && this.#groups.size > 1) return null;
    return first(group, place.frame);
  }

  /** FQ2 */
  #ofNextGroup(others: ReadonlySet<string>): Task | null {
    let best: Task | null = null;
    let fewest = Number.POSITIVE_INFINITY;
    for (const [name, group] of this.#groups) {
      if (others.has(name)) continue;
      const task = first(group, 0);
      const inWork = task === null ? fewest : (this.#inWork.get(task.asker) ?? 0);
      if (inWork >= fewest) continue;
      [best, fewest] = [task, inWork];
    }
    return best;
  }
}

/** The one with the lowest number from `from` on. */
function first<Task extends QueuedFrame>(group: ReadonlySet<Task>, from: number): Task | null {
  let best: Task | null = null;
  for (const task of group) if (task.frame >= from && (best === null || task.frame < best.frame)) best = task;
  return best;
}
