"""Owns the two beginnings: ``show`` starts a server, or joins one, and shows it; ``connect`` joins one and shows nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, List, Mapping, Optional, Sequence, Tuple, Union

from .display import css_size
from .launch import ServerProcess, find_command
from .notebook import Place, find_place
from .room import Room
from .server_requests import Requests, split_address


def show(
    scene: Union[str, "os.PathLike[str]", None] = None,
    *,
    url: Optional[str] = None,
    token: Optional[str] = None,
    height: Any = 480,
    width: Any = "100%",
    display: bool = True,
    size: Optional[Tuple[int, int]] = None,
    params: Optional[Mapping[str, Any]] = None,
    control: str = "everyone",
    watch: bool = False,
    port: int = 0,
    host: str = "127.0.0.1",
    proxy: Optional[str] = None,
    frame_ancestors: Sequence[str] = (),
    args: Sequence[str] = (),
) -> Room:
    """Starts a server with a scene, or joins one that runs (``url``), and shows it here: in a notebook, else in the browser.

    ``scene`` is the path of a scene's module, or of a page of HTML. ``url`` is the address of a room, with the ``token`` in it
    (``http://host:8080/#token=…``) or beside it. ``height`` and ``width`` are those of the output in a notebook, in pixels or as in CSS.
    Nothing is shown without ``display``.

    Of a server that is started: ``size`` of the picture in pixels, which else follows the window of who steers; ``params`` for what
    the scene declares; ``control`` is who steers, ``"everyone"``, ``"one"`` or ``"host"``; ``watch`` loads the scene anew when its file
    changes, and waits for that where it throws; ``port`` 0 is any that is free; ``host`` ``"0.0.0.0"`` opens it to the network; ``args`` are further arguments of
    ``scenecast serve``. Of a notebook: ``proxy`` is the address at which its page reaches a port of ours, with ``{port}`` in it, and
    ``frame_ancestors`` are further origins of its page. Both are found out, where they can be.

    Returns the room. Raises ``ScenecastError`` with the server's sentence where the scene does not come up, or cannot be reached.
    """
    place = place_for(proxy, frame_ancestors)
    shown = (css_size("width", width), css_size("height", height))
    if (scene is None) == (url is None):
        raise TypeError("show() takes either a scene or the url of a server.")
    if url is not None:
        room = _join(url, token, place, shown)
    else:
        given = [*_picture_args(size, params), *(["--watch"] if watch else []), "--control", control, *args]
        room = _start(os.fspath(scene or ""), place, shown, port=port, host=host, args=given)
    if display:
        room.display()
    return room


def connect(url: str, token: Optional[str] = None) -> Room:
    """Joins the room at this address, with the ``token`` in it or beside it, and shows nothing. Raises ``ScenecastError``."""
    return _join(url, token, find_place(), ("100%", "480px"))


def _join(url: str, token: Optional[str], place: Place, shown: Tuple[str, str]) -> Room:
    base, own = split_address(url)
    requests = Requests(base, token if token is not None else own)
    # Says at once where nobody answers, or the token is wrong.
    try:
        requests("GET", "access")
    except BaseException:
        requests.close()
        raise
    return Room(requests, None, place, shown)


def _start(scene: str, place: Place, shown: Tuple[str, str], port: int, host: str, args: Sequence[str]) -> Room:
    path = Path(scene)
    command = find_command([path.resolve().parent, Path.cwd()])
    process = ServerProcess(command, [scene, "--port", str(port), "--host", host, *notebook_args(place), *args])
    process.wait_until_ready()
    base, _ = split_address(process.url)
    return Room(Requests(base, process.token), process, place, shown, is_open=host in ("0.0.0.0", "::"))


def place_for(proxy: Optional[str], frame_ancestors: Sequence[str]) -> Place:
    """Where we run, with what the program says of it itself."""
    if isinstance(frame_ancestors, str):
        raise TypeError("frame_ancestors must be a list of origins like https://example.org.")
    place = find_place()
    if proxy is not None and "{port}" not in proxy:
        raise ValueError("proxy must have {port} in it, like https://example.org/proxy/{port}/.")
    template = place.proxy if proxy is None else f"{proxy.rstrip('/')}/"
    return place._replace(proxy=template, origins=[*place.origins, *frame_ancestors])


def notebook_args(place: Place) -> List[str]:
    """What a server is told that is shown there."""
    if place.kind in ("plain", "ipython") and not place.origins:
        return []
    ancestors = [word for origin in place.origins for word in ("--frame-ancestor", origin)]
    # The element of a widget is part of the notebook's own page.
    pages = [origin for origin in place.origins if origin.startswith(("http://", "https://")) and "*" not in origin]
    allowed = [word for origin in pages for word in ("--allowed-origin", origin)]
    # What comes through Jupyter comes from this machine, and says of whom.
    return [*ancestors, *allowed, "--trust-proxy", "loopback"]


def _picture_args(size: Optional[Tuple[int, int]], params: Optional[Mapping[str, Any]]) -> List[str]:
    texts = [f"{name}={_parameter(value)}" for name, value in (params or {}).items()]
    given = [] if size is None else ["--size", f"{int(size[0])}x{int(size[1])}"]
    return [*given, *(word for text in texts for word in ("--param", text))]


def _parameter(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
