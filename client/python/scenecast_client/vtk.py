"""Owns how a render window of VTK is streamed: its frames go out, and the input of those who watch turns it, by its own styles.

VTK is drawn on the thread that calls ``run``. Without a screen Debian's VTK wants an X server, ``xvfb-run python3 …``; PyPI's finds EGL or
OSMesa by itself (``VTK_DEFAULT_OPENGL_WINDOW``).
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Optional

from .frames import Source, source

_BUTTONS = {1: "LeftButton", 2: "RightButton", 3: "MiddleButton"}
# Names of keys as X has them, which VTK takes, where they are not those of browsers.
_KEYS = {
    "Enter": "Return",
    "Backspace": "BackSpace",
    "ArrowLeft": "Left",
    "ArrowRight": "Right",
    "ArrowUp": "Up",
    "ArrowDown": "Down",
    "PageUp": "Prior",
    "PageDown": "Next",
    "Shift": "Shift_L",
    "Control": "Control_L",
    "Alt": "Alt_L",
    " ": "space",
}
# What a notch of a wheel is in pixels.
_NOTCH = 100.0


class VtkSource:
    """A render window that is streamed. Made by ``vtk_source``; ``run()`` draws it whenever something changed."""

    source: Source
    """Its frames: ``.room.link()``, ``.on(…)``, ``.invalidate()``."""

    def __init__(self, render_window: Any, made: Source, samples: Optional[int] = None) -> None:
        import vtk

        self.source = made
        self._window = render_window
        self._pixels = vtk.vtkUnsignedCharArray()
        self._before_draw: Optional[Callable[[], Any]] = None
        self._wheel = 0.0
        render_window.SetOffScreenRendering(1)
        render_window.SetSize(*made.size)
        _choose_samples(render_window, samples)
        before = render_window.GetInteractor()
        self._interactor = vtk.vtkGenericRenderWindowInteractor()
        self._interactor.SetRenderWindow(render_window)
        style = before.GetInteractorStyle() if before is not None else None
        self._interactor.SetInteractorStyle(style or vtk.vtkInteractorStyleTrackballCamera())
        self._interactor.Initialize()
        # Whatever wants to be drawn again is drawn with the next frame, once.
        self._interactor.EnableRenderOff()
        self._interactor.AddObserver("RenderEvent", lambda *_: made.invalidate())
        made.on("*", self._handle)

    @property
    def interactor(self) -> Any:
        """The interactor that hears the input; its style may be changed."""
        return self._interactor

    def run(self, before_draw: Optional[Callable[[], Any]] = None, animate: bool = False, max_fps: float = 60.0) -> None:
        """Draws until it is over, or Ctrl-C: while somebody watches, whenever input or ``source.invalidate()`` changed something, or
        always, with ``animate``. ``before_draw`` is called before each frame."""
        self._before_draw = before_draw
        self.source.run(self._draw, max_fps=max_fps, animate=animate, rows="up")

    def close(self) -> None:
        """Ends it, and the server that was started for it."""
        self.source.close()

    def __enter__(self) -> VtkSource:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _draw(self) -> Any:
        from vtk.util.numpy_support import vtk_to_numpy

        if self._before_draw is not None:
            self._before_draw()
        self._window.Render()
        width, height = self._window.GetSize()
        self._window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, self._pixels)
        return vtk_to_numpy(self._pixels).reshape(height, width, 4)

    def _handle(self, event: Dict[str, Any]) -> None:
        kind = event["event_type"]
        if kind == "resize":
            self._window.SetSize(event["pwidth"], event["pheight"])
            self._interactor.UpdateSize(event["pwidth"], event["pheight"])
            self._interactor.ConfigureEvent()
        elif kind in ("pointer_down", "pointer_up", "pointer_move", "double_click", "wheel"):
            self._tell(event)
            self._handle_pointer(kind, event)
        elif kind == "pointer_leave":
            self._interactor.LeaveEvent()
        elif kind == "pointer_enter":
            self._interactor.EnterEvent()
        elif kind in ("key_down", "key_up"):
            self._handle_key(kind, event)

    def _handle_pointer(self, kind: str, event: Dict[str, Any]) -> None:
        if kind == "pointer_move":
            self._interactor.MouseMoveEvent()
        elif kind == "wheel":
            self._wheel += event.get("dy", 0.0) / _NOTCH
            while abs(self._wheel) >= 0.5:
                is_back = self._wheel > 0
                self._wheel -= 1.0 if is_back else -1.0
                (self._interactor.MouseWheelBackwardEvent if is_back else self._interactor.MouseWheelForwardEvent)()
        else:
            button = _BUTTONS.get(event.get("button", 0))
            word = {"pointer_down": "Press", "pointer_up": "Release", "double_click": "DoubleClick"}[kind]
            told = getattr(self._interactor, f"{button}{word}Event", None) if button else None
            if told is not None:
                told()

    def _handle_key(self, kind: str, event: Dict[str, Any]) -> None:
        key = event.get("key", "")
        self._tell(event, key[0] if len(key) == 1 else "\0", _KEYS.get(key, key))
        if kind == "key_up":
            self._interactor.KeyReleaseEvent()
            return
        self._interactor.KeyPressEvent()
        self._interactor.CharEvent()

    def _tell(self, event: Dict[str, Any], character: str = "\0", symbol: Optional[str] = None) -> None:
        """Where the pointer is, in VTK's pixels, which count from below, and what is held."""
        held = event.get("modifiers", ())
        x, y = self._interactor.GetEventPosition()
        if "x" in event:
            ratio, height = self.source.pixel_ratio, self._window.GetSize()[1]
            x, y = round(event["x"] * ratio), height - 1 - round(event["y"] * ratio)
        self._interactor.SetEventInformation(x, y, "Control" in held, "Shift" in held, character, 0, symbol)
        self._interactor.SetAltKey("Alt" in held)


def vtk_source(render_window: Any, name: str = "vtk", samples: Optional[int] = None, **options: Any) -> VtkSource:
    """Streams a ``vtkRenderWindow`` that has its renderers, off screen, and shows it as ``source`` does, whose options it takes; ``size`` is the
    window's if it is left out. Its interactor's style goes on to work, by the input of those who watch; without one it is a trackball.
    ``samples`` a pixel smooth edges; if it is left out, the window's own on a GPU and none in software, where they take ten times as long."""
    size = options.pop("size", None) or tuple(render_window.GetSize())
    size = size if min(size) >= 16 else (1280, 720)
    return VtkSource(render_window, source(name, size, resizes=True, **options), samples)


def _choose_samples(render_window: Any, samples: Optional[int]) -> None:
    if samples is None:
        # Who draws is known once something was drawn.
        render_window.Render()
        renderer = render_window.ReportCapabilities().lower()
        if not any(name in renderer for name in ("llvmpipe", "softpipe", "swiftshader", "software rasterizer")):
            return
    render_window.SetMultiSamples(samples or 0)
