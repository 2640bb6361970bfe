"""Owns how a figure of matplotlib is streamed: Agg draws it on the thread that calls ``run``, and the input of those who watch reaches
its axes, its widgets and what listens to its events."""

from __future__ import annotations

from typing import Any, Callable, Dict, Optional, Tuple

from .frames import Source, source

# A wheel's notch is 100 pixels; matplotlib counts notches, up positive.
_NOTCH = -100.0
_DRAWN_DPI = 100.0


class FigureSource:
    """A figure that is streamed. Made by ``figure_source``; ``run()`` draws it whenever something changed."""

    source: Source
    """Its frames: ``.room.link()``, ``.on(…)``, ``.invalidate()``."""

    def __init__(self, figure: Any, made: Source) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        self.source = made
        self._figure = figure
        self._pointer = (0.0, 0.0)
        self._canvas = FigureCanvasAgg(figure)
        # What changes the figure asks its canvas to be drawn some time soon.
        self._canvas.draw_idle = lambda *_args, **_options: made.invalidate()
        self._resize(*made.size)
        made.on("*", self._handle)

    def run(self, before_draw: Optional[Callable[[], Any]] = None, animate: bool = False, max_fps: float = 30.0) -> None:
        """Draws until it is over, or Ctrl-C, while somebody watches. ``before_draw`` is called before each frame."""

        def draw() -> Any:
            if before_draw is not None:
                before_draw()
            self._canvas.draw()
            return self._canvas.buffer_rgba()

        self.source.run(draw, max_fps=max_fps, animate=animate)

    def close(self) -> None:
        """Ends it, and the server that was started for it."""
        self.source.close()

    def __enter__(self) -> FigureSource:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _resize(self, width: int, height: int) -> None:
        self._figure.set_dpi(_DRAWN_DPI * min(2.0, max(0.5, self.source.pixel_ratio)))
        self._figure.set_size_inches(width / self._figure.dpi, height / self._figure.dpi, forward=False)

    def _handle(self, event: Dict[str, Any]) -> None:
        from matplotlib.backend_bases import KeyEvent, MouseEvent, ResizeEvent

        kind = event["event_type"]
        if kind == "resize":
            self._resize(event["pwidth"], event["pheight"])
            self._canvas.callbacks.process("resize_event", ResizeEvent("resize_event", self._canvas))
            return
        name = _NAMES.get(kind)
        if name is None:
            return
        if kind.startswith("key"):
            told: Any = KeyEvent(name, self._canvas, _key_of(event), *self._place(event))
        else:
            told = MouseEvent(name, self._canvas, *self._place(event), **_mouse_of(kind, event))
        self._canvas.callbacks.process(name, told)

    def _place(self, event: Dict[str, Any]) -> Tuple[float, float]:
        """Where the pointer is, in pixels of the picture, from below, as matplotlib has it."""
        if "x" in event:
            ratio, height = self.source.pixel_ratio, self.source.size[1]
            self._pointer = (event["x"] * ratio, height - event["y"] * ratio)
        return self._pointer


_NAMES = {
    "pointer_down": "button_press_event",
    "pointer_up": "button_release_event",
    "pointer_move": "motion_notify_event",
    "double_click": "button_press_event",
    "wheel": "scroll_event",
    "key_down": "key_press_event",
    "key_up": "key_release_event",
}
# Left, right and middle, which matplotlib counts otherwise.
_BUTTONS = {1: 1, 2: 3, 3: 2}


def _mouse_of(kind: str, event: Dict[str, Any]) -> Dict[str, Any]:
    if kind == "wheel":
        step = event.get("dy", 0.0) / _NOTCH
        return {"button": "up" if step > 0 else "down", "step": step}
    held = event.get("button") or next(iter(event.get("buttons", ())), 0)
    return {"button": _BUTTONS.get(held), "dblclick": kind == "double_click"}


def _key_of(event: Dict[str, Any]) -> str:
    key = event.get("key", "")
    name = {"Control": "control", "ArrowLeft": "left", "ArrowRight": "right", "ArrowUp": "up", "ArrowDown": "down"}.get(key, key)
    name = name if len(name) == 1 else name.lower()
    held = [word for word, sign in (("ctrl", "Control"), ("alt", "Alt")) if sign in event.get("modifiers", ()) and key != sign]
    return "+".join([*held, name])


def figure_source(figure: Any, name: str = "figure", **options: Any) -> FigureSource:
    """Streams a figure, and shows it as ``source`` does, whose options it takes; ``size`` is the figure's if it is left out. The figure
    need not be one of pyplot's: ``matplotlib.figure.Figure()``."""
    size = options.pop("size", None) or tuple(round(inches * _DRAWN_DPI) // 2 * 2 for inches in figure.get_size_inches())
    return FigureSource(figure, source(name, size, resizes=True, **options))
