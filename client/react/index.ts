/** Owns `<SceneCast>` for React 18 and later: the element, with properties for its attributes and its viewer's events. */

import {
  type CSSProperties,
  createElement,
  type ForwardRefExoticComponent,
  forwardRef,
  type RefAttributes,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from "react";
import { type SceneCastElement, type SceneCastEventMap, sceneCastEvents } from "../element/index.ts";
import type { Preference, TransportChoice, ViewerEvents } from "../index.ts";

export type { SceneCastElement } from "../element/index.ts";

/** A listener for each event of the viewer, such as `onStateChanged`. */
export type SceneCastListeners = {
  readonly [Name in keyof ViewerEvents as `on${Capitalize<Name>}`]?: (event: ViewerEvents[Name]) => void;
};

/** What `<SceneCast>` takes. */
export type SceneCastProperties = SceneCastListeners & {
  /** The address of the room's page, or a share link. */
  readonly src: string;
  /** The token of a share link, where the server wants one and `src` has none. It is not written into the document. */
  readonly token?: string;
  /** What the viewer wants to be called. Default: the server makes a name up. */
  readonly name?: string;
  /** The way of the pictures. Default `auto`. */
  readonly transport?: TransportChoice;
  /** What is given up first on a slow way. Default `auto`. */
  readonly preference?: Preference;
  /** The most that the pictures may take, in bits a second. Default: what the server gives. */
  readonly maxBitrateBps?: number;
  /** Values of `KeyboardEvent.key` that the page keeps for itself, or `all` of them. Default none. */
  readonly ownKeys?: readonly string[] | "all";
  /** Whether the controls of the scene are a panel over the picture. Default false. */
  readonly controlsPanel?: boolean;
  readonly className?: string;
  readonly style?: CSSProperties;
  /** What a screen reader calls the picture. Default "The scene". */
  readonly label?: string;
};

/** Where pages are rendered on a server nothing is committed, and React complains of the other one. */
const useCommit = typeof document === "undefined" ? useEffect : useLayoutEffect;

/**
 * Shows a scene. Its connection outlives renders; another `src`, `token`, `transport` or `ownKeys` begins anew. `ref` is
 * the element, whose `viewer` is the viewer.
 */
export const SceneCast: ForwardRefExoticComponent<SceneCastProperties & RefAttributes<SceneCastElement>> = forwardRef(
  function SceneCast(properties: SceneCastProperties, ref) {
    const { src, token, name, transport, preference, maxBitrateBps, ownKeys, className, style, label } = properties;
    const { controlsPanel = false } = properties;
    const element = useRef<SceneCastElement | null>(null);
    const listeners = useRef<SceneCastListeners>(properties);
    useImperativeHandle<SceneCastElement | null, SceneCastElement | null>(ref, () => element.current, []);
    useCommit(() => {
      listeners.current = properties;
    });
    useCommit(() => {
      if (element.current !== null) element.current.token = token ?? null;
    }, [token]);
    useCommit(() => listenTo(element.current, listeners), []);
    return createElement("scene-cast", {
      ref: element,
      src,
      name,
      transport,
      preference,
      "max-bitrate": maxBitrateBps,
      "own-keys": ownKeys === "all" ? ownKeys : ownKeys?.join(" "),
      "controls-panel": controlsPanel ? "" : undefined,
      // React 18 knows no className of such elements.
      class: className,
      style,
      "aria-label": label,
    });
  },
);

function listenTo(element: SceneCastElement | null, listeners: { readonly current: SceneCastListeners }): () => void {
  const control = new AbortController();
  for (const name of sceneCastEvents) {
    const property = `on${name.charAt(0).toUpperCase()}${name.slice(1)}` as keyof SceneCastListeners;
    const tell = ({ detail }: SceneCastEventMap[typeof name]): void => {
      const listener = listeners.current[property] as ((event: typeof detail) => void) | undefined;
      listener?.(detail);
    };
    element?.addEventListener(name, tell, { signal: control.signal });
  }
  return () => control.abort();
}
