"""The server's end of a WebSocket for one client at a time, as little of it as the tests want."""

import base64
import hashlib
import json
import os
import socket
import struct
import threading


class FakeServer:
    """Listens on loopback; ``accept()`` takes a client in and answers its upgrade."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(20)
        self.port = self.listener.getsockname()[1]

    def accept(self, status=101, why=""):
        """The client's end. With another status it is refused, with this sentence."""
        peer, _ = self.listener.accept()
        peer.settimeout(20)
        head = b""
        while b"\r\n\r\n" not in head:
            head += peer.recv(4096)
        text = head.decode("latin-1")
        if status != 101:
            head = f"HTTP/1.1 {status} No\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(why)}\r\n\r\n"
            peer.sendall(head.encode())
            peer.sendall(why.encode())
            return Peer(peer, text)
        key = next(line for line in text.split("\r\n") if line.lower().startswith("sec-websocket-key")).split(": ")[1]
        digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        accept = base64.b64encode(digest).decode()
        peer.sendall(
            f"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )
        return Peer(peer, text)

    def close(self):
        self.listener.close()


class Peer:
    """A client that was let in."""

    def __init__(self, peer, head):
        self.socket = peer
        self.head = head
        self.masks = []

    def send(self, data, opcode=None, is_last=True):
        """A frame, of text for a str or a dict, else of bytes."""
        if isinstance(data, dict):
            data = json.dumps(data)
        kind = (1 if isinstance(data, str) else 2) if opcode is None else opcode
        payload = data.encode() if isinstance(data, str) else data
        size = len(payload)
        head = bytes(((0x80 if is_last else 0) | kind,))
        if size < 126:
            head += bytes((size,))
        elif size < 65536:
            head += struct.pack("!BH", 126, size)
        else:
            head += struct.pack("!BQ", 127, size)
        self.socket.sendall(head + payload)

    def receive(self):
        """The opcode and the payload of the next frame, unmasked."""
        first, second = self._read(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", self._read(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._read(8))
        assert second & 0x80, "clients must mask"
        mask = self._read(4)
        self.masks.append(mask)
        payload = self._read(size)
        return first & 0x0F, bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload)) if any(mask) else payload

    def json(self):
        """The next message of text."""
        opcode, payload = self.receive()
        assert opcode == 1, opcode
        return json.loads(payload)

    def close(self):
        self.socket.close()

    def _read(self, size):
        data = b""
        while len(data) < size:
            chunk = self.socket.recv(size - len(data))
            if not chunk:
                raise ConnectionError("the client went")
            data += chunk
        return data


def in_background(work):
    """Runs ``work`` on a thread; ``result()`` waits for what it returns, or raises what it raised."""
    outcome = {}

    def run():
        try:
            outcome["value"] = work()
        except BaseException as error:
            outcome["error"] = error

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def result():
        thread.join(20)
        if "error" in outcome:
            raise outcome["error"]
        return outcome["value"]

    return result


def nonce():
    return os.urandom(16)
