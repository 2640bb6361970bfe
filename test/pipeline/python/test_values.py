"""What values of Python become on their way to a scene."""

import array
import json
import unittest
from unittest import mock

import numpy as np
from scenecast_client import values
from scenecast_client.data import Data
from scenecast_client.values import from_bytes, to_value


class NumpyTest(unittest.TestCase):
    def test_an_array_of_the_right_type_is_not_copied(self):
        points = np.arange(12, dtype=np.float32).reshape(4, 3)
        sent = to_value(points, "float32")
        self.assertEqual((sent.type, sent.shape), ("float32", (4, 3)))
        self.assertTrue(np.shares_memory(np.frombuffer(sent.content, np.float32), points))

    def test_it_takes_the_declared_type(self):
        self.assertEqual(bytes(to_value(np.array([1.5, 2]), "float32").content), np.array([1.5, 2], "<f4").tobytes())
        self.assertEqual(bytes(to_value([[1, 2], [3, 4]], "uint16").content), np.array([1, 2, 3, 4], "<u2").tobytes())
        self.assertEqual(bytes(to_value(np.array([1, 2], ">f8"), "float64").content), np.array([1, 2], "<f8").tobytes())
        self.assertEqual(to_value(np.ones((2, 3)).T, "float32").shape, (3, 2))
        self.assertEqual(bytes(to_value(np.arange(6).reshape(2, 3).T, "int32").content), np.array([0, 3, 1, 4, 2, 5], "<i4").tobytes())

    def test_undeclared_it_keeps_its_own(self):
        self.assertEqual(to_value(np.zeros(2, np.int64)).type, "int64")
        self.assertEqual(to_value(np.zeros(2, bool)).type, "uint8")
        self.assertEqual(to_value(np.zeros(2, np.float16)).type, "float32")
        self.assertEqual(to_value(np.float32(3)).shape, (1,))

    def test_what_would_lose_something_is_refused_with_the_reason(self):
        with self.assertRaisesRegex(TypeError, "takes uint8, and this is float64"):
            to_value(np.array([1.5]), "uint8")
        with self.assertRaisesRegex(TypeError, "from 0 to 255"):
            to_value(np.array([256]), "uint8")
        with self.assertRaisesRegex(TypeError, "from 0 to 255"):
            to_value(np.array([-1]), "uint8")
        with self.assertRaisesRegex(TypeError, "complex128 cannot be sent"):
            to_value(np.array([1j]))
        with self.assertRaisesRegex(TypeError, "must be one of"):
            to_value([1], "float16")

    def test_values_come_back_as_arrays(self):
        points = np.arange(6, dtype=np.float32).reshape(2, 3)
        np.testing.assert_array_equal(from_bytes(points.tobytes(), "float32", (2, 3)), points)
        from_bytes(points.tobytes(), "float32", (2, 3))[0, 0] = 1

    def test_empty_arrays_go_too(self):
        sent = to_value(np.zeros((0, 3), np.float32))
        self.assertEqual((sent.shape, len(sent.content)), ((0, 3), 0))


class PlainTest(unittest.TestCase):
    def setUp(self):
        patch = mock.patch.object(values, "_numpy", lambda: None)
        patch.start()
        self.addCleanup(patch.stop)

    def test_lists_go_without_numpy(self):
        sent = to_value([[1, 2, 3], [4, 5, 6]], "float32")
        self.assertEqual((sent.shape, list(array.array("f", bytes(sent.content)))), ((2, 3), [1, 2, 3, 4, 5, 6]))
        with self.assertRaisesRegex(TypeError, "one length"):
            to_value([[1, 2], [3]], "float32")
        with self.assertRaisesRegex(TypeError, "takes uint8"):
            to_value([256], "uint8")

    def test_buffers_go_without_numpy(self):
        sent = to_value(array.array("d", [1, 2]))
        self.assertEqual((sent.type, sent.shape), ("float64", (2,)))
        with self.assertRaisesRegex(TypeError, "numpy would cast it"):
            to_value(array.array("d", [1]), "float32")
        with self.assertRaisesRegex(TypeError, "cannot be sent"):
            to_value(object())

    def test_they_come_back_as_views(self):
        view = from_bytes(array.array("f", [1, 2, 3, 4]).tobytes(), "float32", (2, 2))
        self.assertEqual(view.tolist(), [[1, 2], [3, 4]])


class OthersTest(unittest.TestCase):
    def test_json_and_bytes(self):
        self.assertEqual(to_value({"a": 1}).type, "json")
        self.assertEqual(json.loads(to_value({"a": np.arange(3), "b": np.float32(2)}).content), {"a": [0, 1, 2], "b": 2.0})
        self.assertEqual(to_value(b"abc")[:2], ("bytes", None))
        self.assertEqual(bytes(to_value("äb", "bytes").content), "äb".encode())
        self.assertEqual(to_value(b"\0" * 8, "float32").shape, (2,))
        with self.assertRaisesRegex(TypeError, "no whole number"):
            to_value(b"\0" * 7, "float32")
        with self.assertRaises(ValueError):
            to_value({"a": float("nan")})
        self.assertEqual(from_bytes(b'{"a": 1}', "json", None), {"a": 1})


class RowsTest(unittest.TestCase):
    def test_rows_of_what_no_scene_declares_are_counted_and_sent_as_what_is_there(self):
        sent = []

        class Answer:
            def __init__(self, body):
                self.json = lambda: body

        def requests(method, path, content=None, headers=None):
            if method == "GET":
                return Answer({"data": [{"name": "p", "declared": None, "type": "float32", "shape": [4, 3], "version": 1}]})
            sent.append((method, path, len(content)))
            return Answer({"version": 2, "taken": True})

        data = Data(requests)
        data["p"][0:2] = [[1, 2, 3], [4, 5, 6]]
        self.assertEqual(sent, [("PATCH", "data/p?offset=0", 24)])
        with self.assertRaisesRegex(ValueError, "1 rows for the 2 of the slice"):
            data["p"][0:2] = [[1, 2, 3]]
        self.assertEqual(len(sent), 1)


if __name__ == "__main__":
    unittest.main()
