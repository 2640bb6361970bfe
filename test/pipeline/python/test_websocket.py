"""The client of WebSockets against a server of the tests' own."""

import struct
import unittest

from fake_server import FakeServer, in_background
from scenecast_client.errors import ScenecastError
from scenecast_client.websocket import SocketClosed, WebSocket


class WebSocketTest(unittest.TestCase):
    def setUp(self):
        self.server = FakeServer()
        self.addCleanup(self.server.close)

    def open(self, **options):
        accepted = in_background(self.server.accept)
        client = WebSocket(f"ws://127.0.0.1:{self.server.port}/s/a/signal?x=1", **options)
        peer = accepted()
        self.addCleanup(client.close)
        self.addCleanup(peer.close)
        return client, peer

    def test_it_asks_for_the_path_with_headers_and_protocols(self):
        _, peer = self.open(headers={"Authorization": "Bearer abc"}, protocols=("scenecast",))
        self.assertIn("GET /s/a/signal?x=1 HTTP/1.1\r\n", peer.head)
        self.assertIn("\r\nAuthorization: Bearer abc\r\n", peer.head)
        self.assertIn("\r\nSec-WebSocket-Protocol: scenecast\r\n", peer.head)

    def test_messages_of_every_length_arrive_whole_and_masked(self):
        client, peer = self.open()
        for size in (0, 1, 125, 126, 65535, 65536, 200_000):
            data = bytes(index % 251 for index in range(size))
            received = in_background(peer.receive)
            client.send_bytes(data[: size // 3], memoryview(data)[size // 3 :])
            self.assertEqual(received(), (2, data), size)
        # A large one on this machine is not changed by its mask, any other is by a mask of its own.
        small = [mask for mask in peer.masks[:5]]
        self.assertTrue(all(any(mask) for mask in small))
        self.assertEqual(len(set(small)), len(small))
        self.assertEqual(peer.masks[-1], bytes(4))

    def test_text_and_bytes_come_whole_from_pieces_with_a_ping_between(self):
        client, peer = self.open()
        peer.send(b"gr\xc3", opcode=1, is_last=False)
        peer.send(b"are you there", opcode=9)
        peer.send(b"\xbcn", opcode=0)
        received = client.receive()
        self.assertEqual((received.is_text, received.data), (True, "grün"))
        self.assertEqual(peer.receive(), (10, b"are you there"))
        peer.send(bytes(range(256)) * 500)
        self.assertEqual(client.receive().data, bytes(range(256)) * 500)

    def test_the_end_tells_code_and_reason(self):
        client, peer = self.open()
        peer.send(struct.pack("!H", 4403) + b"Go away.", opcode=8)
        with self.assertRaises(SocketClosed) as caught:
            client.receive()
        self.assertEqual((caught.exception.code, str(caught.exception)), (4403, "Go away."))
        self.assertEqual(peer.receive()[0], 8)
        with self.assertRaises(SocketClosed):
            client.send_text("too late")

    def test_a_connection_that_breaks_is_told_as_1006(self):
        client, peer = self.open()
        waiting = in_background(client.receive)
        peer.close()
        with self.assertRaises(SocketClosed) as caught:
            waiting()
        self.assertEqual(caught.exception.code, 1006)

    def test_a_message_that_is_too_long_ends_it(self):
        client, peer = self.open(max_bytes=1000)
        peer.send(b"x" * 1001)
        with self.assertRaises(SocketClosed) as caught:
            client.receive()
        self.assertEqual(caught.exception.code, 1009)

    def test_a_refusal_is_a_sentence_with_its_status(self):
        for why, told in (("You need a token.\n", "You need a token."), ("", "The server answered 401 to a WebSocket.")):
            accepted = in_background(lambda why=why: self.server.accept(401, why))
            with self.assertRaises(ScenecastError) as caught:
                WebSocket(f"ws://127.0.0.1:{self.server.port}/signal")
            accepted().close()
            self.assertEqual((caught.exception.status, str(caught.exception)), (401, told))

    def test_nobody_there_is_a_sentence(self):
        self.server.close()
        with self.assertRaisesRegex(ScenecastError, "could not be reached"):
            WebSocket(f"ws://127.0.0.1:{self.server.port}/signal")


if __name__ == "__main__":
    unittest.main()
