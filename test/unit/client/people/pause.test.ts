/** Owns the checks of when a viewer looks away. */

import { expect, it } from "vitest";
import { Pause } from "../../../../client/people/pause.ts";

class FakePage extends EventTarget {
  hidden = false;

  hide(hidden: boolean): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

function start(page: FakePage | null): { pause: Pause; told: boolean[] } {
  const pause = new Pause(page);
  const told: boolean[] = [];
  pause.on("changed", ({ isPaused }) => told.push(isPaused));
  return { pause, told };
}

it("follows the page, at once", () => {
  const page = new FakePage();
  const { told } = start(page);
  page.hide(true);
  page.hide(false);
  expect(told).toEqual([true, false]);
});

it("is paused from the start in a page that was opened hidden", () => {
  const page = new FakePage();
  page.hidden = true;
  expect(new Pause(page).isPaused).toBe(true);
});

it("stays paused until both the page and who asked want it otherwise", () => {
  const page = new FakePage();
  const { pause, told } = start(page);
  pause.ask(true);
  page.hide(true);
  pause.ask(false);
  expect(told).toEqual([true]);
  page.hide(false);
  expect(told).toEqual([true, false]);
});

it("takes no notice of the page where hidden pages go on", () => {
  const { pause, told } = start(null);
  expect(pause.isPaused).toBe(false);
  pause.ask(true);
  expect(told).toEqual([true]);
});

it("tells nothing once it is closed", () => {
  const page = new FakePage();
  const { pause, told } = start(page);
  pause.close();
  page.hide(true);
  expect(told).toEqual([]);
});
