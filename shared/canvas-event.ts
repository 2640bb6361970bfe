/**
 * Owns the events that a program which makes pictures is told of, in the words of rendercanvas (jupyter_rfb's event specification):
 * times in seconds, positions in logical pixels from the upper left corner, buttons counted from 1 for the left one, 2 for the right
 * one, 3 for the middle one.
 */

/** The longest title in UTF-16 units. */
export const MAX_CANVAS_TITLE = 200;

export const canvasModifiers = ["Shift", "Control", "Alt", "Meta"] as const;
export type CanvasModifier = (typeof canvasModifiers)[number];

type Stamped = {
  /** Seconds, on a clock that only counts up. */
  readonly time_stamp: number;
};

type Held = { readonly buttons: readonly number[]; readonly modifiers: readonly CanvasModifier[] };

/** A pointer that is down. */
export type CanvasTouch = { readonly x: number; readonly y: number; readonly pressure: number };

export const canvasPointerTypes = [
  "pointer_down",
  "pointer_up",
  "pointer_move",
  "pointer_enter",
  "pointer_leave",
  "double_click",
] as const;
export type CanvasPointerType = (typeof canvasPointerTypes)[number];

export type CanvasPointerEvent = Stamped &
  Held & {
    readonly event_type: CanvasPointerType;
    readonly x: number;
    readonly y: number;
    /** The button that changed; 0 where none did. */
    readonly button: number;
    /** How many pointers are down. */
    readonly ntouches: number;
    /** By the ids of the pointers. */
    readonly touches: Readonly<Record<string, CanvasTouch>>;
  };

export type CanvasWheelEvent = Stamped &
  Held & {
    readonly event_type: "wheel";
    readonly x: number;
    readonly y: number;
    readonly dx: number;
    readonly dy: number;
  };

export type CanvasKeyEvent = Stamped & {
  readonly event_type: "key_down" | "key_up";
  /** As in UI Events: "a", "Enter". */
  readonly key: string;
  readonly modifiers: readonly CanvasModifier[];
};

/** A character was typed; `char_str` is the older name of `data`. */
export type CanvasCharEvent = Stamped & {
  readonly event_type: "char";
  readonly data: string;
  readonly char_str: string;
  readonly modifiers: readonly CanvasModifier[];
};

/** The space for the picture, in logical pixels, how many pixels one of them has, and the size in pixels that is wished for. */
export type CanvasResizeEvent = Stamped & {
  readonly event_type: "resize";
  readonly width: number;
  readonly height: number;
  readonly pixel_ratio: number;
  readonly pwidth: number;
  readonly pheight: number;
};

export type CanvasCloseEvent = Stamped & { readonly event_type: "close" };

export type CanvasEvent =
  | CanvasPointerEvent
  | CanvasWheelEvent
  | CanvasKeyEvent
  | CanvasCharEvent
  | CanvasResizeEvent
  | CanvasCloseEvent;
