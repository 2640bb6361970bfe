"""Owns a client of WebSockets (RFC 6455) over a socket of the standard library: blocking, one reader, any number of senders."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import ssl
import struct
import threading
import urllib.parse
from typing import List, Mapping, NamedTuple, Optional, Sequence, Union

from .errors import ScenecastError

Bytes = Union[bytes, bytearray, memoryview]

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
_KEY = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_MAX_HEAD = 64 * 1024
# From here on masking would cost more than sending, see `_mask`.
_LARGE = 64 * 1024


class Message(NamedTuple):
    """What came: text, decoded, or bytes."""

    is_text: bool
    data: Union[str, bytes]


class SocketClosed(ScenecastError):
    """The other end closed, with this code (RFC 6455 section 7.4); 1006 where it went without a word."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason or f"The connection was closed (code {code}).")
        self.code = code


class WebSocket:
    """An open WebSocket. ``close()`` ends it from any thread; what waits for a message then raises ``SocketClosed``."""

    def __init__(
        self,
        address: str,
        headers: Optional[Mapping[str, str]] = None,
        protocols: Sequence[str] = (),
        timeout: float = 10.0,
        max_bytes: int = 64 * 1024 * 1024,
    ) -> None:
        """Opens it. Raises ``ScenecastError`` where it cannot be reached, or refuses."""
        parts = urllib.parse.urlsplit(address)
        self._max_bytes = max_bytes
        self._sending = threading.Lock()
        self._buffer = b""
        self._closed = False
        is_secure = parts.scheme == "wss"
        host, port = parts.hostname or "", parts.port or (443 if is_secure else 80)
        self._is_local = host in ("localhost", "127.0.0.1", "::1")
        try:
            self._socket = socket.create_connection((host, port), timeout=timeout)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if is_secure:
                self._socket = ssl.create_default_context().wrap_socket(self._socket, server_hostname=host)
            self._shake_hands(parts, headers or {}, protocols)
            self._socket.settimeout(None)
        except OSError as error:
            raise ScenecastError(f"{parts.netloc} could not be reached: {error}.") from error

    def send_text(self, text: str) -> None:
        """Sends a message of text. Waits while the other end takes nothing."""
        self._send(TEXT, [text.encode()])

    def send_bytes(self, *parts: Bytes) -> None:
        """Sends one message of bytes, made of these parts. Waits while the other end takes nothing."""
        self._send(BINARY, [memoryview(part).cast("B") for part in parts])

    def receive(self) -> Message:
        """The next message. Raises ``SocketClosed`` when there are no more."""
        opcode, pieces, size = 0, [], 0
        while True:
            code, is_last, payload = self._frame()
            if code == PING:
                self._send(PONG, [payload])
            elif code == CLOSE:
                self._handle_close(payload)
            elif code != PONG:
                opcode = code or opcode
                size += len(payload)
                if size > self._max_bytes:
                    self.close(1009)
                    raise SocketClosed(1009, "The server sent too long a message.")
                pieces.append(payload)
                if is_last:
                    data = b"".join(pieces)
                    return Message(True, data.decode("utf-8", "replace")) if opcode == TEXT else Message(False, data)

    def close(self, code: int = 1000) -> None:
        """Ends it. Idempotent."""
        if self._closed:
            return
        self._closed = True
        try:
            # Whoever sends at the moment has the lock, perhaps for long.
            if self._sending.acquire(timeout=0.2):
                try:
                    self._socket.settimeout(0.5)
                    self._socket.sendall(_head(CLOSE, 2, bytes(4)) + struct.pack("!H", code))
                finally:
                    self._sending.release()
        except OSError:
            pass
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()

    def _shake_hands(self, parts: urllib.parse.SplitResult, headers: Mapping[str, str], protocols: Sequence[str]) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1",
            f"Host: {parts.netloc.rsplit('@', 1)[-1]}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            *([f"Sec-WebSocket-Protocol: {', '.join(protocols)}"] if protocols else []),
            *(f"{name}: {text}" for name, text in headers.items()),
        ]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        head = self._read_head()
        status, *fields = head.split("\r\n")
        code = int(status.split(" ")[1]) if status.startswith("HTTP/1.1 ") else 0
        found = {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in fields if ":" in line}
        if code != 101:
            sentence = self._read_sentence(found)
            self._socket.close()
            raise ScenecastError(sentence or f"The server answered {code} to a WebSocket.", code)
        accept = base64.b64encode(hashlib.sha1((key + _KEY).encode()).digest()).decode()
        if found.get("sec-websocket-accept") != accept:
            self._socket.close()
            raise ScenecastError("What answers at this address does not speak WebSocket.")

    def _read_head(self) -> str:
        while b"\r\n\r\n" not in self._buffer:
            chunk = self._socket.recv(4096)
            if not chunk or len(self._buffer) > _MAX_HEAD:
                raise ConnectionResetError("it closed the connection")
            self._buffer += chunk
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        return head.decode("latin-1")

    def _read_sentence(self, headers: Mapping[str, str]) -> str:
        """Why somebody is refused; empty where the server says nothing more."""
        size = headers.get("content-length", "0")
        if not headers.get("content-type", "").startswith("text/plain") or not size.isdigit() or int(size) > _MAX_HEAD:
            return ""
        while len(self._buffer) < int(size):
            chunk = self._socket.recv(4096)
            if not chunk:
                break
            self._buffer += chunk
        return self._buffer.decode("utf-8", "replace").strip()

    def _send(self, opcode: int, parts: List[Bytes]) -> None:
        size = sum(len(part) for part in parts)
        mask = bytes(4) if self._is_local and size >= _LARGE else os.urandom(4)
        if any(mask):
            parts = [_mask(b"".join(parts), mask)]
        try:
            with self._sending:
                if self._closed:
                    raise OSError
                self._socket.sendall(_head(opcode, size, mask))
                for part in parts:
                    self._socket.sendall(part)
        except OSError:
            self._fail()

    def _frame(self) -> tuple:
        first, second = self._read(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", self._read(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._read(8))
        if size > self._max_bytes:
            self.close(1009)
            raise SocketClosed(1009, "The server sent too long a message.")
        return first & 0x0F, bool(first & 0x80), self._read(size)

    def _read(self, size: int) -> bytes:
        pieces = [self._buffer[:size]]
        self._buffer = self._buffer[size:]
        missing = size - len(pieces[0])
        try:
            while missing > 0:
                chunk = self._socket.recv(min(max(missing, 4096), 1 << 20))
                if not chunk:
                    self._fail()
                pieces.append(chunk[:missing])
                self._buffer = chunk[missing:]
                missing -= len(pieces[-1])
        except (OSError, ValueError):
            self._fail()
        return b"".join(pieces)

    def _handle_close(self, payload: bytes) -> None:
        code = struct.unpack("!H", payload[:2])[0] if len(payload) >= 2 else 1005
        reason = payload[2:].decode("utf-8", "replace")
        self.close(code if code != 1005 else 1000)
        raise SocketClosed(code, reason)

    def _fail(self) -> None:
        self._closed = True
        self._socket.close()
        raise SocketClosed(1006, "The connection to the server broke.") from None


def _head(opcode: int, size: int, mask: bytes) -> bytes:
    if size < 126:
        return bytes((0x80 | opcode, 0x80 | size)) + mask
    if size < 65536:
        return struct.pack("!BBH", 0x80 | opcode, 0xFE, size) + mask
    return struct.pack("!BBQ", 0x80 | opcode, 0xFF, size) + mask


def _mask(data: Bytes, mask: bytes) -> bytes:
    """Section 5.3. Masks keep scripts of browsers from writing what a proxy takes for HTTP. On this machine there is no proxy, so large
    messages are sent with a mask of zeros, which changes nothing and costs nothing on either end."""
    size = len(data)
    long = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
    return (int.from_bytes(data, "big") ^ long).to_bytes(size, "big")
