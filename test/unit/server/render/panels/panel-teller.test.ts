/** When panels are looked at, and what is told of them. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PanelTeller } from "../../../../../server/render/panels/panel-teller.ts";
import type { PanelControl, PanelNews } from "../../../../../shared/panels.ts";
import { milliseconds } from "../../../../../shared/time.ts";

const text = (id: string, value: string): PanelControl => {
  return { kind: "text", id, label: id, disabled: false, hidden: false, value };
};

let controls: PanelControl[];
let told: { readonly whole: boolean; readonly news: PanelNews }[];
let looks: number;
let hasPanels: boolean;
let teller: PanelTeller;

beforeEach(() => {
  vi.useFakeTimers();
  [controls, told, looks, hasPanels] = [[text("/a", "1"), text("/b", "1")], [], 0, true];
  teller = new PanelTeller({
    told: (news) => told.push({ whole: true, news }),
    changed: (news) => told.push({ whole: false, news }),
    clock: () => milliseconds(Date.now()),
  });
  teller.begin({
    get hasPanels() {
      return hasPanels;
    },
    readPanels: () => {
      looks += 1;
      return [...controls];
    },
  });
});
afterEach(() => {
  teller.close();
});

test("TN1: a value that changes at each of 60 frames a second is told ten times a second, and its last in the end", () => {
  teller.look();
  looks = 0;
  for (let frame = 1; frame <= 60; frame += 1) {
    controls[0] = text("/a", String(frame));
    teller.lookSoon();
    vi.advanceTimersByTime(1000 / 60);
  }
  expect(looks).toBeLessThanOrEqual(10);
  vi.advanceTimersByTime(100);
  expect(told.at(-1)?.news.controls).toEqual([text("/a", "60")]);
});

test("TN1: what changes where nothing is drawn is told within a second", () => {
  teller.look();
  controls[1] = text("/b", "2");
  vi.advanceTimersByTime(1000);
  expect(told.at(-1)).toEqual({ whole: false, news: { revision: 1, controls: [text("/b", "2")] } });
});

test("TN1: without panels nothing is looked at, and that there are none is told once", () => {
  hasPanels = false;
  teller.look();
  for (let frame = 0; frame < 600; frame += 1) {
    teller.lookSoon();
    vi.advanceTimersByTime(16);
  }
  expect([looks, told]).toEqual([0, [{ whole: true, news: { revision: 1, controls: [] } }]]);
});

test("TN2: changes are all that differs from the last whole; other controls make a new one", () => {
  teller.look();
  controls[0] = text("/a", "2");
  teller.look();
  controls[1] = text("/b", "2");
  teller.look();
  teller.look();
  controls.push(text("/c", "1"));
  teller.look();
  expect(told.map(({ whole, news }) => [whole, news.revision, news.controls.map(({ id }) => id).join()])).toEqual([
    [true, 1, "/a,/b"],
    [false, 1, "/a"],
    [false, 1, "/a,/b"],
    [true, 2, "/a,/b,/c"],
  ]);
});

test("TN2: many changes become a whole", () => {
  controls = Array.from({ length: 100 }, (_, index) => text(`/${index}`, "1"));
  teller.look();
  controls = controls.map(({ id }) => text(id, "2"));
  teller.look();
  expect(told.map(({ whole }) => whole)).toEqual([true, true]);
});
