/**
 * Owns the messages about data between the main process, which owns the files of the values, and the render thread, whose scene sees
 * them. The scene's process passes them on as they are, by a port of their own, so that they come through before the scene is there.
 */

import type { DataDeclarations, DataForm } from "../../../shared/data.ts";

/** The main process is the only sender. A file stays until `taken` was said of it. `id` counts messages. */
export type ToSceneData =
  /** A whole new value, in a file with nothing else. */
  | {
      readonly kind: "value";
      readonly id: number;
      readonly name: string;
      readonly version: number;
      readonly form: DataForm;
      readonly bytes: number;
      readonly path: string;
    }
  /** Bytes to be put into the value, from `offset` on, in a file with nothing else. */
  | {
      readonly kind: "patch";
      readonly id: number;
      readonly name: string;
      readonly version: number;
      readonly offset: number;
      readonly bytes: number;
      readonly path: string;
    }
  | { readonly kind: "removal"; readonly id: number; readonly name: string }
  /** The scene has all that it is to begin with; `setup` waits for it. */
  | { readonly kind: "filled" };

/** The render thread is the only sender. */
export type FromSceneData =
  /** What the scene declares, before its `setup`; of one that takes the place of another, when it is shown. */
  | { readonly kind: "declared"; readonly declarations: DataDeclarations | "any" }
  /**
   * The thread has it, and what is drawn from now on shows it. `isKept`: the file of the value has it as well, which is not so of a
   * patch where files are read in place of being mapped.
   */
  | { readonly kind: "taken"; readonly id: number; readonly isKept: boolean }
  /** The file could not be read: the scene goes on with what it had. */
  | { readonly kind: "not-taken"; readonly id: number; readonly reason: string };
