/** Declares as much of the DOM as the scene contract and three's types name. A user's project has the real types. */

interface HTMLElement extends EventTarget {
  readonly clientWidth: number;
  readonly clientHeight: number;
}
