"""Owns what a program has of a room: a running scene with its people."""

from __future__ import annotations

import io
import time
import urllib.parse
from typing import Any, Callable, Dict, Optional, Tuple

from .controls import Controls
from .data import Data
from .display import Shown, css_size, frame_html, make_widget
from .errors import ScenecastError
from .launch import ServerProcess, open_in_browser
from .notebook import Place, find_place
from .room_socket import RoomSocket
from .server_requests import Requests

_FORMS = {"png": "png", "jpeg": "jpg", "webp": "webp"}


class Room:
    """A scene that runs, and what a program does with it. Made by ``show`` and ``connect``; ends with ``close()``, or ``with``.

    A server that was started by ``show`` ends with it, and with this interpreter; one that was joined goes on.
    """

    data: Data
    """Named data of the scene: ``v.data["points"] = array``."""
    controls: Controls
    """The controls that the scene offers: ``v.controls.size = 3``."""

    def __init__(
        self,
        requests: Requests,
        process: Optional[ServerProcess] = None,
        place: Optional[Place] = None,
        size: Tuple[str, str] = ("100%", "480px"),
        is_open: bool = False,
    ) -> None:
        """``requests`` asks for the room; ``process`` is the server, where it ends with us. Programs call ``show`` or ``connect``."""
        self._requests = requests
        self._process = process
        self._place = place or find_place()
        self._size = size
        self._is_open = is_open
        self._socket = RoomSocket(requests)
        self._link_of_display: Optional[str] = None
        self._shown_in: Optional[int] = None
        self.data = Data(requests)
        self.controls = Controls(requests)

    @property
    def url(self) -> str:
        """The address of the room's page, without its token."""
        return self._requests.base

    @property
    def own_link(self) -> str:
        """The address with what lets in as this program: a secret."""
        token = self._requests.token
        return self.url if token is None else f"{self.url}#token={urllib.parse.quote(token, safe='')}"

    @property
    def status(self) -> Dict[str, Any]:
        """How it does, as ``/healthz`` tells: ``ok``, and of those who may know the ``rooms`` with their viewers."""
        try:
            return self._requests("GET", "healthz").json()
        except ScenecastError as error:
            if error.status == 503:
                return {"ok": False}
            raise

    @property
    def state(self) -> Any:
        """The newest state that the scene gave, JSON; None where it gives none. Setting it hands the scene one that it gave before."""
        return self._socket.state()

    @state.setter
    def state(self, state: Any) -> None:
        import json

        self._socket.say({"kind": "scene-state", "state": json.dumps(state)})

    def snapshot(self, form: str = "auto", size: Optional[Tuple[int, int]] = None, quality: Optional[int] = None) -> Any:
        """Takes a picture of the scene; while nobody watches it is drawn for it.

        ``form`` is ``"image"`` (PIL's), ``"array"`` (numpy, height x width x 3, uint8), or a file as bytes: ``"png"``, with the exact
        pixels, ``"jpeg"`` or ``"webp"``. ``"auto"`` is the image where PIL is, else PNG. ``size`` is a box in pixels that the picture fits
        inside, never enlarged; ``quality`` 1 to 100 for the last two. Raises ``ScenecastError`` while the scene is not live.
        """
        if form not in ("auto", "image", "array", *_FORMS):
            raise ValueError("form must be 'auto', 'image', 'array', 'png', 'jpeg' or 'webp'.")
        query = {
            **({} if size is None else {"size": f"{int(size[0])}x{int(size[1])}"}),
            **({} if quality is None else {"quality": int(quality)}),
        }
        path = f"snapshot.{_FORMS.get(form, 'png')}"
        file = self._requests("GET", f"{path}?{urllib.parse.urlencode(query)}" if query else path).body
        return file if form in _FORMS else _picture(file, form)

    def link(
        self, role: str = "viewer", expires: Optional[float] = None, data: bool = False, room: Optional[str] = None
    ) -> str:
        """Makes a link for others and returns it.

        ``role`` is ``"viewer"``, ``"controller"`` or ``"host"``; ``expires`` is in seconds, a day if it is left out; with ``data`` the
        link may fill the scene's data; ``room`` keeps it to one room. Raises ``ScenecastError``, as where this program is no host.
        """
        body: Dict[str, Any] = {"role": role}
        if expires is not None:
            body["expiresSeconds"] = int(expires)
        if data:
            body["data"] = True
        if room is not None:
            body["room"] = room
        return self._requests.json("POST", "links", body).json()["link"]

    def send(self, data: Any) -> None:
        """Sends the scene a message: JSON of at most 16,384 characters, or 32,768 bytes, 50 a second. Larger data: ``v.data``."""
        self._socket.send(data)

    def on(self, name: str, listener: Callable[..., Any]) -> Callable[[], None]:
        """Calls ``listener`` at each event, on a thread of its own, until the function that is returned is called.

        ``"message"`` with what the scene sends (JSON, or bytes), ``"status"`` with how it does (``"live"``, ``"restarting"``, …),
        ``"state"`` with its state, ``"controls"`` with values that changed, by ids, ``"refused"`` with why the server did not do what
        was sent, ``"closed"`` with why it is over.
        """
        return self._socket.on(name, listener)

    def display(self, height: Any = None, width: Any = None) -> None:
        """Shows it, again: in the output of a notebook's cell, else in the browser."""
        size = (css_size("width", width or self._size[0]), css_size("height", height or self._size[1]))
        if self._place.kind in ("plain", "ipython"):
            if not open_in_browser(self.own_link):
                print(f"Open this in a browser: {self.own_link}")
            return
        from IPython import get_ipython
        from IPython.display import display

        # Where the room is the value of the same cell too, it is not shown twice.
        self._shown_in = get_ipython().execution_count
        display(self._bundle(size), raw=True)

    def wait(self, seconds: Optional[float] = None) -> None:
        """Waits until the server ends, or for so long; Ctrl-C ends the waiting. A script that shows a scene ends with it."""
        try:
            if self._process is not None:
                self._process.wait(seconds)
            else:
                time.sleep(_YEAR if seconds is None else seconds)
        except KeyboardInterrupt:
            pass

    @property
    def log(self) -> str:
        """The last lines of the log of a server that was started here; empty of one that was joined."""
        return "" if self._process is None else self._process.log

    def close(self) -> None:
        """Leaves the room, and ends a server that was started for it. Idempotent."""
        self._socket.close()
        self._requests.close()
        if self._process is not None:
            self._process.close()

    def __enter__(self) -> Room:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Room {self.url}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Dict[str, Any]:
        from IPython import get_ipython

        shell = get_ipython()
        if self._place.kind == "ipython" or (shell is not None and self._shown_in == shell.execution_count):
            return {"text/plain": repr(self)}
        return self._bundle(self._size)

    def _bundle(self, size: Tuple[str, str]) -> Dict[str, Any]:
        shown = Shown(self.url, self._token_of_display(), self._is_open, *size)
        widget = make_widget(shown, self._place) if self._place.kind == "jupyter" else None
        if widget is not None:
            bundle = widget._repr_mimebundle_()
            return bundle[0] if isinstance(bundle, tuple) else bundle
        return {"text/html": frame_html(shown, self._place), "text/plain": repr(self)}

    def _token_of_display(self) -> Optional[str]:
        """What a notebook's page is given, and is saved with it: never the token of a server that goes on without us."""
        token = self._requests.token
        if token is None or self._process is not None:
            return token
        if self._link_of_display is None:
            try:
                self._link_of_display = self.link(role="host", expires=12 * 3600)
            except ScenecastError as error:
                if error.status != 403:
                    raise
                # Who is no host has a link already, which ends by itself.
                return token
        return urllib.parse.unquote(self._link_of_display.partition("#token=")[2])


# What `time.sleep` takes everywhere; a year.
_YEAR = 365 * 24 * 3600.0


def _picture(png: bytes, form: str) -> Any:
    try:
        from PIL import Image
    except ImportError:
        if form == "auto":
            return png
        raise ScenecastError(f"snapshot({form!r}) needs PIL: pip install pillow") from None
    image = Image.open(io.BytesIO(png))
    image.load()
    if form != "array":
        return image
    import numpy

    return numpy.asarray(image.convert("RGB"))
