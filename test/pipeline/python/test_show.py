"""A server that Python starts, joins and ends, with a real scene."""

import os
import signal
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

import numpy as np
import scenecast_client
from scenecast_client import ScenecastError, connect, show

SCENES = Path(os.environ["SCENECAST_HOME"]) / "test" / "fixtures" / "scenes"
CORNERS = [(208, 32, 48), (32, 176, 64), (32, 64, 200), (224, 192, 32)]


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie is one that its parent did not see yet.
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


def within(seconds, is_so):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.05)
    return False


class ShowTest(unittest.TestCase):
    def test_a_scene_is_started_pictured_linked_to_and_ended(self):
        with show(SCENES / "quadrants.ts", display=False, size=(320, 192)) as view:
            pid = view._process.pid
            self.assertRegex(view.url, r"^http://127\.0\.0\.1:\d+/$")
            picture = view.snapshot("array")
            self.assertEqual((picture.shape, picture.dtype), ((192, 320, 3), np.uint8))
            seen = [tuple(picture[y, x]) for y in (10, 180) for x in (10, 310)]
            self.assertEqual(seen, CORNERS)
            self.assertEqual(view.snapshot("image", size=(160, 160)).size, (160, 96))
            self.assertEqual(view.snapshot("png")[:4], b"\x89PNG")
            self.assertEqual(view.snapshot("jpeg", quality=50)[:2], b"\xff\xd8")
            self.assertEqual(view.snapshot("webp")[8:12], b"WEBP")
            with self.assertRaises(ValueError):
                view.snapshot("gif")
            self.assertTrue(view.status["ok"])
            self.let_others_in(view)
        self.assertTrue(within(30, lambda: not is_running(pid)))
        view.close()

    def let_others_in(self, view):
        """Links let others in with their role."""
        watching = connect(view.link())
        self.addCleanup(watching.close)
        self.assertEqual(watching.snapshot("array").shape, (192, 320, 3))
        with self.assertRaisesRegex(ScenecastError, "Only hosts may make"):
            watching.link()
        host = connect(view.link(role="host", expires=60))
        self.addCleanup(host.close)
        self.assertIn("#token=", host.link(role="controller"))
        with self.assertRaises(ScenecastError) as caught:
            connect(view.url)
        self.assertEqual(caught.exception.status, 401)
        with self.assertRaisesRegex(ScenecastError, "role"):
            view.link(role="king")

    def test_controls_are_set_by_name_and_messages_go_both_ways_and_cost_no_video(self):
        # Its messages are for who has control alone, which no program has where one person steers.
        with show(SCENES / "declared.ts", display=False, size=(320, 192), control="one") as view:
            self.assertEqual([view.controls.red, view.controls.tone, view.controls["More/tint"]], [0, "dark", "#0000ff"])
            self.assertEqual(list(view.controls)[:2], ["/scene/red", "/scene/tone"])
            changed = threading.Event()
            view.on("controls", lambda values: values.get("/scene/red") == 1 and changed.set())
            view.controls.red = np.float64(1)
            self.assertTrue(changed.wait(30))
            self.assertEqual(view.controls.red, 1)
            self.assertEqual(tuple(view.snapshot("array")[5, 5]), (255, 0, 255))
            view.controls.set(tone="bright", tint="#00ff00")
            self.assertEqual((view.controls.tone, view.controls.tint), ("bright", "#00ff00"))
            self.assertIn("tone", dir(view.controls))
            view.controls.press("reset")
            self.assertTrue(within(30, lambda: view.controls.red == 0))
            with self.assertRaisesRegex(ScenecastError, "/scene/red"):
                view.controls.red = 2
            with self.assertRaisesRegex(AttributeError, "There is no control 'nothing'; there are /scene/red"):
                view.controls.nothing = 1
            with self.assertRaises(KeyError):
                view.controls["nothing"]
            heard = []
            view.on("message", heard.append)
            view.send({"n": 1})
            view.send(b"\0\1\2")
            self.assertTrue(within(30, lambda: heard == [{"n": 1}, b"\0\1\2"]), (heard, view.log))
            refused = []
            watching = connect(view.link())
            watching.on("refused", refused.append)
            watching.send("not for the likes of me")
            self.assertTrue(within(30, lambda: len(refused) > 0))
            self.assertEqual(len(heard), 2)
            # Nobody who wants a picture came, so none was encoded.
            metrics = view._requests("GET", "metrics").body.decode().splitlines()
            encoded = [line for line in metrics if line.startswith("scenecast_frames_encoded_total")]
            self.assertTrue(all(line.endswith(" 0") for line in encoded), encoded)
            watching.close()
            with self.assertRaisesRegex(ValueError, "16384 characters"):
                view.send("x" * 20000)

    def test_what_cannot_be_shown_says_why(self):
        # Its parameters were handed on, too.
        with self.assertRaisesRegex(ScenecastError, "nothing"):
            show(SCENES / "parametered.ts", display=False, params={"nothing": 1})
        with self.assertRaises(TypeError):
            show()
        with self.assertRaises(TypeError):
            show("scene.ts", url="http://127.0.0.1:1/")
        with self.assertRaisesRegex(ScenecastError, "could not be reached"):
            connect("http://127.0.0.1:9/")

    def test_the_server_ends_when_the_interpreter_is_killed(self):
        program = (
            "import sys, time, scenecast_client as s\n"
            f"v = s.show({str(SCENES / 'quadrants.ts')!r}, display=False, size=(320, 192))\n"
            "print(v._process.pid, flush=True)\n"
            "time.sleep(60)\n"
        )
        child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        pid = int(child.stdout.readline())
        self.assertTrue(is_running(pid))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        self.assertTrue(within(30, lambda: not is_running(pid)))

    def test_the_server_ends_with_a_program_that_ends(self):
        program = (
            "import scenecast_client as s\n"
            f"v = s.show({str(SCENES / 'quadrants.ts')!r}, display=False, size=(320, 192))\n"
            "print(v._process.pid)\n"
        )
        said = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True).stdout
        self.assertTrue(within(30, lambda: not is_running(int(said))))


class PackageTest(unittest.TestCase):
    def test_it_is_the_installed_one_with_its_files(self):
        folder = Path(scenecast_client.__file__).parent
        for name in ("py.typed", "page.js", "frame.js", "widget.js"):
            self.assertTrue((folder / name).is_file(), name)


if __name__ == "__main__":
    unittest.main()
