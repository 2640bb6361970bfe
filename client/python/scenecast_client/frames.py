"""Owns the program's end of a frame source: it hands pictures that a renderer of ours makes to a server, which streams them, and
gives back the input (protocol: server/frames/README.md).

Threads: one reads what the server says; ``publish`` is called by one thread at a time; listeners are called on a thread of the source's
own, or, once ``process_events`` or ``run`` was called, by those.
"""

from __future__ import annotations

import collections
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any, Callable, Deque, Dict, List, Optional, Tuple

from .display import css_size
from .errors import ScenecastError
from .frame_memory import FORMATS, Frame, FrameMemory, packed, to_frame
from .launch import ServerProcess, find_command
from .room import Room
from .server_requests import Requests, split_address
from .show import notebook_args, place_for
from .websocket import SocketClosed, WebSocket

PROTOCOL_VERSION = 1
_ANSWER_SECONDS = 10.0
_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)

Listener = Callable[[Dict[str, Any]], Any]


def source(
    name: str = "frames",
    size: Tuple[int, int] = (1280, 720),
    *,
    title: Optional[str] = None,
    url: Optional[str] = None,
    token: Optional[str] = None,
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

    ``name`` is the room's, letters, digits, ``-`` and ``_``; ``size`` that of the first frames, in pixels; ``max_pixels`` the largest picture
    that is worth drawing (else 1280x720): the server asks for no larger one when a window is enlarged. The rest is as in ``show``. End it
    with ``close()``, or use ``with``. Raises ``ScenecastError`` with the server's sentence.
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
        made = Source(room, size, title or name, max_pixels)
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

    def __init__(self, room: Room, size: Tuple[int, int], title: str, max_pixels: Optional[int] = None) -> None:
        self.room = room
        self._size = (int(size[0]), int(size[1]))
        self._pixel_ratio = 1.0
        self._hello: Dict[str, Any] = {"kind": "hello", "protocol": PROTOCOL_VERSION, "title": title}
        self._hello.update(width=self._size[0], height=self._size[1])
        if max_pixels is not None:
            self._hello["maxPixels"] = int(max_pixels)
        self._listeners: Dict[str, List[Listener]] = {}
        self._events: Deque[Tuple[int, Dict[str, Any]]] = collections.deque()
        self._changed = threading.Condition()
        self._free: List[int] = []
        self._memory: Optional[FrameMemory] = None
        self._capacity = 0
        self._watched = False
        self._is_dirty = True
        self._is_polled = False
        self._number = 0
        self._answered = 0
        self._failure: Optional[ScenecastError] = None
        self._stop = threading.Event()
        self._socket: Optional[WebSocket] = self._connect()
        for work in (self._read, self._dispatch):
            threading.Thread(target=work, name="scenecast-frames", daemon=True).start()
        with self._changed:
            self._changed.wait_for(lambda: bool(self._free) or self._failure is not None, _ANSWER_SECONDS)
        if self._failure is not None:
            raise self._failure
        if not self._free:
            raise ScenecastError("The server did not answer in time.")

    @property
    def watched(self) -> bool:
        """Whether anybody watches; while nobody does, drawing is of no use."""
        return self._watched

    @property
    def size(self) -> Tuple[int, int]:
        """The size of the picture that is asked for, width and height in pixels: it follows the window of the person who steers."""
        return self._size

    @property
    def pixel_ratio(self) -> float:
        """How many pixels of the picture a unit of the events' positions has."""
        return self._pixel_ratio

    @property
    def is_open(self) -> bool:
        """False once it was closed, or the server parted with it for good."""
        return not self._stop.is_set() and self._failure is None

    @property
    def uses_memory(self) -> bool:
        """Whether frames go through shared memory; else they go in the socket, as to another machine."""
        return self._memory is not None

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
        given = to_frame(frame, size)
        slot = self._take_slot(given, timeout)
        if slot is None:
            return False
        self._number += 1
        head: Dict[str, Any] = {"kind": "frame", "slot": slot, "number": self._number, "width": given.width, "height": given.height}
        head.update(format=FORMATS[given.depth], rows=rows)
        if self._answered > 0:
            head["answers"] = self._answered
        socket, memory = self._socket, self._memory
        try:
            if socket is None:
                return False
            if memory is not None:
                memory.write(slot, given)
                socket.send_text(json.dumps(head))
            else:
                socket.send_bytes(json.dumps(head).encode() + b"\n", packed(given))
        except SocketClosed:
            return False
        return True

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
                    self.publish(draw(), rows=rows, timeout=1.0)
                    continue
                with self._changed:
                    self._changed.wait_for(
                        lambda: bool(self._events) or not self.is_open or (not is_due and self._is_due(animate)), pause
                    )
        except KeyboardInterrupt:
            pass

    def close(self) -> None:
        """Ends it, and the server that was started for it. The last picture stays in a server that was joined. Idempotent."""
        self._stop.set()
        with self._changed:
            self._changed.notify_all()
        if self._socket is not None:
            self._socket.close()
        self.room.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Source {self.room.url}>"

    def _is_due(self, animate: bool) -> bool:
        return self._watched and (animate or self._is_dirty)

    def _take_slot(self, frame: Frame, timeout: Optional[float]) -> Optional[int]:
        if frame.nbytes > self._capacity and self._memory is not None:
            self._reserve(frame)
        with self._changed:
            self._changed.wait_for(lambda: bool(self._free) or not self.is_open, timeout)
            if self._failure is not None:
                raise self._failure
            return self._free.pop(0) if self._free and not self._stop.is_set() else None

    def _reserve(self, frame: Frame) -> None:
        before = self._capacity
        socket = self._socket
        if socket is None:
            return
        socket.send_text(json.dumps({"kind": "reserve", "width": frame.width, "height": frame.height}))
        with self._changed:
            self._changed.wait_for(lambda: self._capacity != before or not self.is_open, _ANSWER_SECONDS)
        if self._capacity < frame.nbytes and self.is_open:
            raise ScenecastError(f"The server has no memory for frames of {frame.width}x{frame.height}.")

    def _connect(self) -> WebSocket:
        requests = self.room._requests
        socket = WebSocket(requests.socket_address("frames"), requests.credentials(), max_bytes=1 << 20)
        socket.send_text(json.dumps(self._hello))
        return socket

    def _read(self) -> None:
        tries = 0
        while not self._stop.is_set():
            try:
                if self._socket is None:
                    self._socket = self._connect()
                while True:
                    received = self._socket.receive()
                    tries = 0
                    if isinstance(received.data, str):
                        self._handle(json.loads(received.data))
            except ScenecastError as error:
                self._lose()
                is_final = getattr(error, "code", 0) in (4400, 4403) or error.status in (401, 403, 404)
                if self._failure is not None or is_final or self._stop.is_set():
                    return self._end(error)
            self._stop.wait(_PAUSES[min(tries, len(_PAUSES) - 1)])
            tries += 1
        return None

    def _lose(self) -> None:
        with self._changed:
            self._free = []
            self._socket = None
            # It stays mapped as long as `publish` may be writing into it.
            self._memory = None
            self._watched = False

    def _end(self, error: ScenecastError) -> None:
        with self._changed:
            if not self._stop.is_set():
                self._failure = self._failure or error
            self._changed.notify_all()

    def _handle(self, message: Dict[str, Any]) -> None:
        kind = message.get("kind")
        with self._changed:
            if kind == "welcome":
                self._memory = _mapped(message)
                self._capacity = message["capacity"]
                self._free = list(range(message["slots"]))
            elif kind == "free":
                self._free.append(message["slot"])
            elif kind == "watched":
                self._watched = bool(message["watched"])
                self._is_dirty = self._is_dirty or self._watched
            elif kind == "capacity":
                self._capacity = message["bytes"]
            elif kind == "event":
                self._handle_event(message["number"], message["event"])
            elif kind == "error":
                self._failure = ScenecastError(message["message"])
            elif kind == "refused":
                print(f"scenecast: {message['message']}", file=sys.stderr)
            self._changed.notify_all()

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


def _mapped(welcome: Dict[str, Any]) -> Optional[FrameMemory]:
    if welcome.get("memory") is None:
        return None
    try:
        return FrameMemory(welcome["memory"], welcome["slots"])
    except (OSError, ValueError):
        # The server is on another machine, or in another container: frames go in the socket.
        return None
