"""Data that Python hands to a real scene: whole, in parts, in a row, and what is refused."""

import os
import threading
import time
import unittest
from pathlib import Path

import numpy as np
from scenecast_client import ScenecastError, connect, show

SCENE = Path(os.environ["SCENECAST_HOME"]) / "test" / "fixtures" / "scenes" / "filled.ts"


class DataTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.view = show(SCENE, display=False, size=(320, 192))

    @classmethod
    def tearDownClass(cls):
        cls.view.close()

    def seen(self, **expected):
        """Waits until the scene's state says this of what it saw."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            # While nobody watches it is asked for its state when it is drawn.
            self.view.snapshot("png")
            state = self.view.state
            if all(state[name] == value for name, value in expected.items()):
                return state
            time.sleep(0.05)
        self.fail(f"The scene saw {self.view.state}, not {expected}.")

    def test_an_assignment_is_in_the_next_picture(self):
        for colour in ((200, 30, 40), (20, 180, 60)):
            self.view.data["colour"] = colour
            self.assertEqual(tuple(self.view.snapshot("array")[5, 5]), colour)
        self.view.data["colour"] = np.array([1, 2, 3])
        self.assertEqual(tuple(self.view.snapshot("array")[5, 5]), (1, 2, 3))
        with self.assertRaisesRegex(TypeError, "from 0 to 255"):
            self.view.data["colour"] = (300, 0, 0)
        with self.assertRaisesRegex(TypeError, "takes uint8, and this is float64"):
            self.view.data["colour"] = np.array([0.5, 0, 0])

    def test_values_of_every_kind_go_and_come_back(self):
        self.view.data["rows"] = np.full((100, 2), 5.0)
        self.view.data["config"] = {"name": "Ada", "sizes": np.arange(3)}
        self.view.data["blob"] = b"\x01\x02\x03"
        self.seen(last=5, config={"name": "Ada", "sizes": [0, 1, 2]}, blob=[1, 2, 3])
        rows = self.view.data["rows"].read()
        self.assertEqual((rows.dtype, rows.shape), (np.float32, (100, 2)))
        np.testing.assert_array_equal(np.asarray(self.view.data["rows"]), np.full((100, 2), 5))
        self.assertEqual(self.view.data["config"].read()["name"], "Ada")
        self.assertEqual(self.view.data["blob"].read(), b"\x01\x02\x03")
        self.assertEqual(self.view.data["rows"].info["shape"], [100, 2])
        del self.view.data["blob"]
        self.assertNotIn("blob", self.view.data)
        with self.assertRaises(ScenecastError) as caught:
            self.view.data["blob"].read()
        self.assertEqual(caught.exception.status, 404)

    def test_rows_are_changed_in_place(self):
        self.view.data["rows"] = np.full((50, 2), 7.0)
        before = self.seen(last=7)
        version = self.view.data["rows"].version
        self.view.data["rows"][10:12] = [[9, 9], [9, 9]]
        stored = self.view.data.patch("rows", 48, np.full((2, 2), 8))
        self.assertEqual((stored.version, stored.taken), (version + 2, True))
        self.seen(ranges=before["ranges"] + 2, torn=before["torn"])
        rows = self.view.data["rows"].read()
        self.assertEqual([rows[9, 0], rows[10, 0], rows[11, 1], rows[12, 0], rows[49, 1]], [7, 9, 9, 7, 8])
        with self.assertRaisesRegex(ValueError, "2 rows for the 3 of the slice"):
            self.view.data["rows"][0:3] = np.zeros((2, 2))
        with self.assertRaisesRegex(TypeError, "slice without a step"):
            self.view.data["rows"][0:4:2] = np.zeros((2, 2))
        with self.assertRaisesRegex(ScenecastError, "has 50 rows"):
            self.view.data["rows"][49:51] = np.zeros((2, 2))

    def test_a_stream_loses_nothing_and_holds_its_writer_back(self):
        before = self.seen()
        with self.view.data.stream("rows", max_waiting=3) as stream:
            for number in range(60):
                stream.send(np.full((20_000, 2), number, np.float32))
            stream.flush()
            self.assertEqual(self.view.data["rows"].version, stream.version)
            stream.send(np.full((5, 2), 61), offset=100)
        state = self.seen(versions=before["versions"] + 61, last=59)
        self.assertEqual((state["torn"], state["missed"]), (before["torn"], before["missed"]))
        with self.assertRaisesRegex(TypeError, "whole number from 1"):
            self.view.data.stream("rows", max_waiting=0)

    def test_what_a_stream_was_refused_is_raised(self):
        with self.assertRaisesRegex(ScenecastError, "float32 .any, 2. as rows, not float32 .4, 3."):
            with self.view.data.stream("rows") as stream:
                stream.send(np.zeros((4, 3)))
        stream = self.view.data.stream("rows")
        stream.send(np.zeros((4, 3)))
        with self.assertRaises(ScenecastError):
            for _ in range(1000):
                stream.send(np.zeros((4, 2)))
        # Once is enough.
        stream.close()
        stream = self.view.data.stream("rows")
        stream.send(np.zeros((4, 3)))
        time.sleep(0.5)
        with self.assertRaises(ScenecastError):
            stream.close()

    def test_what_the_scene_does_not_take_is_said_by_the_server(self):
        with self.assertRaisesRegex(ScenecastError, 'takes no data "nothing"'):
            self.view.data["nothing"] = [1, 2]
        with self.assertRaisesRegex(ScenecastError, "not float32 .2, 3."):
            self.view.data["rows"] = np.zeros((2, 3))
        with self.assertRaisesRegex(TypeError, "must be a text"):
            self.view.data[5] = [1]

    def test_links_fill_data_where_they_were_made_for_it(self):
        filling = connect(self.view.link(data=True))
        self.addCleanup(filling.close)
        filling.data["config"] = {"by": "a link"}
        self.seen(config={"by": "a link"})
        watching = connect(self.view.link())
        self.addCleanup(watching.close)
        with self.assertRaisesRegex(ScenecastError, "Your link is not for data"):
            watching.data["config"] = {}

    def test_several_threads_may_fill_at_once(self):
        def fill(number):
            self.view.data["rows"] = np.full((1000, 2), number, np.float32)

        threads = [threading.Thread(target=fill, args=(number,)) for number in range(8)]
        version = self.view.data["rows"].version
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        self.assertEqual(self.view.data["rows"].version, version + 8)
        rows = self.view.data["rows"].read()
        self.assertTrue((rows == rows[0, 0]).all())


if __name__ == "__main__":
    unittest.main()
