import { expect, test } from "vitest";
import { FrameQueue, type QueuedFrame } from "../../../../server/movies/frame-queue.ts";

const ask = (group: string, frame: number, asker = "one"): QueuedFrame => ({ group, frame, asker });
const none: ReadonlySet<string> = new Set();

function queueOf(...tasks: QueuedFrame[]): FrameQueue<QueuedFrame> {
  const queue = new FrameQueue<QueuedFrame>();
  for (const task of tasks) queue.add(task);
  return queue;
}

test("FQ1: frames of one key frame are done in the order of their numbers, whatever they were asked for in", () => {
  const queue = queueOf(ask("a", 102), ask("b", 7), ask("a", 100), ask("a", 101));
  const done: number[] = [];
  let place: { group: string; frame: number; inRow: number } | null = null;
  for (let task = queue.take(place, none); task !== null; task = queue.take(place, none)) {
    done.push(task.frame);
    queue.finished(task);
    place = { group: task.group, frame: task.frame, inRow: 1 };
  }
  expect(done).toEqual([100, 101, 102, 7]);
  expect(queue.size).toBe(0);
});

test("FQ1: what comes in front of a decoder is left for its next turn, and to it alone", () => {
  const queue = queueOf(ask("a", 50), ask("a", 90));
  const here = { group: "a", frame: 80, inRow: 3 };
  expect(queue.take(null, new Set(["a"]))).toBeNull();
  expect([queue.hasNew(new Set(["a"])), queue.hasNew(none)]).toEqual([false, true]);
  expect(queue.take(here, none)?.frame).toBe(90);
  expect(queue.take({ ...here, frame: 90 }, none)?.frame).toBe(50);
});

test("FQ2: who has fewer frames in work is served first", () => {
  const many = Array.from({ length: 10 }, (_, frame) => ask(`many ${frame}`, frame, "many"));
  const queue = queueOf(...many, ask("few", 3, "few"));
  const first = queue.take(null, none);
  expect([first?.asker, queue.take(null, none)?.asker, queue.take(null, none)?.asker]).toEqual(["many", "few", "many"]);
});

test("FQ2: a group is left after a while where another waits, and not where none does", () => {
  const queue = queueOf(ask("a", 60), ask("b", 1, "other"));
  const place = { group: "a", frame: 59, inRow: 48 };
  const task = queue.take(place, none);
  expect(task).toMatchObject({ group: "a", frame: 60 });
  queue.add(ask("a", 61));
  expect(queue.take(place, none)).toMatchObject({ group: "b" });
  expect(queue.take(place, none)).toMatchObject({ frame: 61 });
});

test("what nobody wants any more is taken out", () => {
  const task = ask("a", 1);
  const queue = queueOf(task, ask("a", 2));
  expect([queue.remove(task), queue.remove(task), queue.size]).toEqual([true, false, 1]);
  expect(queue.take(null, none)?.frame).toBe(2);
});
