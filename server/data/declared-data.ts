/** Owns what the scene takes of data, as it declared it last, in the main process. */

import {
  type DataDeclaration,
  type DataDeclarations,
  fitsDeclaration,
  formText,
  type OpenForm,
} from "../../shared/data.ts";
import { StreamError } from "../../shared/errors.ts";

export class DeclaredData {
  /** Resolves when it is known what the first scene takes; rejects where there will never be one. */
  readonly known: Promise<void>;
  readonly #settle: PromiseWithResolvers<void>;
  #declared: DataDeclarations | "any" = {};

  /** `ready` settles when a scene was there; one that has said nothing until then takes nothing. */
  constructor(ready: Promise<unknown>) {
    this.#settle = Promise.withResolvers<void>();
    this.known = this.#settle.promise;
    this.known.catch(() => undefined);
    ready.then(() => this.#settle.resolve(), this.#settle.reject);
  }

  set(declared: DataDeclarations | "any"): void {
    this.#declared = declared;
    this.#settle.resolve();
  }

  /** There will be no scene. */
  close(error: StreamError): void {
    this.#settle.reject(error);
  }

  get isAny(): boolean {
    return this.#declared === "any";
  }

  get names(): readonly string[] {
    return this.#declared === "any" ? [] : Object.keys(this.#declared);
  }

  /** What is declared of a name; null where nothing is. */
  of(name: string): DataDeclaration | null {
    if (this.#declared === "any" || !Object.hasOwn(this.#declared, name)) return null;
    return this.#declared[name] ?? null;
  }

  /** What the scene takes of a name; null where that is anything. Throws `StreamError` "data-refused" where it takes nothing. */
  taken(name: string): DataDeclaration | null {
    const declaration = this.of(name);
    if (this.isAny || declaration !== null) return declaration;
    const { names } = this;
    const none = `The scene takes no data, so there is no "${name}".`;
    const sentence = names.length === 0 ? none : `The scene takes no data "${name}". It takes ${names.join(", ")}.`;
    throw new StreamError("data-refused", sentence);
  }

  /** Throws `StreamError` "data-refused" where the scene does not take a value of this form. */
  check(name: string, form: OpenForm): void {
    const declaration = this.taken(name);
    if (declaration === null || fitsDeclaration(form, declaration)) return;
    const sentence = `The scene takes ${formText(declaration)} as ${name}, not ${formText(form)}.`;
    throw new StreamError("data-refused", sentence);
  }
}
