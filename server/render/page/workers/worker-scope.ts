/** Owns the global names of a scene's Worker: what DedicatedWorkerGlobalScope has of use without a page. In that thread. */

import { readFileSync } from "node:fs";
import type { Transferable } from "node:worker_threads";
import { makeEvent } from "../events/input-events.ts";
import { handlerNames, PageEventTarget } from "../events/page-event-target.ts";
import { createImageBitmap, ImageBitmap } from "../images/image-bitmap.ts";
import { OffscreenCanvas } from "../images/offscreen-canvas.ts";
import { skia } from "../images/skia.ts";
import { Addresses } from "../network/addresses.ts";
import { FileReader } from "../network/file-reader.ts";
import { pageFetch, requestBase } from "../network/page-fetch.ts";
import { xmlHttpRequestOf } from "../network/xml-http-request.ts";
import type { FromPageWorker, PageWorkerData } from "./page-worker-protocol.ts";

type TransferOptions = readonly Transferable[] | { readonly transfer?: readonly Transferable[] };

export type WorkerScopeHooks = {
  readonly post: (message: FromPageWorker, transfer: readonly Transferable[]) => void;
  /** Runs a script in the global scope. */
  readonly run: (source: string, address: string) => void;
  readonly close: () => void;
  readonly onError: (error: unknown) => void;
};

/** What the blobs that this worker made are made of, since `importScripts` cannot wait for one. */
const blobParts = new WeakMap<Blob, readonly unknown[]>();
const scripts = new Map<string, Blob>();

export class WorkerScope extends PageEventTarget {
  readonly #data: PageWorkerData;
  readonly #hooks: WorkerScopeHooks;
  readonly #addresses: Addresses;

  constructor(data: PageWorkerData, hooks: WorkerScopeHooks) {
    super(null, hooks.onError);
    this.#data = data;
    this.#hooks = hooks;
    this.#addresses = new Addresses(data.base);
  }

  protected override get eventFace(): object {
    return globalThis;
  }

  /** Hears a message of the scene. */
  receive(data: unknown): void {
    this.deliver(makeEvent("message", { data, origin: "", ports: [], source: null }));
  }

  /** Makes the names global. */
  install(): void {
    const addresses = this.#addresses;
    const fetch = pageFetch(addresses);
    const XMLHttpRequest = xmlHttpRequestOf({ addresses, fetch, onError: this.#hooks.onError });
    const names = {
      self: globalThis,
      name: this.#data.name,
      location: locationOf(this.#data.address),
      WorkerGlobalScope: Object,
      DedicatedWorkerGlobalScope: Object,
      ...{ fetch, XMLHttpRequest, Blob: ReadableBlob },
      ...{ ImageBitmap, createImageBitmap, OffscreenCanvas, FileReader },
      postMessage: (data: unknown, options: TransferOptions = []) => {
        const transfer = "transfer" in options ? (options.transfer ?? []) : (options as readonly Transferable[]);
        this.#hooks.post({ kind: "message", data }, transfer);
      },
      importScripts: (...scripts: string[]) => {
        for (const address of scripts) this.#hooks.run(this.#read(String(address)), String(address));
      },
      close: this.#hooks.close,
      addEventListener: this.addEventListener.bind(this),
      removeEventListener: this.removeEventListener.bind(this),
      dispatchEvent: this.dispatchEvent.bind(this),
    };
    for (const [name, value] of Object.entries(names)) define(name, { value, writable: true });
    define(requestBase, { value: addresses.base });
    define("ImageData", { get: () => skia().ImageData });
    for (const name of handlerNames) {
      const type = name.slice(2);
      define(name, { get: () => this.handlerOf(type), set: (handler) => this.setHandler(type, handler) });
    }
    keepScripts();
  }

  #read(address: string): string {
    const kept = scripts.get(address);
    if (kept !== undefined) return textOf(kept);
    const url = this.#addresses.resolve(address);
    if (url.protocol === "data:") return textOfDataUrl(url.href);
    const file = this.#addresses.fileOf(url);
    if (file !== null) return readFileSync(file, "utf8");
    const advice = "Put the script beside the scene, or use a worker of type module.";
    throw new DOMException(`importScripts() can read only files, not ${url.href}. ${advice}`, "NetworkError");
  }
}

/** Blob, which remembers the parts of what it makes. Node's own as to `instanceof`. */
const ReadableBlob: typeof Blob = new Proxy(Blob, {
  construct(target, parameters, newTarget) {
    const blob = Reflect.construct(target, parameters, newTarget) as Blob;
    const [parts = []] = parameters as [parts?: Iterable<unknown>];
    blobParts.set(blob, [...parts]);
    return blob;
  },
});

function textOf(part: unknown): string {
  if (part instanceof Blob) return (blobParts.get(part) ?? []).map(textOf).join("");
  if (part instanceof ArrayBuffer || ArrayBuffer.isView(part)) return new TextDecoder().decode(part as Uint8Array);
  return String(part);
}

function keepScripts(): void {
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (blob) => {
    const address = createObjectURL.call(URL, blob);
    // What is no script is not asked for as one, and its text is not made then.
    scripts.set(address, blob as Blob);
    return address;
  };
  URL.revokeObjectURL = (address) => {
    scripts.delete(address);
    revokeObjectURL.call(URL, address);
  };
}

function textOfDataUrl(address: string): string {
  const [, base64, text = ""] = /^data:[^,]*?(;base64)?,(.*)$/s.exec(address) ?? [];
  return base64 === undefined ? decodeURIComponent(text) : Buffer.from(text, "base64").toString("utf8");
}

function locationOf(address: string): URL {
  return new URL(address);
}

function define(name: string | symbol, property: PropertyDescriptor): void {
  Object.defineProperty(globalThis, name, { ...property, configurable: true, enumerable: true });
}
