"""Owns the line to a room by which messages, status and state come at once: the WebSocket that viewers have, without a picture.

It greets as a program, which takes no video, has no window and never gets control by itself. It is opened when somebody first wants
something of it, and again, ever more seldom, when it breaks. Listeners are called on its thread.
"""

from __future__ import annotations

import base64
import json
import sys
import threading
from typing import Any, Callable, Dict, List, Optional

from .errors import ScenecastError
from .server_requests import Requests
from .websocket import SocketClosed, WebSocket

PROTOCOL_VERSION = 4
MAX_MESSAGE_JSON = 16 * 1024
MAX_MESSAGE_BYTES = 32 * 1024
# After this code the server parts with a program for good.
ENDED = 4403
_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)

Listener = Callable[..., Any]
EVENTS = ("message", "status", "state", "controls", "refused", "closed")


class RoomSocket:
    """What is heard from a room, and said to it."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests
        self._listeners: Dict[str, List[Listener]] = {name: [] for name in EVENTS}
        self._lock = threading.Lock()
        self._socket: Optional[WebSocket] = None
        self._thread: Optional[threading.Thread] = None
        self._is_welcome = threading.Event()
        self._stop = threading.Event()
        self._failure: Optional[ScenecastError] = None
        self._state: Any = None
        self._has_state = threading.Event()

    def on(self, name: str, listener: Listener) -> Callable[[], None]:
        """Calls ``listener`` at each event of this name; the function that is returned takes it off."""
        if name not in EVENTS:
            raise ValueError(f"There is no event {name!r}; there are {', '.join(EVENTS)}.")
        if not callable(listener):
            raise TypeError("The listener of an event must be a function.")
        self._listeners[name].append(listener)
        self.open()

        def off() -> None:
            if listener in self._listeners[name]:
                self._listeners[name].remove(listener)

        return off

    def send(self, data: Any) -> None:
        """Sends the scene a message: JSON of at most 16,384 characters, or 32,768 bytes."""
        if isinstance(data, (bytes, bytearray, memoryview)):
            if memoryview(data).nbytes > MAX_MESSAGE_BYTES:
                raise ValueError(f"A message must have at most {MAX_MESSAGE_BYTES} bytes.")
            body = {"base64": base64.b64encode(data).decode()}
        else:
            body = {"json": json.dumps(data)}
            if len(body["json"]) > MAX_MESSAGE_JSON:
                raise ValueError(f"A message must have at most {MAX_MESSAGE_JSON} characters as JSON. Larger data: v.data[…].")
        self.say({"kind": "message", **body})

    def say(self, message: Dict[str, Any]) -> None:
        """Says something of the protocol (shared/signaling.ts)."""
        self.open()
        socket = self._socket
        if socket is None:
            raise ScenecastError("The connection to the server broke; it is being opened again.")
        socket.send_text(json.dumps(message))

    def state(self, timeout: float = 10.0) -> Any:
        """The newest state that the scene gave; None where it gives none."""
        self.open()
        self._has_state.wait(timeout)
        return self._state

    def open(self, timeout: float = 15.0) -> None:
        """Returns when the server has said welcome. Raises ``ScenecastError``."""
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._socket = self._connect()
                self._thread = threading.Thread(target=self._run, name="scenecast-messages", daemon=True)
                self._thread.start()
        if self._failure is not None:
            raise self._failure
        if not self._is_welcome.wait(timeout):
            raise self._failure or ScenecastError("The server did not answer in time.")

    def close(self) -> None:
        """Ends it. Idempotent."""
        self._stop.set()
        if self._socket is not None:
            self._socket.close()

    def _connect(self) -> WebSocket:
        address = self._requests.socket_address("signal")
        socket = WebSocket(address, self._requests.credentials(), ("scenecast",), max_bytes=1024 * 1024)
        socket.send_text(json.dumps({"kind": "hello", "protocol": PROTOCOL_VERSION, "name": "Python", "program": True}))
        return socket

    def _run(self) -> None:
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
            except SocketClosed as error:
                if error.code == ENDED or self._stop.is_set():
                    return self._end(error)
            except ScenecastError as error:
                if error.status in (401, 403):
                    return self._end(error)
            self._socket = None
            self._is_welcome.clear()
            self._stop.wait(_PAUSES[min(tries, len(_PAUSES) - 1)])
            tries += 1
        return None

    def _end(self, error: ScenecastError) -> None:
        self._failure = error
        self._is_welcome.clear()
        self._emit("closed", str(error))

    def _handle(self, message: Dict[str, Any]) -> None:
        kind = message.get("kind")
        if kind == "welcome":
            self._is_welcome.set()
        elif kind == "message":
            self._emit("message", _decoded(message))
        elif kind == "status":
            self._emit("status", message.get("status"))
        elif kind == "scene-state":
            text = message.get("state")
            self._state = None if text is None else json.loads(text)
            self._has_state.set()
            self._emit("state", self._state)
        elif kind in ("panels", "panel-changes"):
            values = {control["id"]: control.get("value") for control in message["controls"] if control["kind"] != "folder"}
            self._emit("controls", values)
        elif kind == "error":
            self._emit("refused", message.get("message"))

    def _emit(self, name: str, *args: Any) -> None:
        for listener in list(self._listeners[name]):
            try:
                listener(*args)
            except Exception:
                # It is the listener's own; the others hear of the event all the same.
                sys.excepthook(*sys.exc_info())


def _decoded(message: Dict[str, Any]) -> Any:
    return base64.b64decode(message["base64"]) if "base64" in message else json.loads(message["json"])
