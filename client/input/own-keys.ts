/** Owns which keys a page keeps for itself while the picture has the focus. */

/** Values of `KeyboardEvent.key`, or `all` of them. */
export type OwnKeys = ReadonlySet<string> | "all";
