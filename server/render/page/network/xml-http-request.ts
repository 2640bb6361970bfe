/** Owns XMLHttpRequest, over a page's fetch. In the render thread and the workers of scenes. */

import { readFileSync } from "node:fs";
import { makeEvent } from "../events/input-events.ts";
import { PageEventTarget } from "../events/page-event-target.ts";
import type { Addresses } from "./addresses.ts";
import type { Fetch } from "./page-fetch.ts";

type ResponseType = "" | "text" | "json" | "arraybuffer" | "blob" | "document";
type Body = NonNullable<NonNullable<Parameters<typeof globalThis.fetch>[1]>["body"]> | null;
type Call = { readonly method: string; readonly url: URL; readonly isAsync: boolean };

const states = { UNSENT: 0, OPENED: 1, HEADERS_RECEIVED: 2, LOADING: 3, DONE: 4 } as const;

export type XmlHttpRequestOptions = {
  readonly addresses: Addresses;
  readonly fetch: Fetch;
  readonly onError: (error: unknown) => void;
};

/** The class of a page. A synchronous request works for files, not for servers. */
export function xmlHttpRequestOf(options: XmlHttpRequestOptions): new () => XmlHttpRequest {
  const Class = class XMLHttpRequest extends XmlHttpRequest {
    constructor() {
      super(options);
    }
  };
  return Object.assign(Class, states);
}

class XmlHttpRequest extends PageEventTarget {
  readonly upload: PageEventTarget;
  readyState = 0;
  status = 0;
  statusText = "";
  responseURL = "";
  responseType: ResponseType = "";
  timeout = 0;
  withCredentials = false;
  readonly #options: XmlHttpRequestOptions;
  readonly #headers = new Map<string, string>();
  #call: Call | null = null;
  #aborter = new AbortController();
  #received: Headers = new Headers();
  #type: string | null = null;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array();

  constructor(options: XmlHttpRequestOptions) {
    super(null, options.onError);
    this.#options = options;
    this.upload = new PageEventTarget(null, options.onError);
  }

  get responseText(): string {
    return new TextDecoder().decode(this.#bytes);
  }

  get response(): unknown {
    const isText = this.responseType === "" || this.responseType === "text";
    if (this.readyState !== states.DONE || this.status === 0) return isText ? "" : null;
    switch (this.responseType) {
      case "arraybuffer":
        return this.#bytes.buffer;
      case "blob":
        return new Blob([this.#bytes], { type: this.#type ?? this.#received.get("content-type") ?? "" });
      case "json":
        return jsonOf(this.responseText);
      case "document":
        return null;
      default:
        return this.responseText;
    }
  }

  open(method: string, address: string | URL, isAsync: boolean = true): void {
    this.abort();
    this.#call = { method: method.toUpperCase(), url: this.#options.addresses.resolve(String(address)), isAsync };
    this.#headers.clear();
    this.#bytes = new Uint8Array();
    this.status = 0;
    this.#enter(states.OPENED);
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }
  getResponseHeader(name: string): string | null {
    return this.#received.get(name);
  }
  getAllResponseHeaders(): string {
    return [...this.#received].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  }
  overrideMimeType(type: string): void {
    this.#type = type;
  }

  send(body: Body = null): void {
    if (this.#call === null) throw new DOMException("open() was not called.", "InvalidStateError");
    if (!this.#call.isAsync) return this.#readNow(this.#call.url);
    const aborter = new AbortController();
    this.#aborter = aborter;
    this.#fire("loadstart");
    const timer = this.timeout > 0 ? setTimeout(() => this.#fail("timeout", aborter), this.timeout) : undefined;
    this.#fetch(this.#call, body, aborter.signal)
      .catch(() => this.#fail("error", aborter))
      .finally(() => clearTimeout(timer));
  }

  abort(): void {
    if (this.readyState > states.OPENED && this.readyState < states.DONE) this.#fail("abort", this.#aborter);
    this.#aborter.abort();
    this.readyState = states.UNSENT;
  }

  async #fetch({ method, url }: Call, body: Body, signal: AbortSignal): Promise<void> {
    const headers = Object.fromEntries(this.#headers);
    const response = await this.#options.fetch(url, { method, headers, body, signal });
    this.#received = response.headers;
    this.status = response.status;
    this.statusText = response.statusText;
    this.responseURL = response.url;
    this.#enter(states.HEADERS_RECEIVED);
    this.#bytes = new Uint8Array(await response.arrayBuffer());
    if (signal.aborted) return;
    this.#enter(states.LOADING);
    this.#fire("progress");
    this.#enter(states.DONE);
    this.#fire("load");
    this.#fire("loadend");
  }

  #readNow(url: URL): void {
    const file = this.#options.addresses.fileOf(url);
    if (file === null) {
      throw new DOMException(`A scene can read only files at once, not ${url.href}: use fetch.`, "NetworkError");
    }
    this.#bytes = new Uint8Array(readFileSync(file));
    this.status = 200;
    this.#enter(states.DONE);
    this.#fire("load");
  }

  #fail(type: "error" | "abort" | "timeout", aborter: AbortController): void {
    if (aborter !== this.#aborter || aborter.signal.aborted) return;
    aborter.abort();
    this.status = 0;
    this.#enter(states.DONE);
    this.#fire(type);
    this.#fire("loadend");
  }

  #enter(state: number): void {
    this.readyState = state;
    this.deliver(makeEvent("readystatechange"));
  }

  #fire(type: string): void {
    const total = Number(this.#received.get("content-length") ?? 0);
    this.deliver(makeEvent(type, { lengthComputable: total > 0, loaded: this.#bytes.length, total }));
  }
}

Object.assign(XmlHttpRequest.prototype, states);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
