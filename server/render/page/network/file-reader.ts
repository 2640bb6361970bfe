/** Owns FileReader. In the render thread and the workers of scenes. */

import { makeEvent } from "../events/input-events.ts";
import { PageEventTarget } from "../events/page-event-target.ts";

export class FileReader extends PageEventTarget {
  readyState = 0;
  result: string | ArrayBuffer | null = null;
  error: unknown = null;
  #reading = 0;

  constructor() {
    super(null, (error) => console.error(error));
  }

  readAsArrayBuffer(blob: Blob): void {
    this.#read(blob.arrayBuffer());
  }

  readAsText(blob: Blob): void {
    this.#read(blob.text());
  }

  readAsDataURL(blob: Blob): void {
    const type = blob.type || "application/octet-stream";
    const toUrl = (bytes: ArrayBuffer) => `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
    this.#read(blob.arrayBuffer().then(toUrl));
  }

  abort(): void {
    if (this.readyState !== 1) return;
    this.#reading += 1;
    this.#end("abort", null);
  }

  #read(result: Promise<string | ArrayBuffer>): void {
    this.readyState = 1;
    this.#reading += 1;
    const reading = this.#reading;
    result.then(
      (read) => reading === this.#reading && this.#end("load", read),
      (error: unknown) => {
        if (reading !== this.#reading) return;
        this.error = error;
        this.#end("error", null);
      },
    );
  }

  #end(type: "load" | "error" | "abort", result: string | ArrayBuffer | null): void {
    this.readyState = 2;
    this.result = result;
    this.deliver(makeEvent(type));
    this.deliver(makeEvent("loadend"));
  }
}
