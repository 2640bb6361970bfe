"""Owns the line of a frame source to its server: the socket, the slots that are ours, the memory behind them, and coming back when it breaks.

One thread reads what the server says and tells the owner of events; frames are handed over by one thread at a time.
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any, Callable, Dict, List, Optional

from .errors import ScenecastError
from .frame_memory import FORMATS, Frame, FrameMemory, packed
from .server_requests import Requests
from .websocket import SocketClosed, WebSocket

ANSWER_SECONDS = 10.0
_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
# With these the server parts with a program for good: what it said was wrong, or an error that it told before.
_FINAL_CODES = (4400, 4403)
_FINAL_STATUSES = (401, 403, 404)


class FrameLine:
    """``changed`` is notified whenever anything of what stands here is another."""

    def __init__(
        self,
        requests: Requests,
        hello: Dict[str, Any],
        told: Callable[[int, Dict[str, Any]], None],
        woken: Callable[[], None],
    ) -> None:
        """Joins. ``told`` hears of each event, ``woken`` that somebody watches who did not see what was before; both are called on the
        line's own thread, with ``changed`` held. Raises ``ScenecastError``."""
        self.changed = threading.Condition()
        self.watched = False
        self.failure: Optional[ScenecastError] = None
        self._requests = requests
        self._hello = hello
        self._told = told
        self._woken = woken
        self._free: List[int] = []
        self._memory: Optional[FrameMemory] = None
        self._capacity = 0
        self._number = 0
        self._stop = threading.Event()
        self._socket: Optional[WebSocket] = self._connect()
        threading.Thread(target=self._read, name="scenecast-frames", daemon=True).start()
        with self.changed:
            self.changed.wait_for(lambda: bool(self._free) or self.failure is not None, ANSWER_SECONDS)
        if self.failure is not None:
            raise self.failure
        if not self._free:
            self.close()
            raise ScenecastError("The server did not answer in time.")

    @property
    def is_open(self) -> bool:
        """False once it was closed, or the server parted with it for good."""
        return not self._stop.is_set() and self.failure is None

    @property
    def uses_memory(self) -> bool:
        return self._memory is not None

    def hand_over(self, frame: Frame, rows: str, answers: int, timeout: Optional[float]) -> bool:
        """Hands over a frame once there is a slot for it; false where there is none in time, or the server is away."""
        slot = self._take_slot(frame, timeout)
        socket, memory = self._socket, self._memory
        if slot is None or socket is None:
            return False
        self._number += 1
        head: Dict[str, Any] = {"kind": "frame", "slot": slot, "number": self._number, "width": frame.width, "height": frame.height}
        head.update(format=FORMATS[frame.depth], rows=rows)
        if answers > 0:
            head["answers"] = answers
        try:
            if memory is not None:
                memory.write(slot, frame)
                socket.send_text(json.dumps(head))
            else:
                socket.send_bytes(json.dumps(head).encode() + b"\n", packed(frame))
        except SocketClosed:
            return False
        return True

    def say(self, message: Dict[str, Any]) -> None:
        """Says something else of the protocol; nothing while the server is away."""
        socket = self._socket
        if socket is not None:
            socket.send_text(json.dumps(message))

    def close(self) -> None:
        """Ends it. Idempotent."""
        self._stop.set()
        with self.changed:
            self.changed.notify_all()
        if self._socket is not None:
            self._socket.close()

    def _take_slot(self, frame: Frame, timeout: Optional[float]) -> Optional[int]:
        if frame.nbytes > self._capacity and self._memory is not None:
            self._reserve(frame)
        with self.changed:
            self.changed.wait_for(lambda: bool(self._free) or not self.is_open, timeout)
            if self.failure is not None:
                raise self.failure
            return self._free.pop(0) if self._free and not self._stop.is_set() else None

    def _reserve(self, frame: Frame) -> None:
        before = self._capacity
        self.say({"kind": "reserve", "width": frame.width, "height": frame.height})
        with self.changed:
            self.changed.wait_for(lambda: self._capacity != before or not self.is_open, ANSWER_SECONDS)
        if self._capacity < frame.nbytes and self.is_open:
            raise ScenecastError(f"The server has no memory for frames of {frame.width}x{frame.height}.")

    def _connect(self) -> WebSocket:
        address = self._requests.socket_address("frames")
        socket = WebSocket(address, self._requests.credentials(), max_bytes=1 << 20)
        socket.send_text(json.dumps(self._hello))
        return socket

    def _read(self) -> None:
        tries = 0
        while not self._stop.is_set():
            try:
                if self._socket is None:
                    self._socket = self._connect()
                    # Ended meanwhile, by somebody who saw none to close.
                    if self._stop.is_set():
                        self._socket.close()
                while True:
                    received = self._socket.receive()
                    tries = 0
                    if isinstance(received.data, str):
                        self._handle(json.loads(received.data))
            except ScenecastError as error:
                self._lose()
                is_final = getattr(error, "code", 0) in _FINAL_CODES or error.status in _FINAL_STATUSES
                if self.failure is not None or is_final or self._stop.is_set():
                    return self._end(error)
            self._stop.wait(_PAUSES[min(tries, len(_PAUSES) - 1)])
            tries += 1
        return None

    def _lose(self) -> None:
        with self.changed:
            self._free = []
            self._socket = None
            # It stays mapped as long as `publish` may be writing into it.
            self._memory = None
            self.watched = False

    def _end(self, error: ScenecastError) -> None:
        with self.changed:
            if not self._stop.is_set():
                self.failure = self.failure or error
            self.changed.notify_all()

    def _handle(self, message: Dict[str, Any]) -> None:
        kind = message.get("kind")
        with self.changed:
            if kind == "welcome":
                self._memory = _mapped(message)
                self._capacity = message["capacity"]
                self._free = list(range(message["slots"]))
            elif kind == "free":
                self._free.append(message["slot"])
            elif kind == "watched":
                self.watched = bool(message["watched"])
                if self.watched:
                    self._woken()
            elif kind == "capacity":
                self._capacity = message["bytes"]
            elif kind == "event":
                self._told(message["number"], message["event"])
            elif kind == "error":
                self.failure = ScenecastError(message["message"])
            elif kind == "refused":
                print(f"scenecast: {message['message']}", file=sys.stderr)
            self.changed.notify_all()


def _mapped(welcome: Dict[str, Any]) -> Optional[FrameMemory]:
    if welcome.get("memory") is None:
        return None
    try:
        return FrameMemory(welcome["memory"], welcome["slots"])
    except (OSError, ValueError):
        # The server is on another machine, or in another container: frames go in the socket.
        return None
