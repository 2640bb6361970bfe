/** Owns what a soak looks at, what of it is still level, and the samples of it. Pure. */

import type { Felt } from "./press-probe.ts";
import type { Held, SceneHeaps } from "./soaked-server.ts";
import { middleOf, type Sample, type Trend, trendOf } from "./trend.ts";

/** What was measured once. The system's figures of a scene's process are null where it ended just then. */
export type Moment = {
  readonly minutes: number;
  readonly held: Held;
  readonly scenes: readonly (SystemFigures & {
    readonly room: string;
    readonly pid: number;
    readonly heaps: SceneHeaps | null;
  })[];
  readonly felt: Felt;
};
export type SystemFigures = { readonly rssBytes: number; readonly files: number; readonly threads: number };

/** One line of the table and one plot: the same measure of a process, begun again or not. */
export type Series = {
  readonly of: string;
  readonly measure: Measure;
  /** A process each. */
  readonly runs: readonly (readonly Sample[])[];
};

export type Verdict = {
  readonly series: Series;
  readonly first: number;
  readonly last: number;
  /** Null where no process lived long enough in the second half to say. */
  readonly trend: Trend | null;
  readonly isLevel: boolean;
};

const MIB = 2 ** 20;

/** With what it may grow in a minute at most, for good, before it counts as creeping. */
const measures = {
  memory: { name: "memory, MiB", mostPerMinute: 0.5 },
  heap: { name: "heap, MiB", mostPerMinute: 0.1 },
  threadHeaps: { name: "heaps of its threads, MiB", mostPerMinute: 0.3 },
  files: { name: "descriptors", mostPerMinute: 0.1 },
  threads: { name: "threads", mostPerMinute: 0.1 },
  timers: { name: "timers", mostPerMinute: 0.2 },
  press: { name: "move to packet, ms", mostPerMinute: 1 },
  age: { name: "age of pictures that come, ms", mostPerMinute: 1 },
  waiting: { name: "part of it that waited, %", mostPerMinute: 0.5 },
} as const;
export type Measure = (typeof measures)[keyof typeof measures];

/** Buffers and compilers fill for so long after a process began. */
const WARM_UP_MINUTES = 0.5;

export function seriesOf(moments: readonly Moment[]): readonly Series[] {
  const main = (measure: Measure, of: (main: Held["main"]) => number): Series => ({
    of: "main",
    measure,
    runs: [moments.map(({ minutes, held }) => [minutes, of(held.main)] as const)],
  });
  const felt = (measure: Measure, of: (moment: Moment) => readonly number[]): Series => ({
    of: "viewers",
    measure,
    runs: [moments.flatMap((moment) => sampleOf(moment.minutes, middleOf(of(moment))))],
  });
  const rooms = [...new Set(moments.flatMap(({ scenes }) => scenes.map(({ room }) => room)))];
  return [
    main(measures.memory, ({ rssBytes }) => rssBytes / MIB),
    main(measures.heap, ({ heapBytes }) => heapBytes / MIB),
    main(measures.files, ({ files }) => files),
    main(measures.threads, ({ threads }) => threads),
    main(measures.timers, ({ timers }) => timers),
    ...rooms.flatMap((room) => seriesOfRoom(moments, room)),
    felt(measures.press, (moment) => moment.felt.pressMs),
    felt(measures.age, (moment) => moment.felt.ageMs),
    felt(measures.waiting, ({ held }) => held.queueShares.map((share) => share * 100)),
  ];
}

/** Whether it grows in the second half of the soak, by more than it may and not by chance. */
export function judge(series: Series, minutes: number): Verdict {
  const all = series.runs.flat();
  const settled = series.runs.map((run) => {
    const begun = run[0]?.[0] ?? 0;
    return run.filter(([at]) => at >= Math.max(minutes / 2, begun + WARM_UP_MINUTES));
  });
  const trend = trendOf(settled);
  const third = Math.max(1, Math.floor(all.length / 3));
  return {
    series,
    first: middleOf(all.slice(0, third).map(([, value]) => value)),
    last: middleOf(all.slice(-third).map(([, value]) => value)),
    trend,
    isLevel: trend === null || trend.leastPerMinute <= series.measure.mostPerMinute,
  };
}

function seriesOfRoom(moments: readonly Moment[], room: string): readonly Series[] {
  const one = (measure: Measure, of: (scene: Moment["scenes"][number]) => number | null): Series => {
    const runs = new Map<number, Sample[]>();
    for (const { minutes, scenes } of moments) {
      const scene = scenes.find((candidate) => candidate.room === room);
      const value = scene === undefined ? null : of(scene);
      if (scene === undefined || value === null) continue;
      runs.set(scene.pid, [...(runs.get(scene.pid) ?? []), [minutes, value]]);
    }
    return { of: room === "" ? "scene" : `scene, ${room}`, measure, runs: [...runs.values()] };
  };
  return [
    one(measures.memory, ({ rssBytes }) => rssBytes / MIB),
    one(measures.heap, ({ heaps }) => (heaps === null ? null : heaps.heapBytes / MIB)),
    one(measures.threadHeaps, ({ heaps }) => (heaps === null ? null : heaps.threadHeapBytes / MIB)),
    one(measures.files, ({ files }) => files),
    one(measures.threads, ({ threads }) => threads),
  ];
}

function sampleOf(minutes: number, value: number): Sample[] {
  return Number.isFinite(value) ? [[minutes, value]] : [];
}
