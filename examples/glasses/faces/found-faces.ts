/** What the thread that finds faces is asked, and what it answers. */

export type Picture = { readonly width: number; readonly height: number; readonly pixels: Uint8Array };

export type FoundFaces = {
  /** x, y and z of the points of each face, in pixels: from the left, from the top, away from who looks. */
  readonly faces: readonly Float32Array[];
  /** Which points make triangles. */
  readonly triangles: readonly number[];
};

export type FaceAnswer = { readonly found: FoundFaces } | { readonly failed: string };
