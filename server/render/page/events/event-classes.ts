/** Owns the classes of the events that a page fires, with the fields that each has when nobody gives them. Render thread. */

type Fields = Readonly<Record<string, unknown>>;

const modifiers = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };
const mouse = {
  ...modifiers,
  ...{ x: 0, y: 0, clientX: 0, clientY: 0, pageX: 0, pageY: 0, offsetX: 0, offsetY: 0, screenX: 0, screenY: 0 },
  ...{ movementX: 0, movementY: 0, button: 0, buttons: 0, relatedTarget: null },
};
const pointer = {
  ...mouse,
  ...{ pointerId: 0, pointerType: "", isPrimary: false, pressure: 0, tangentialPressure: 0, tiltX: 0, tiltY: 0 },
  ...{ twist: 0, width: 1, height: 1, getCoalescedEvents: () => [], getPredictedEvents: () => [] },
};

/** An event whose further fields come with the options that it is made with. */
class FieldEvent extends Event {
  static readonly defaults: Fields = {};

  constructor(type: string, options: Fields = {}) {
    super(type, options as ConstructorParameters<typeof Event>[1]);
    const { bubbles: _, cancelable: __, composed: ___, ...fields } = options;
    Object.assign(this, new.target.defaults, fields);
  }
}

class UIEvent extends FieldEvent {
  static override readonly defaults: Fields = { detail: 0, view: null };

  getModifierState(name: string): boolean {
    const key = name === "Control" ? "ctrlKey" : `${name.toLowerCase()}Key`;
    return Reflect.get(this, key) === true;
  }
}
class MouseEvent extends UIEvent {
  static override readonly defaults: Fields = { ...UIEvent.defaults, ...mouse };
}
class PointerEvent extends MouseEvent {
  static override readonly defaults: Fields = { ...UIEvent.defaults, ...pointer };
}
class WheelEvent extends MouseEvent {
  static readonly DOM_DELTA_PIXEL = 0;
  static readonly DOM_DELTA_LINE = 1;
  static readonly DOM_DELTA_PAGE = 2;
  static override readonly defaults: Fields = {
    ...MouseEvent.defaults,
    ...{ deltaX: 0, deltaY: 0, deltaZ: 0, deltaMode: 0 },
    ...{ DOM_DELTA_PIXEL: 0, DOM_DELTA_LINE: 1, DOM_DELTA_PAGE: 2 },
  };
}
class KeyboardEvent extends UIEvent {
  static override readonly defaults: Fields = {
    ...{ ...UIEvent.defaults, ...modifiers, code: "", key: "", location: 0, repeat: false, isComposing: false },
    ...{ keyCode: 0, charCode: 0, which: 0 },
  };
}
class TouchEvent extends UIEvent {
  static override readonly defaults: Fields = {
    ...{ ...UIEvent.defaults, ...modifiers, touches: [], targetTouches: [], changedTouches: [] },
  };
}
class FocusEvent extends UIEvent {
  static override readonly defaults: Fields = { ...UIEvent.defaults, relatedTarget: null };
}
class InputEvent extends UIEvent {
  static override readonly defaults: Fields = { ...UIEvent.defaults, data: null, inputType: "" };
}
class ProgressEvent extends FieldEvent {
  static override readonly defaults: Fields = { lengthComputable: false, loaded: 0, total: 0 };
}

type EventClass = new (type: string, options?: Fields) => Event;

/** The classes by the names that a page has them by. */
export const eventClasses: Readonly<Record<string, EventClass>> = {
  ...{
    UIEvent,
    MouseEvent,
    PointerEvent,
    WheelEvent,
    KeyboardEvent,
    TouchEvent,
    FocusEvent,
    InputEvent,
    ProgressEvent,
  },
};

const classOfType: readonly (readonly [RegExp, EventClass])[] = [
  [/^(?:pointer(?:down|up|move|over|out|enter|leave|cancel)|(?:got|lost)pointercapture)$/, PointerEvent],
  [/^(?:mouse\w+|dblclick)$/, MouseEvent],
  [/^(?:click|auxclick|contextmenu)$/, PointerEvent],
  [/^wheel$/, WheelEvent],
  [/^key/, KeyboardEvent],
  [/^touch/, TouchEvent],
  [/^(?:focus|blur)$/, FocusEvent],
  [/^(?:progress|loadstart|loadend|timeout|abort)$/, ProgressEvent],
];

/** Makes an event of the class that a page gives to `type`. */
export function eventOf(type: string, options: Fields): Event {
  const Class = classOfType.find(([pattern]) => pattern.test(type))?.[1] ?? FieldEvent;
  return new Class(type, options);
}
