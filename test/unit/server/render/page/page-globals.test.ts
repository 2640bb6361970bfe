/** The global names of a page: server/render/page/page-globals.ts and page.ts. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { Page } from "../../../../../server/render/page/page.ts";

const size = { width: 320, height: 192 };
const pages: Page[] = [];

function open(name: string): Page {
  const page = Page.open({ url: `file:///scenes/${name}.ts`, size });
  pages.push(page);
  return page;
}

afterEach(() => {
  for (const page of pages.splice(0)) page.close();
});

test("window, self and the global object are one, so what is put there is a global name (PN1)", () => {
  open("a");
  expect([window === globalThis, self === globalThis]).toEqual([true, true]);
  (window as unknown as Record<string, unknown>)["putThere"] = 5;
  expect(Reflect.get(globalThis, "putThere")).toBe(5);
  Reflect.deleteProperty(globalThis, "putThere");
});

test("the names are what they were before when the last page is closed (PN3)", () => {
  const names = ["window", "document", "location", "Request", "fetch", "HTMLElement", "onclick", "addEventListener"];
  const before = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  const first = open("a");
  const second = open("b");
  first.close();
  expect(location.href).toBe("file:///scenes/b.ts");
  second.close();
  expect(names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name))).toEqual(before);
});

test("location is the scene's address, with its query", () => {
  const page = Page.open({ url: "file:///scenes/a.ts?case=two", size });
  pages.push(page);
  expect([location.search, location.pathname]).toEqual(["?case=two", "/scenes/a.ts"]);
});

test("Node's Request counts relative addresses from the scene's file, too", () => {
  const page = open("a");
  expect(new Request("data/x.json").url).toBe("file:///scenes/data/x.json");
  page.close();
  expect(() => new Request("data/x.json")).toThrow("Failed to parse URL");
});

test("a scene asks servers as a program does, not as a page of another site", async () => {
  const server = createServer(({ method, headers }, response) => {
    if (headers.cookie === "go") response.writeHead(307, { location: `http://localhost:${port}/` });
    response.end(JSON.stringify([method, headers.origin ?? null, headers.referer ?? null]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => void server.close());
  open("a");
  for (const method of ["GET", "POST"])
    for (const cookie of ["stay", "go"])
      for (const asked of [fetch, (url: string, init: RequestInit) => fetch(new Request(url, init))]) {
        const response = await asked(`http://127.0.0.1:${port}/`, { method, headers: { cookie } });
        expect(await response.json()).toEqual([method, null, null]);
      }
});

test("the newest page has the names; when it is closed the one before has them again", () => {
  open("a");
  const second = open("b");
  expect(location.href).toBe("file:///scenes/b.ts");
  second.close();
  expect(location.href).toBe("file:///scenes/a.ts");
});

test("while a page's own callbacks run the names mean that page (PN2)", () => {
  const first = open("a");
  const seen: string[] = [];
  first.follow({ onError: (error) => seen.push(String(error)), onFrameRequested: () => undefined });
  requestAnimationFrame(() => seen.push(location.href));
  first.element.addEventListener("keydown", () => seen.push(document.baseURI));
  open("b");
  first.finishSetup();
  first.runFrameCallbacks(1);
  expect(location.href).toBe("file:///scenes/b.ts");
  expect(seen).toEqual(["file:///scenes/a.ts"]);
});

test("listeners and handlers of the window hear what bubbles up to it, with the global object as target of their own", () => {
  const { element } = open("a");
  const heard: unknown[] = [];
  addEventListener("click", (event) => heard.push(event.currentTarget === globalThis, event.target === element));
  window.onclick = () => heard.push("handler");
  element.click();
  expect(heard).toEqual([true, true, "handler"]);
  window.onclick = null;
});

test("the classes of a page are those that its elements have", () => {
  open("a");
  const canvas = document.createElement("canvas");
  expect([canvas instanceof HTMLCanvasElement, canvas instanceof HTMLElement, canvas instanceof Node]).toEqual([
    true,
    true,
    true,
  ]);
  expect([new Image() instanceof HTMLImageElement, new Image(3, 4).width]).toEqual([true, 3]);
  expect(document.body instanceof HTMLImageElement).toBe(false);
  expect(document.defaultView && "HTMLElement" in document.defaultView).toBe(true);
});

test("storages hold texts by name, as properties too, and outlive a page", () => {
  const first = open("a");
  localStorage.setItem("one", "1");
  localStorage["two"] = 2;
  expect([localStorage["one"], localStorage.getItem("two"), localStorage.length]).toEqual(["1", "2", 2]);
  expect(Object.keys(localStorage)).toEqual(["one", "two"]);
  first.close();
  open("b");
  expect(localStorage.getItem("one")).toBe("1");
  localStorage.clear();
});

test("what observes sizes is told at once and when the picture changes its size", async () => {
  const { element } = open("a");
  const widths: number[] = [];
  new ResizeObserver(([entry]) => widths.push(entry?.contentRect.width ?? 0)).observe(element as unknown as Element);
  await new Promise((resolve) => new IntersectionObserver(resolve).observe(document.body));
  element.resize({ width: 100, height: 50 });
  expect(widths).toEqual([320, 100]);
});

describe("frame callbacks", () => {
  test("run by themselves while the scene is set up, so that it may wait for one (AF2)", async () => {
    open("a");
    expect(await new Promise((resolve) => requestAnimationFrame(resolve))).toBeTypeOf("number");
  });

  test("ask for a frame after that and wait for it (AF1, AF2)", async () => {
    const page = open("a");
    let wanted = 0;
    page.follow({ onError: () => undefined, onFrameRequested: () => void (wanted += 1) });
    page.finishSetup();
    const times: number[] = [];
    const id = requestAnimationFrame((time) => times.push(time));
    requestAnimationFrame((time) => times.push(-time));
    cancelAnimationFrame(id);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect([wanted, times]).toEqual([2, []]);
    page.runFrameCallbacks(7);
    page.runFrameCallbacks(8);
    expect(times).toEqual([-7]);
  });

  test("of a page that is closed are not called", () => {
    const page = open("a");
    let called = 0;
    requestAnimationFrame(() => void (called += 1));
    page.close();
    page.runFrameCallbacks(1);
    expect(called).toBe(0);
  });
});
