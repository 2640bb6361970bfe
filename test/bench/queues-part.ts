/** Owns the comparison of queues: an array, a linked list and a ring, each with so much waiting in it all the time. */

import { Queue } from "../../server/platform/queue.ts";
import type { Table } from "./table.ts";

/** What is pushed and taken: objects, as packets are. */
type Item = { readonly bytes: number };
type AnyQueue = { push(item: Item): void; take(): Item | undefined };
type Node = { readonly item: Item; next: Node | null };

const waiting = [16, 1024, 50_000, 200_000] as const;
const OPERATIONS = 20_000;

const kinds: readonly (readonly [name: string, make: () => AnyQueue])[] = [
  ["array, shift", arrayQueue],
  ["linked list", listQueue],
  ["ring (server/platform/queue.ts)", () => new Queue<Item>()],
];

/** Nanoseconds of pushing one and taking one, by how many wait. */
export function measureQueues(): Table {
  const rows = kinds.map(([name, make]) => [name, ...waiting.map((count) => nanoseconds(make, count).toFixed(0))]);
  return {
    title: "Queues: pushing one and taking one, in nanoseconds, by how many wait",
    head: ["queue", ...waiting.map((count) => count.toLocaleString("en-US"))],
    rows,
  };
}

/** The best of three, as other programs only ever take time. */
function nanoseconds(make: () => AnyQueue, count: number): number {
  return Math.min(...[1, 2, 3].map(() => measureOnce(make(), count)));
}

function measureOnce(queue: AnyQueue, count: number): number {
  for (let bytes = 0; bytes < count; bytes += 1) queue.push({ bytes });
  const begun = performance.now();
  for (let bytes = 0; bytes < OPERATIONS; bytes += 1) {
    queue.push({ bytes });
    queue.take();
  }
  return ((performance.now() - begun) * 1e6) / OPERATIONS;
}

function arrayQueue(): AnyQueue {
  const items: Item[] = [];
  return { push: (item) => void items.push(item), take: () => items.shift() };
}

function listQueue(): AnyQueue {
  let [first, last]: [Node | null, Node | null] = [null, null];
  return {
    push(item) {
      const node: Node = { item, next: null };
      if (last === null) first = node;
      else last.next = node;
      last = node;
    },
    take() {
      const taken = first;
      first = taken?.next ?? null;
      if (first === null) last = null;
      return taken?.item;
    },
  };
}
