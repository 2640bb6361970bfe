/** The document of a page: server/render/page/dom. */

import { beforeEach, describe, expect, test } from "vitest";
import type { PageDocument } from "../../../../../server/render/page/dom/page-document.ts";
import { PageWindow } from "../../../../../server/render/page/page-window.ts";

const errors: unknown[] = [];
let window: PageWindow;
let document: PageDocument;

beforeEach(() => {
  errors.length = 0;
  window = new PageWindow(
    () => ({ width: 640, height: 360 }),
    {
      onError: (error) => void errors.push(error),
      onFrameRequested: () => undefined,
    },
    { url: "file:///scenes/a/scene.ts?case=3" },
  );
  document = window.document;
});

describe("the tree", () => {
  test("nodes are moved, not doubled, and know their place", () => {
    const [list, one, two] = ["ul", "li", "li"].map((name) => document.createElement(name));
    if (!list || !one || !two) throw new Error("not made");
    document.body?.append(list);
    list.append(two);
    list.prepend(one);
    list.insertBefore(two, one);
    expect(list.childNodes.length).toBe(2);
    expect([two.nextSibling === one, one.previousElementSibling === two, one.parentElement === list]).toEqual([
      true,
      true,
      true,
    ]);
    expect([one.isConnected, list.contains(one), document.documentElement?.contains(one)]).toEqual([true, true, true]);
    one.remove();
    expect([one.parentNode, one.isConnected, list.children.length]).toEqual([null, false, 1]);
    expect(() => list.removeChild(one)).toThrow("no child");
    expect(() => two.append(list)).toThrow("into itself");
  });

  test("events go from an element to the window", () => {
    const [outer, inner] = [document.createElement("div"), document.createElement("div")];
    document.body?.append(outer);
    outer.append(inner);
    const heard: unknown[] = [];
    for (const target of [inner, outer, document, window]) target.addEventListener("click", () => heard.push(target));
    (inner as unknown as HTMLElement).click();
    expect(heard).toEqual([inner, outer, document, window]);
  });

  test("clones have the attributes and the children, not the listeners", () => {
    const box = document.createElement("div");
    box.innerHTML = '<p class="a">text</p>';
    box.style.setProperty("color", "red");
    const copy = box.cloneNode(true) as typeof box;
    expect(copy.outerHTML).toBe('<div style="color: red;"><p class="a">text</p></div>');
  });
});

describe("markup", () => {
  test("innerHTML becomes elements and markup again", () => {
    const box = document.createElement("div");
    box.innerHTML =
      'a &amp; b <b id="x" data-some-thing="1">c</b><br><svg viewBox="0 0 1 1"><path d="M0 0"/></svg><!--d-->';
    expect(box.textContent).toBe("a & b c");
    expect(box.querySelector("svg path")?.namespaceURI).toBe("http://www.w3.org/2000/svg");
    expect(box.innerHTML).toBe(
      'a &amp; b <b id="x" data-some-thing="1">c</b><br><svg viewBox="0 0 1 1"><path d="M0 0"></path></svg><!--d-->',
    );
    expect((box.querySelector("#x") as unknown as HTMLElement).dataset["someThing"]).toBe("1");
  });

  test("DOMParser reads XML with its names, its sections and its attributes", () => {
    const { DOMParser } = window as unknown as {
      DOMParser: new () => { parseFromString(text: string, type: string): PageDocument };
    };
    const text = '<?xml version="1.0"?><Root xmlns="urn:a"><Data Name="x">1 <![CDATA[< 2]]></Data><empty/></Root>';
    const root = new DOMParser().parseFromString(text, "application/xml").documentElement;
    expect([root?.tagName, root?.namespaceURI, root?.children.length]).toEqual(["Root", "urn:a", 2]);
    const data = root?.getElementsByTagName("Data")[0];
    expect([data?.textContent, data?.getAttribute("Name"), data?.getAttribute("name")]).toEqual(["1 < 2", "x", null]);
    expect(data?.attributes.item(0)).toMatchObject({ name: "Name", value: "x" });
  });

  test("selectors find what they say", () => {
    document.body?.insertAdjacentHTML("beforeend", '<ul class="l"><li>1<li class="b c">2</ul><p title="t">3</p>');
    const texts = (selector: string) => document.querySelectorAll(selector).map((element) => element.textContent);
    expect(texts("li")).toEqual(["1", "2"]);
    expect(texts("ul.l > li.b.c, p[title=t]")).toEqual(["2", "3"]);
    expect(texts("li:first-child")).toEqual(["1"]);
    expect(document.querySelector(".c")?.closest("ul")?.matches(".l")).toBe(true);
    expect(document.querySelector("#none")).toBe(null);
  });
});

describe("elements", () => {
  test("a style is read and set by either spelling and by its text", () => {
    const { style } = document.createElement("div");
    style["backgroundColor"] = "red";
    style.setProperty("z-index", 3);
    expect([style["background-color"], style["zIndex"], style.cssText]).toEqual([
      "red",
      "3",
      "background-color: red; z-index: 3;",
    ]);
    style.cssText = "width: 10px; background: url(data:a;b)";
    expect([style["width"], style["background"], style["backgroundColor"], style.length]).toEqual([
      "10px",
      "url(data:a;b)",
      "",
      2,
    ]);
  });

  test("classList adds, removes and toggles words", () => {
    const element = document.createElement("div");
    element.className = "a b";
    element.classList.add("c");
    element.classList.remove("a");
    element.classList.toggle("b");
    element.classList.toggle("d", true);
    expect([element.className, element.classList.contains("c"), [...element.classList]]).toEqual([
      "c d",
      true,
      ["c", "d"],
    ]);
  });

  test("an element is as large as the picture, or as its style says", () => {
    const element = document.createElement("div") as unknown as HTMLElement;
    expect([element.clientWidth, element.offsetHeight]).toEqual([640, 360]);
    element.style.width = "100px";
    expect([element.clientWidth, element.getBoundingClientRect().right]).toEqual([100, 100]);
  });

  test("addresses of links and images count from the scene's file", () => {
    const link = document.createElement("a") as unknown as HTMLAnchorElement;
    link.href = "../b/model.glb?x=1";
    expect([link.href, link.pathname, window.location.href]).toEqual([
      "file:///scenes/b/model.glb?x=1",
      "/scenes/b/model.glb",
      "file:///scenes/a/scene.ts?case=3",
    ]);
  });

  test("a script element says that it does not run", async () => {
    const script = document.createElement("script");
    script.setAttribute("src", "lib.js");
    const failed = new Promise((resolve) => script.addEventListener("error", resolve));
    document.head?.append(script);
    await failed;
    expect(String(errors[0])).toContain(
      "A <script> element of lib.js does not run in a scene. Import the module instead.",
    );
  });
});
