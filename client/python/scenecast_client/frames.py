"""Owns the program's end of a frame source: it hands pictures that a renderer of ours makes to a server, which streams them, and
gives back the input (protocol: shared/frame-source.ts).

Threads: one reads what the server says; ``publish`` is called by one thread at a time; listeners are called on a thread of the source's
own, or, once ``process_events`` or ``run`` was called, by those.
"""

from __future__ import annotations

import collections
import sys
import threading
import time
from pathlib import Path
from typing import Any, Callable, Deque, Dict, List, Optional, Tuple

from .display import css_size
from .frame_line import FrameLine
from .frame_memory import to_frame
from .launch import ServerProcess, find_command
from .room import Room
from .server_requests import Requests, split_address
from .show import notebook_args, place_for

PROTOCOL_VERSION = 1

Listener = Callable[[Dict[str, Any]], Any]


def source(
    name: str = "frames",
    size: Tuple[int, int] = (1280, 720),
    *,
    title: Optional[str] = None,
    url: Optional[str] = None,
    token: Optional[str] = None,
    resizes: bool = False,
    max_pixels: Optional[int] = None,
    display: bool = True,
    height: Any = 480,
    width: Any = "100%",
    control: str = "everyone",
    port: int = 0,
    host: str = "127.0.0.1",
    args: Tuple[str, ...] = (),
) -> Source:
    """Starts a server that streams frames of ours, or joins one that waits for them (``url``), and shows it, as ``show`` does.

    ``name`` is what it is called, ``title`` the title of the page, if it is another; ``size`` that of the first frames, in pixels. A renderer
    that ``resizes`` follows the window of the person who steers (``s.size``), up to ``max_pixels`` in all (1280x720); of others positions
    of events are pixels of their frames. The rest is as in ``show``. End it with ``close()``, or use ``with``. Raises
    ``ScenecastError`` with the server's sentence.
    """
    place = place_for(None, ())
    shown = (css_size("width", width), css_size("height", height))
    if url is not None:
        base, own = split_address(url)
        room = Room(Requests(base, token if token is not None else own), None, place, shown)
    else:
        command = find_command([Path.cwd()])
        given = ["--frames", name, "--port", str(port), "--host", host, "--control", control, *notebook_args(place), *args]
        process = ServerProcess(command, given)
        process.wait_until_ready()
        base, _ = split_address(process.url)
        room = Room(Requests(base, process.token), process, place, shown, is_open=host in ("0.0.0.0", "::"))
    try:
        made = Source(room, size, title or name, resizes, max_pixels)
    except BaseException:
        room.close()
        raise
    if display:
        room.display()
    return made


class Source:
    """Frames on their way to those who watch, and their input on its way back. Made by ``source``."""

    room: Room
    """The room in which they are seen: ``s.room.link()``, ``s.room.snapshot()``, ``s.room.display()``."""

    def __init__(
        self, room: Room, size: Tuple[int, int], title: str, resizes: bool = False, max_pixels: Optional[int] = None
    ) -> None:
        self.room = room
        self._size = (int(size[0]), int(size[1]))
        self._pixel_ratio = 1.0
        self._hello: Dict[str, Any] = {"kind": "hello", "protocol": PROTOCOL_VERSION, "title": title}
        self._hello.update(width=self._size[0], height=self._size[1], resizes=resizes)
        if max_pixels is not None:
            self._hello["maxPixels"] = int(max_pixels)
        self._listeners: Dict[str, List[Listener]] = {}
        self._events: Deque[Tuple[int, Dict[str, Any]]] = collections.deque()
        self._is_dirty = True
        self._is_polled = False
        self._answered = 0
        self._line = FrameLine(room._requests, self._hello, self._handle_event, self._handle_woken)
        self._changed = self._line.changed
        threading.Thread(target=self._dispatch, name="scenecast-events", daemon=True).start()

    @property
    def watched(self) -> bool:
        """Whether anybody watches; while nobody does, drawing is of no use."""
        return self._line.watched

    @property
    def size(self) -> Tuple[int, int]:
        """The size of the picture that is asked for, width and height in pixels: where it ``resizes``, as the window of who steers is."""
        return self._size

    @property
    def pixel_ratio(self) -> float:
        """How many pixels of the picture a unit of the events' positions has."""
        return self._pixel_ratio

    @property
    def is_open(self) -> bool:
        """False once it was closed, or the server parted with it for good."""
        return self._line.is_open

    @property
    def uses_memory(self) -> bool:
        """Whether frames go through shared memory; else they go in the socket, as to another machine."""
        return self._line.uses_memory

    def publish(
        self, frame: Any, size: Optional[Tuple[int, int]] = None, rows: str = "down", timeout: Optional[float] = None
    ) -> bool:
        """Hands over a frame: uint8, height x width x 4 (RGBA, the fastest) or x 3 (RGB), or height x width (grey), of numpy or whatever has
        a buffer; bytes with their ``size``. ``rows`` is ``"up"`` where the first row is the bottom one, as OpenGL gives them. The frame is
        copied once, and may be drawn over when this returns. Waits, at most ``timeout`` seconds, while the server has no place for it,
        which is never longer than a frame takes. False where it was not handed over: it came to nothing in time, or the server is away
        for the moment. Raises ``ScenecastError`` once it is over."""
        if rows not in ("down", "up"):
            raise ValueError("rows must be 'down' or 'up'.")
        return self._line.hand_over(to_frame(frame, size), rows, self._answered, timeout)

    def on(self, event_type: str, listener: Listener) -> Callable[[], None]:
        """Calls ``listener`` with each event of this type, or of all (``"*"``); the function that is returned takes it off.

        Events are dicts in rendercanvas' words: ``pointer_down``, ``pointer_move``, ``pointer_up``, ``wheel``, ``double_click``, ``key_down``,
        ``key_up``, ``char``, ``resize`` and others, each with ``event_type`` and what it has: ``x``, ``y``, ``button``, ``modifiers``, ``key`` …
        """
        if not callable(listener):
            raise TypeError("The listener of an event must be a function.")
        self._listeners.setdefault(event_type, []).append(listener)

        def off() -> None:
            if listener in self._listeners[event_type]:
                self._listeners[event_type].remove(listener)

        return off

    def process_events(self, timeout: float = 0.0) -> int:
        """Calls the listeners of the events that came, on this thread, and waits for the first at most ``timeout`` seconds; from now on
        they are called by no other thread. Returns how many events there were."""
        self._is_polled = True
        with self._changed:
            if timeout > 0:
                self._changed.wait_for(lambda: bool(self._events) or not self.is_open, timeout)
            events, self._events = self._events, collections.deque()
        for number, event in events:
            self._call(number, event)
        return len(events)

    def invalidate(self) -> None:
        """Has ``run`` draw again. From any thread."""
        with self._changed:
            self._is_dirty = True
            self._changed.notify_all()

    def run(self, draw: Callable[[], Any], max_fps: float = 60.0, animate: bool = False, rows: str = "down") -> None:
        """Draws and publishes until it is over, or Ctrl-C: ``draw()`` returns a frame, and is called on this thread, as the listeners are,
        while somebody watches: after ``invalidate()``, after a ``resize``, or always, with ``animate``."""
        last = 0.0
        try:
            while self.is_open:
                self.process_events()
                is_due = self._is_due(animate)
                pause = last + 1 / max_fps - time.monotonic() if is_due else 1.0
                if is_due and pause <= 0:
                    last = time.monotonic()
                    self._is_dirty = False
                    # What came to nothing is drawn anew, as it is by then.
                    self._is_dirty |= not self.publish(draw(), rows=rows, timeout=1.0)
                    continue
                with self._changed:
                    self._changed.wait_for(
                        lambda: bool(self._events) or not self.is_open or (not is_due and self._is_due(animate)), pause
                    )
        except KeyboardInterrupt:
            pass

    def set_title(self, title: str) -> None:
        """Gives the page another title."""
        self._line.say({"kind": "title", "title": title})

    def set_cursor(self, cursor: str) -> None:
        """Gives the picture another cursor, by its name in CSS, for those who steer."""
        self._line.say({"kind": "cursor", "cursor": cursor})

    def close(self) -> None:
        """Ends it, and the server that was started for it. The last picture stays in a server that was joined. Idempotent."""
        self._line.close()
        self.room.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Source {self.room.url}>"

    def _is_due(self, animate: bool) -> bool:
        return self._line.watched and (animate or self._is_dirty)

    def _handle_woken(self) -> None:
        self._is_dirty = True

    def _handle_event(self, number: int, event: Dict[str, Any]) -> None:
        if isinstance(event.get("touches"), dict):
            event["touches"] = {int(name): touch for name, touch in event["touches"].items()}
        if event["event_type"] == "resize":
            self._size = (event["pwidth"], event["pheight"])
            self._pixel_ratio = event["pixel_ratio"]
            self._is_dirty = True
        self._events.append((number, event))

    def _dispatch(self) -> None:
        """Calls the listeners, on a thread of its own, until somebody else does."""
        while self.is_open and not self._is_polled:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._events) or self._is_polled or not self.is_open, 1.0)
                if self._is_polled:
                    return
                events, self._events = self._events, collections.deque()
            for number, event in events:
                self._call(number, event)

    def _call(self, number: int, event: Dict[str, Any]) -> None:
        for listener in [*self._listeners.get(event["event_type"], ()), *self._listeners.get("*", ())]:
            try:
                listener(event)
            except Exception:
                # It is the listener's own; the others hear of the event all the same.
                sys.excepthook(*sys.exc_info())
        self._answered = number
