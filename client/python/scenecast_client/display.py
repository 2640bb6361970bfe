"""Owns how a room is shown where we run: a frame or a widget in a notebook, a page of the browser elsewhere."""

from __future__ import annotations

import html
import json
import secrets
import urllib.parse
from pathlib import Path
from typing import Any, Dict, NamedTuple, Optional

from .notebook import Place

_FOLDER = Path(__file__).resolve().parent


class Shown(NamedTuple):
    """What is shown: where the server is, as seen from its own machine, what lets in, and how large."""

    base: str
    token: Optional[str]
    is_open: bool
    """Whether other machines reach the server at this machine's name."""
    width: str
    height: str


def css_size(name: str, value: Any) -> str:
    """A length of CSS; numbers are pixels. Raises ``TypeError``."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or (isinstance(value, str) and not value.strip()):
        raise TypeError(f"{name} must be a number of pixels, or a length of CSS like '80%'.")
    return value if isinstance(value, str) else f"{value:g}px"


def frame_html(shown: Shown, place: Place) -> str:
    """The output of a cell: a frame with the server's page."""
    style = f"width: {shown.width}; height: {shown.height}"
    if place.kind == "vscode":
        # Its frames reach this machine's ports, which it forwards by itself; their scripts may reach nothing.
        address = _proxied(shown, place) or shown.base.replace("//127.0.0.1:", "//localhost:")
        frame = f'allow="fullscreen; clipboard-write; autoplay" style="{html.escape(style)}; border: 0"'
        return f'<iframe src="{html.escape(address + _fragment(shown))}" {frame}></iframe>'
    config = {**_config(shown, place), "id": f"scenecast-{secrets.token_hex(6)}", "fragment": _fragment(shown)}
    script = f"{_read('page.js')}\n{_read('frame.js')}\nscenecastFrame({_for_script(config)});"
    return f'<div id="{config["id"]}" style="{html.escape(style)}"></div><script>{{\n{script}\n}}</script>'


def make_widget(shown: Shown, place: Place) -> Any:
    """A widget of anywidget with the server's element; None where anywidget is not installed."""
    try:
        import anywidget
        import traitlets
    except ImportError:
        return None
    members = {
        "_esm": f"{_read('page.js')}\n{_read('widget.js')}",
        "config": traitlets.Dict().tag(sync=True),
    }
    widget = type("SceneWidget", (anywidget.AnyWidget,), members)
    return widget(config={**_config(shown, place), "height": shown.height, "token": shown.token})


def _config(shown: Shown, place: Place) -> Dict[str, Any]:
    return {
        "direct": shown.base,
        "isOpen": shown.is_open,
        "isRemote": place.is_remote,
        "proxied": _proxied(shown, place),
    }


def _proxied(shown: Shown, place: Place) -> Optional[str]:
    parts = urllib.parse.urlsplit(shown.base)
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1") or shown.is_open
    if place.proxy is None or not is_here:
        return None
    return place.proxy.replace("{port}", str(parts.port or 80)) + parts.path.lstrip("/")


def _fragment(shown: Shown) -> str:
    return "" if shown.token is None else f"#token={urllib.parse.quote(shown.token, safe='')}"


def _for_script(value: Any) -> str:
    """JSON that no HTML can end."""
    return json.dumps(value).replace("<", "\\u003c")


def _read(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")
