"""The program's end of a frame source against a server of the tests' own: slots, copies, waits, events, and coming back."""

import json
import os
import tempfile
import threading
import time
import unittest

import numpy as np
from fake_server import FakeServer, in_background, nonce
from scenecast_client.errors import ScenecastError
from scenecast_client.frame_memory import to_frame
from scenecast_client.frames import Source
from scenecast_client.notebook import Place
from scenecast_client.room import Room
from scenecast_client.server_requests import Requests

SLOTS, SLOT_BYTES, SLOTS_AT = 4, 1 << 20, 4096


class FrameTest(unittest.TestCase):
    def test_shapes_and_types_are_told_apart(self):
        self.assertEqual(to_frame(np.zeros((20, 30, 4), np.uint8))[:3], (30, 20, 4))
        self.assertEqual(to_frame(np.zeros((20, 30, 3), np.uint8))[:3], (30, 20, 3))
        self.assertEqual(to_frame(np.zeros((20, 30), np.uint8))[:3], (30, 20, 1))
        self.assertEqual(to_frame(bytes(20 * 30 * 4), (30, 20))[:3], (30, 20, 4))
        with self.assertRaisesRegex(TypeError, "uint8, not float64"):
            to_frame(np.zeros((20, 30, 4)))
        with self.assertRaisesRegex(ValueError, "shape"):
            to_frame(np.zeros((20, 30, 2), np.uint8))
        with self.assertRaisesRegex(ValueError, "16 to 8192"):
            to_frame(np.zeros((20, 8, 4), np.uint8))
        with self.assertRaisesRegex(ValueError, "no frame of 30x20"):
            to_frame(bytes(7), (30, 20))
        with self.assertRaises(TypeError):
            to_frame(None)


class SourceTest(unittest.TestCase):
    def setUp(self):
        self.server = FakeServer()
        self.addCleanup(self.server.close)
        handle, self.path = tempfile.mkstemp()
        self.addCleanup(os.unlink, self.path)
        self.nonce = nonce()
        os.pwrite(handle, self.nonce, 0)
        os.ftruncate(handle, SLOTS_AT + SLOTS * SLOT_BYTES)
        os.close(handle)

    def join(self, memory=True, **changes):
        """A source, and the server's end of it, which has said welcome."""

        def let_in():
            peer = self.server.accept()
            hello = peer.json()
            self.welcome(peer, memory, **changes)
            return peer, hello

        accepted = in_background(let_in)
        room = Room(Requests(f"http://127.0.0.1:{self.server.port}/", "a-token"), None, Place("plain", [], None, False))
        source = Source(room, (64, 48), "Test")
        peer, self.hello = accepted()
        self.addCleanup(source.close)
        self.addCleanup(peer.close)
        return source, peer

    def welcome(self, peer, memory=True, **changes):
        size = SLOTS_AT + SLOTS * SLOT_BYTES
        told = {"path": self.path, "bytes": size, "nonce": self.nonce.hex(), "slotsAt": SLOTS_AT, "slotBytes": SLOT_BYTES}
        told.update(changes)
        answer = {"kind": "welcome", "protocol": 1, "slots": SLOTS, "capacity": 64 * 48 * 4, "maxPixels": 1 << 20, "maxFps": 60}
        peer.send({**answer, "memory": told if memory else None})
        peer.send({"kind": "watched", "watched": True})

    def slot(self, index, size):
        with open(self.path, "rb") as file:
            file.seek(SLOTS_AT + index * SLOT_BYTES)
            return file.read(size)

    def test_it_says_hello_with_its_token_and_size(self):
        source, peer = self.join()
        self.assertIn("GET /frames HTTP/1.1", peer.head)
        self.assertIn("Authorization: Bearer a-token", peer.head)
        expected = {"kind": "hello", "protocol": 1, "title": "Test", "width": 64, "height": 48, "resizes": False}
        self.assertEqual(self.hello, expected)
        self.assertTrue(source.uses_memory)

    def test_a_frame_is_in_its_slot_when_it_is_told_whatever_its_strides(self):
        source, peer = self.join()
        whole = np.random.default_rng(1).integers(0, 256, (96, 128, 4), np.uint8)
        for index, frame in enumerate([whole[::2, ::2], whole[48:][::-1, :64], whole[:48, :64, :3]]):
            self.assertTrue(source.publish(frame, rows="up" if index == 1 else "down"))
            told = peer.json()
            self.assertEqual((told["slot"], told["number"], told["width"], told["height"]), (index, index + 1, 64, 48))
            self.assertEqual((told["format"], told["rows"]), ("rgba" if index < 2 else "rgb", "up" if index == 1 else "down"))
            self.assertEqual(self.slot(index, frame.size), frame.tobytes())
        self.assertTrue(source.publish(memoryview(bytes(range(256)) * 12), (64, 48)))
        self.assertEqual(peer.json()["format"], "gray")
        self.assertEqual(self.slot(3, 3072), bytes(range(256)) * 12)

    def test_it_waits_for_a_free_slot_and_takes_the_one_that_was_freed(self):
        source, peer = self.join()
        frame = np.zeros((48, 64, 4), np.uint8)
        for _ in range(SLOTS):
            source.publish(frame)
            peer.json()
        started = time.monotonic()
        self.assertFalse(source.publish(frame, timeout=0.1))
        self.assertGreaterEqual(time.monotonic() - started, 0.1)
        waiting = in_background(lambda: source.publish(frame))
        peer.send({"kind": "free", "slot": 2, "number": 3, "shown": True})
        self.assertTrue(waiting())
        told = peer.json()
        self.assertEqual((told["slot"], told["number"]), (2, SLOTS + 1))

    def test_a_larger_frame_reserves_memory_first(self):
        source, peer = self.join()
        publishing = in_background(lambda: source.publish(np.zeros((96, 128, 4), np.uint8)))
        self.assertEqual(peer.json(), {"kind": "reserve", "width": 128, "height": 96})
        peer.send({"kind": "capacity", "bytes": 128 * 96 * 4})
        self.assertTrue(publishing())
        self.assertEqual(peer.json()["width"], 128)
        publishing = in_background(lambda: source.publish(np.zeros((960, 1280, 4), np.uint8)))
        peer.json()
        peer.send({"kind": "capacity", "bytes": 128 * 96 * 4 + 1})
        with self.assertRaisesRegex(ScenecastError, "no memory for frames of 1280x960"):
            publishing()

    def test_without_memory_or_with_another_file_in_its_place_frames_go_in_the_socket(self):
        for changes in ({"memory": False}, {"nonce": "00" * 16}, {"path": "/nowhere"}, {"bytes": 5}):
            source, peer = self.join(**changes)
            self.assertFalse(source.uses_memory, changes)
            frame = np.arange(48 * 64 * 3, dtype=np.uint32).astype(np.uint8).reshape(48, 64, 3)[:, ::-1]
            self.assertTrue(source.publish(frame))
            opcode, payload = peer.receive()
            head, _, pixels = payload.partition(b"\n")
            self.assertEqual((opcode, json.loads(head)["slot"], pixels), (2, 0, frame.tobytes()))

    def test_events_come_to_their_listeners_and_frames_answer_them(self):
        source, peer = self.join()
        heard, all_of_them, seen = [], [], threading.Event()
        source.on("pointer_down", heard.append)
        off = source.on("*", lambda event: (all_of_them.append(event["event_type"]), seen.set()))
        source.on("wheel", lambda event: 1 / 0)
        touch = {"event_type": "pointer_down", "x": 3.5, "y": 4, "button": 1, "touches": {"7": {"x": 1, "y": 2, "pressure": 1}}}
        peer.send({"kind": "event", "number": 5, "event": touch})
        self.assertTrue(seen.wait(5))
        self.assertEqual(heard, [{**touch, "touches": {7: {"x": 1, "y": 2, "pressure": 1}}}])
        resize = {"event_type": "resize", "width": 320.0, "height": 200.0, "pixel_ratio": 2.0, "pwidth": 640, "pheight": 400}
        peer.send({"kind": "event", "number": 6, "event": resize})
        while source.size != (640, 400):
            time.sleep(0.01)
        self.assertEqual(source.pixel_ratio, 2.0)
        while len(all_of_them) < 2:
            time.sleep(0.01)
        source.publish(np.zeros((48, 64, 4), np.uint8))
        self.assertEqual(peer.json()["answers"], 6)
        off()

    def test_run_draws_on_its_thread_when_something_changed_and_somebody_watches(self):
        source, peer = self.join()
        threads, drawn = set(), []
        source.on("key_down", lambda event: (threads.add(threading.current_thread()), source.invalidate()))

        def draw():
            threads.add(threading.current_thread())
            drawn.append(time.monotonic())
            return np.zeros((48, 64, 4), np.uint8)

        running = threading.Thread(target=source.run, args=(draw,), daemon=True)
        running.start()
        self.assertEqual(peer.json()["number"], 1)
        time.sleep(0.3)
        self.assertEqual(len(drawn), 1)
        peer.send({"kind": "event", "number": 1, "event": {"event_type": "key_down", "key": "a"}})
        self.assertEqual((peer.json()["number"], len(drawn)), (2, 2))
        peer.send({"kind": "watched", "watched": False})
        peer.send({"kind": "event", "number": 2, "event": {"event_type": "key_down", "key": "b"}})
        time.sleep(0.3)
        self.assertEqual(len(drawn), 2)
        peer.send({"kind": "watched", "watched": True})
        self.assertEqual(peer.json()["answers"], 2)
        self.assertEqual(threads, {running})
        source.close()
        running.join(5)
        self.assertFalse(running.is_alive())

    def test_it_comes_back_when_the_connection_breaks_and_says_when_it_is_over(self):
        source, peer = self.join()
        accepted = in_background(self.server.accept)
        peer.close()
        again = accepted()
        self.addCleanup(again.close)
        self.assertEqual(again.json()["kind"], "hello")
        self.welcome(again)
        frame = np.zeros((48, 64, 4), np.uint8)
        while not source.publish(frame, timeout=0.1):
            pass
        self.assertEqual(again.json()["slot"], 0)
        again.send({"kind": "error", "code": "no-room", "message": "The room is closed."})
        again.send(b"\x11\x33", opcode=8)
        while source.is_open:
            time.sleep(0.01)
        with self.assertRaisesRegex(ScenecastError, "The room is closed."):
            source.publish(frame)


if __name__ == "__main__":
    unittest.main()
