"""Owns what is asked of a server over HTTP: its address, the token, connections that are kept, answers and refusals.

May be used from any thread: each request has a connection to itself.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
import urllib.parse
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple, Union

from .errors import ScenecastError

Body = Union[bytes, bytearray, memoryview]

# A server of Node closes a connection after 5 s without a request; one that is about to be closed is not used again.
KEPT_SECONDS = 3.0
MAX_KEPT = 4


class Answer(NamedTuple):
    """What came back: the status is one of 200 to 299, names of headers are small."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, which is JSON. Raises ``ScenecastError`` where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise ScenecastError("What answers at this address is not a Scenecast server.") from None


def split_address(address: str) -> Tuple[str, Optional[str]]:
    """The address of a room's page with a slash at its end, and the token of a link, in its fragment or its query."""
    if not isinstance(address, str):
        raise TypeError("url must be a text like http://127.0.0.1:8080/#token=…")
    parts = urllib.parse.urlsplit(address if "://" in address else f"http://{address}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"url must be an address like http://127.0.0.1:8080/, not {address!r}.")
    given = {**dict(urllib.parse.parse_qsl(parts.query)), **dict(urllib.parse.parse_qsl(parts.fragment))}
    folder = parts.path if parts.path.endswith("/") else f"{parts.path.rsplit('/', 1)[0]}/"
    if not parts.path.endswith("/") and "." not in parts.path.rsplit("/", 1)[-1]:
        folder = f"{parts.path}/"
    return urllib.parse.urlunsplit((parts.scheme, parts.netloc, folder, "", "")), given.get("token")


class Requests:
    """Asks the server at ``base``, which ends with a slash, with its token or that of a link."""

    def __init__(self, base: str, token: Optional[str] = None, timeout: float = 60.0) -> None:
        self.base = base
        self.token = token
        self._timeout = timeout
        self._parts = urllib.parse.urlsplit(base)
        self._lock = threading.Lock()
        self._idle: List[Tuple[http.client.HTTPConnection, float]] = []

    def __call__(
        self,
        method: str,
        path: str,
        body: Optional[Body] = None,
        headers: Optional[Mapping[str, str]] = None,
    ) -> Answer:
        """Asks for ``path``, relative to the room. Raises ``ScenecastError`` with the server's sentence where it refuses."""
        target = self._parts.path + path
        given = {**self.credentials(), **(headers or {})}
        try:
            answer = self._asked(method, target, body, given)
        except (OSError, http.client.HTTPException) as error:
            raise ScenecastError(f"{self.base} could not be reached: {error or type(error).__name__}.") from error
        if 200 <= answer.status < 300:
            return answer
        raise ScenecastError(_sentence_of(answer, self.base), answer.status)

    def json(self, method: str, path: str, value: Any) -> Answer:
        """The same with a JSON value as the body."""
        return self(method, path, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def close(self) -> None:
        """Closes the connections that are kept; the next request opens another."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection, _ in idle:
            connection.close()

    def credentials(self) -> Dict[str, str]:
        """The header that lets in; none where there is no token."""
        return {} if self.token is None else {"Authorization": f"Bearer {self.token}"}

    def socket_address(self, path: str) -> str:
        """The address of a WebSocket of the room."""
        scheme = "wss" if self._parts.scheme == "https" else "ws"
        return urllib.parse.urlunsplit((scheme, self._parts.netloc, self._parts.path + path, "", ""))

    def _asked(self, method: str, target: str, body: Optional[Body], headers: Mapping[str, str]) -> Answer:
        kept = self._take_idle()
        if kept is not None:
            try:
                return self._ask(kept, method, target, body, headers)
            except (ConnectionError, http.client.RemoteDisconnected):
                # It was closed between two requests; what may not be done twice is not asked twice.
                if method not in ("GET", "PUT", "DELETE"):
                    raise
        return self._ask(self._open(), method, target, body, headers)

    def _ask(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        target: str,
        body: Optional[Body],
        headers: Mapping[str, str],
    ) -> Answer:
        is_reusable = False
        try:
            try:
                connection.request(method, target, body=body, headers=dict(headers))
            except (BrokenPipeError, ConnectionResetError):
                # It was refused before all of it was sent, and the answer says why.
                if connection.sock is None or body is None:
                    raise
            response = connection.getresponse()
            told = {name.lower(): text for name, text in response.getheaders()}
            answer = Answer(response.status, told, response.read())
            is_reusable = connection.sock is not None and told.get("connection", "").lower() != "close"
        finally:
            if is_reusable:
                self._give_back(connection)
            else:
                connection.close()
        return answer

    def _take_idle(self) -> Optional[http.client.HTTPConnection]:
        with self._lock:
            now = time.monotonic()
            old = [connection for connection, at in self._idle if now - at >= KEPT_SECONDS]
            self._idle = [(connection, at) for connection, at in self._idle if now - at < KEPT_SECONDS]
            taken = self._idle.pop()[0] if self._idle else None
        for connection in old:
            connection.close()
        return taken

    def _give_back(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            if len(self._idle) < MAX_KEPT:
                self._idle.append((connection, time.monotonic()))
                return
        connection.close()

    def _open(self) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=self._timeout, context=ssl.create_default_context()
            )
        else:
            connection = http.client.HTTPConnection(host, port, timeout=self._timeout)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


def _sentence_of(answer: Answer, base: str) -> str:
    kind = answer.headers.get("content-type", "")
    text = answer.body[:2000].decode("utf-8", "replace").strip()
    if kind.startswith("text/plain") and text:
        return text
    if kind.startswith("application/json"):
        try:
            message = json.loads(text).get("message")
            if isinstance(message, str):
                return message
        except (ValueError, AttributeError):
            pass
    return f"{base} answered {answer.status}."
