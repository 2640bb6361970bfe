/** Values in memory, in the place of a room's data: what is filled can be looked at. It knows the rules of forms, and has no scene. */

import type { DataAnswer, DataInfo, DataWriter } from "../../server/data/data-contract.ts";
import type { DataTarget } from "../../server/data/formats/receive-data.ts";
import {
  closeForm,
  type DataDeclarations,
  type DataForm,
  elementArrays,
  fitsDeclaration,
  isArrayForm,
  openForm,
  rowBytes,
} from "../../shared/data.ts";
import { StreamError } from "../../shared/errors.ts";

type Value = { readonly form: DataForm; readonly bytes: Uint8Array<ArrayBuffer>; readonly version: number };

export class MemoryData implements DataTarget {
  readonly values = new Map<string, Value>();
  /** The bytes of each piece that was written. */
  readonly pieces: number[] = [];
  aborted = 0;
  readonly maxBytes = 2 ** 30;
  readonly #declared: DataDeclarations | "any";

  constructor(declared: DataDeclarations | "any" = "any") {
    this.#declared = declared;
  }

  list(): readonly DataInfo[] {
    return [...this.values].map(([name, { form, bytes, version }]) => {
      return { name, declaration: null, form, bytes: bytes.byteLength, version };
    });
  }

  /** The elements of an array as numbers, or big ones. */
  elements(name: string): readonly (number | bigint)[] {
    const value = this.values.get(name);
    if (value === undefined || !isArrayForm(value.form)) throw new Error(`${name} is no array.`);
    return [...new elementArrays[value.form.type](value.bytes.buffer)];
  }

  async declarationOf(name: string): Promise<DataDeclarations[string] | "any" | null> {
    return this.#declared === "any" ? "any" : (this.#declared[name] ?? null);
  }

  async begin(...[name, wanted, byteLength]: Parameters<DataTarget["begin"]>): Promise<DataWriter> {
    const declared = await this.declarationOf(name);
    if (declared === null) throw new StreamError("data-refused", `The scene takes no ${name}.`);
    const declaration = declared === "any" ? null : declared;
    const open = openForm(name, wanted, declaration, byteLength);
    if (declaration !== null && !fitsDeclaration(open, declaration)) {
      throw new StreamError("data-refused", `The scene takes another ${name}.`);
    }
    return this.#writer(name, byteLength, (bytes) => ({ form: closeForm(name, open, bytes.byteLength), bytes }));
  }

  async beginPatch(...[name, { offset, count }]: Parameters<DataTarget["beginPatch"]>): Promise<DataWriter> {
    const value = this.values.get(name);
    if (value === undefined) throw new StreamError("data-missing");
    const row = rowBytes(value.form);
    return this.#writer(name, count === null ? null : count * row, (part) => {
      if (offset * row + part.byteLength > value.bytes.byteLength)
        throw new TypeError(`The part must be within ${name}.`);
      const bytes = value.bytes.slice();
      bytes.set(part, offset * row);
      return { form: value.form, bytes };
    });
  }

  #writer(
    name: string,
    byteLength: number | null,
    make: (bytes: Uint8Array<ArrayBuffer>) => Omit<Value, "version">,
  ): DataWriter {
    const chunks: Uint8Array[] = [];
    return {
      write: (chunk) => {
        this.pieces.push(chunk.byteLength);
        chunks.push(chunk.slice());
      },
      commit: async (): Promise<DataAnswer> => {
        const all = new Uint8Array(Buffer.concat(chunks));
        if (byteLength !== null && all.byteLength !== byteLength)
          throw new TypeError(`${name} must be ${byteLength} bytes.`);
        const { form, bytes } = make(all);
        const version = (this.values.get(name)?.version ?? 0) + 1;
        this.values.set(name, { form, bytes, version });
        return { name, version, taken: true, form, bytes: bytes.byteLength };
      },
      abort: () => {
        this.aborted += 1;
      },
    };
  }
}
