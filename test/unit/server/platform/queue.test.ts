import { describe, expect, test } from "vitest";
import { Queue } from "../../../../server/platform/queue.ts";

describe("a queue", () => {
  test("gives what was pushed in its order, while it grows, shrinks and goes round", () => {
    const queue = new Queue<number>();
    const array: number[] = [];
    let next = 0;
    for (let round = 0; round < 200; round += 1) {
      for (let count = 0; count < (round * 7) % 23; count += 1) {
        queue.push(next);
        array.push(next);
        next += 1;
      }
      for (let count = 0; count < (round * 5) % 19; count += 1) expect(queue.take()).toBe(array.shift());
      expect([queue.length, queue.first]).toEqual([array.length, array[0]]);
    }
    while (array.length > 0) expect(queue.take()).toBe(array.shift());
    expect([queue.take(), queue.first, queue.length]).toEqual([undefined, undefined, 0]);
  });

  test("forgets all at once, and goes on", () => {
    const queue = new Queue<string>();
    for (let count = 0; count < 40; count += 1) queue.push(`item ${count}`);
    queue.clear();
    expect([queue.length, queue.take()]).toEqual([0, undefined]);
    queue.push("another");
    expect(queue.take()).toBe("another");
  });
});
