/** Owns the elements that bring style sheets into a page. Render thread. */

import { readFileSync } from "node:fs";
import { makeEvent } from "../events/input-events.ts";
import { HtmlElement } from "./html-element.ts";
import { type StyleSheet, sheetOf } from "./sheet-rules.ts";

/** `<style>`. */
export class StyleElement extends HtmlElement {
  get sheet(): StyleSheet {
    return sheetOf(this.textContent ?? "");
  }

  sheetText(): string {
    return this.textContent ?? "";
  }

  override handleConnected(): void {
    this.ownerDocument?.defaultView?.sheets.note(this);
  }
}

/** `<link>`. Of style sheets, those that are files of this machine count. */
export class LinkElement extends HtmlElement {
  #read: { readonly href: string; readonly text: string } | null = null;

  get href(): string {
    return this.addressOf("href");
  }
  set href(value: string) {
    this.setAttribute("href", value);
  }
  get rel(): string {
    return this.getAttribute("rel") ?? "";
  }
  set rel(value: string) {
    this.setAttribute("rel", value);
  }

  sheetText(): string {
    const { href } = this;
    if (!/\bstylesheet\b/i.test(this.rel)) return "";
    if (this.#read?.href !== href) this.#read = { href, text: this.#textOf(href) };
    return this.#read.text;
  }

  override handleConnected(): void {
    this.ownerDocument?.defaultView?.sheets.note(this);
    if (/\bstylesheet\b/i.test(this.rel)) setImmediate(() => this.deliver(makeEvent("load")));
  }

  #textOf(href: string): string {
    const file = this.ownerDocument?.defaultView?.fileOf(href) ?? null;
    try {
      return file === null ? "" : readFileSync(file, "utf8");
    } catch {
      console.warn(`The style sheet ${file} cannot be read.`);
      return "";
    }
  }
}
