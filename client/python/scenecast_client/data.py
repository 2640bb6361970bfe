"""Owns the named data of a scene: ``v.data["points"] = array``, changes of rows, and streams of values."""

from __future__ import annotations

import json
import threading
import urllib.parse
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional

from .errors import ScenecastError
from .server_requests import Requests
from .values import TYPES, Value, from_bytes, to_value
from .websocket import WebSocket


class Stored(NamedTuple):
    """What became of a value: its version, counted from 1, and whether the scene has it already (else it gets it when it is there)."""

    version: int
    taken: bool


class Data:
    """Data of a scene, by names. Setting one sends it, and returns when the scene has it:

    ``v.data["points"] = array`` sends an array of numpy, or what can be made one, as the type that the scene declares; dicts, texts
    and lists go as JSON, bytes as bytes. ``v.data["points"][a:b] = rows`` changes rows. ``v.data.stream("points")`` sends many in
    a row. Raises ``TypeError`` for what is not of the declared type, and ``ScenecastError`` with the server's sentence, as for a name
    or a shape that the scene does not take, or more than it has memory for.
    """

    def __init__(self, requests: Requests) -> None:
        self._requests = requests
        self._types: Dict[str, Optional[str]] = {}

    def all(self) -> List[Mapping[str, Any]]:
        """What there is and what the scene takes, each with ``name``, ``declared``, and of what is filled ``type``, ``shape``, ``version``
        (0: not filled yet) and ``bytes``."""
        return self._requests("GET", "data").json()["data"]

    def set(self, name: str, value: Any, type: Optional[str] = None) -> Stored:
        """The same as ``data[name] = value``, and tells what became of it. ``type`` says what the elements are to be."""
        sent = to_value(value, type or self._type_of(name))
        return self._send("PUT", _path(name), sent)

    def patch(self, name: str, offset: int, rows: Any) -> Stored:
        """Changes rows of an array, from row ``offset`` of its first dimension on; of bytes so many bytes."""
        return self._send_rows(name, offset, self._as_rows(name, rows))

    def _as_rows(self, name: str, rows: Any) -> Value:
        return to_value(rows, self._type_of(name) or self[name].info.get("type"))

    def _send_rows(self, name: str, offset: int, sent: Value) -> Stored:
        return self._send("PATCH", f"{_path(name)}?offset={int(offset)}", sent)

    def stream(self, name: str, max_waiting: int = 4) -> DataStream:
        """Opens a stream of values, ended by ``close()`` or ``with``. At most ``max_waiting`` are on their way to the scene at a time."""
        return DataStream(self._requests, name, self._type_of(name), max_waiting)

    def __setitem__(self, name: str, value: Any) -> None:
        # `data["points"][a:b] = rows` comes here only for `data["points"] += …`, with the value itself.
        if not (isinstance(value, DataValue) and value.name == name):
            self.set(name, value)

    def __getitem__(self, name: str) -> DataValue:
        return DataValue(self, self._requests, name)

    def __delitem__(self, name: str) -> None:
        self._requests("DELETE", _path(name))

    def __iter__(self) -> Iterator[str]:
        """The names of what is filled."""
        return iter([entry["name"] for entry in self.all() if entry.get("version", 0) > 0])

    def __contains__(self, name: object) -> bool:
        return name in list(self)

    def __repr__(self) -> str:
        return f"Data({', '.join(self)})"

    def _type_of(self, name: str) -> Optional[str]:
        """What the scene declares of it; None where it may be anything."""
        if name not in self._types:
            declared = {entry["name"]: entry["declared"] for entry in self.all() if entry["declared"] is not None}
            self._types.update({known: declaration["type"] for known, declaration in declared.items()})
            self._types.setdefault(name, None)
        return self._types[name]

    def _send(self, method: str, path: str, value: Value) -> Stored:
        try:
            answer = self._requests(method, path, value.content, _headers(value)).json()
        except ScenecastError:
            # Perhaps another scene runs there now, which declares something else.
            self._types.clear()
            raise
        return Stored(answer["version"], answer["taken"])


class DataValue:
    """One of a scene's data: ``value[a:b] = rows`` changes rows, ``value.read()`` gives it."""

    def __init__(self, data: Data, requests: Requests, name: str) -> None:
        self._data = data
        self._requests = requests
        self.name = name

    def read(self) -> Any:
        """A copy of it: an array of numpy where that is, else a memoryview; JSON; bytes. Raises ``ScenecastError`` where there is none."""
        answer = self._requests("GET", f"{_path(self.name)}?format=raw")
        kind = answer.headers.get("x-data-type", "bytes")
        shape = tuple(int(length) for length in answer.headers.get("x-data-shape", "").split(",") if length)
        return from_bytes(answer.body, kind, shape)

    @property
    def info(self) -> Mapping[str, Any]:
        """What is known of it without reading it. Raises ``KeyError``."""
        for entry in self._data.all():
            if entry["name"] == self.name:
                return entry
        raise KeyError(self.name)

    @property
    def version(self) -> int:
        """Counted from 1; 0 while it is not filled."""
        return int(self.info.get("version", 0))

    def __setitem__(self, rows: Any, value: Any) -> None:
        if not isinstance(rows, slice) or rows.step not in (None, 1) or (rows.start or 0) < 0:
            raise TypeError("Rows are changed by a slice without a step, as in data['points'][100:200] = rows.")
        start = rows.start or 0
        sent = self._data._as_rows(self.name, value)
        count = sent.shape[0] if sent.shape is not None else len(sent.content)
        if rows.stop is not None and rows.stop - start != count:
            raise ValueError(f"There are {count} rows for the {rows.stop - start} of the slice.")
        self._data._send_rows(self.name, start, sent)

    def __array__(self, dtype: Any = None, copy: Optional[bool] = None) -> Any:
        array = self.read()
        return array if dtype is None else array.astype(dtype)

    def __repr__(self) -> str:
        return f"DataValue({self.name!r})"


class DataStream:
    """Values of one name, sent in a row over one WebSocket. Nothing is lost: while the scene takes no more, ``send`` waits."""

    def __init__(self, requests: Requests, name: str, type: Optional[str], max_waiting: int) -> None:
        if isinstance(max_waiting, bool) or not isinstance(max_waiting, int) or max_waiting < 1:
            raise TypeError("max_waiting must be a whole number from 1.")
        self._type = type
        self._places = threading.Semaphore(max_waiting)
        self._max_waiting = max_waiting
        self._failure: Optional[ScenecastError] = None
        self._is_told = False
        self._sent = 0
        self._idle = threading.Condition()
        self.version = 0
        """The newest version that the scene was given, or that is kept for it."""
        self._socket = WebSocket(requests.socket_address(_path(name)), requests.credentials())
        threading.Thread(target=self._read, name="scenecast-data", daemon=True).start()

    def send(self, value: Any, offset: Optional[int] = None) -> None:
        """Sends a whole value, or with ``offset`` rows from there on. Waits while too much is on its way. Raises ``ScenecastError`` with
        what became of an earlier one, too."""
        sent = to_value(value, self._type)
        header: Dict[str, Any] = {"type": sent.type}
        if offset is not None:
            header = {"offset": int(offset)}
        elif sent.shape is not None:
            header["shape"] = list(sent.shape)
        self._places.acquire()
        if self._failure is not None:
            self._places.release()
            self._raise()
        with self._idle:
            self._sent += 1
        self._socket.send_bytes(json.dumps(header).encode() + b"\n", sent.content)

    def flush(self, timeout: Optional[float] = None) -> None:
        """Waits until the scene has all that was sent. Raises ``ScenecastError``."""
        with self._idle:
            is_done = self._idle.wait_for(lambda: self._sent == 0 or self._failure is not None, timeout)
        if self._failure is not None:
            self._raise()
        if not is_done:
            raise ScenecastError("The scene did not take what was sent in time.")

    def close(self) -> None:
        """Waits for what is on its way, and ends the stream. Raises ``ScenecastError`` with what became of it, once."""
        try:
            if not self._is_told:
                self.flush()
        finally:
            self._socket.close()

    def __enter__(self) -> DataStream:
        return self

    def __exit__(self, kind: object, *_error: object) -> None:
        if kind is None:
            self.close()
        else:
            self._socket.close()

    def _raise(self) -> None:
        self._is_told = True
        if self._failure is not None:
            raise self._failure

    def _read(self) -> None:
        try:
            while True:
                received = self._socket.receive()
                if isinstance(received.data, str):
                    self._handle(json.loads(received.data))
        except ScenecastError as error:
            self._fail(error)

    def _handle(self, answer: Dict[str, Any]) -> None:
        if "version" in answer:
            self.version = int(answer["version"])
        else:
            refused = answer["error"]
            self._failure = self._failure or ScenecastError(refused["message"], refused["status"])
        with self._idle:
            self._sent -= 1
            self._idle.notify_all()
        self._places.release()

    def _fail(self, error: ScenecastError) -> None:
        self._failure = self._failure or error
        with self._idle:
            self._idle.notify_all()
        for _ in range(self._max_waiting):
            self._places.release()


def _path(name: str) -> str:
    if not isinstance(name, str) or not name:
        raise TypeError("The name of a scene's data must be a text.")
    return f"data/{urllib.parse.quote(name, safe='')}"


def _headers(value: Value) -> Dict[str, str]:
    if value.type == "json":
        return {"Content-Type": "application/json"}
    headers = {"Content-Type": "application/octet-stream", "X-Data-Type": value.type}
    if value.type in TYPES and value.shape is not None:
        headers["X-Data-Shape"] = ",".join(map(str, value.shape))
    return headers
