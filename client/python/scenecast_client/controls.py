"""Owns the controls that a scene offers, as attributes: ``v.controls.size = 3``."""

from __future__ import annotations

import time
from typing import Any, Dict, Iterator, List

from .server_requests import Requests

# A scene that is busy drawing takes a value with its next frame.
_TAKEN_SECONDS = 0.5


class Controls:
    """The controls of a scene, by their names or ids.

    ``controls.size`` and ``controls["size"]`` are what a control holds, and setting either sets it, for everybody who watches. A
    control in a folder is ``controls["Light/intensity"]``, or by its whole id ``controls["/scene/Light/intensity"]``; where one
    control alone has a name, the name is enough. Raises ``KeyError``, or ``AttributeError``, with the names that there are, and
    ``ScenecastError`` with the control and its rule where a value does not fit.
    """

    _requests: Requests

    def __init__(self, requests: Requests) -> None:
        object.__setattr__(self, "_requests", requests)

    def all(self) -> List[Dict[str, Any]]:
        """All of them, folders too, each a dict of ``id``, ``kind``, ``label``, ``value`` and what its kind has (``min``, ``max``, …)."""
        return self._requests("GET", "controls").json()["controls"]

    def set(self, **values: Any) -> None:
        """Sets several at once, or none where one does not fit: ``controls.set(size=3, colour="#ff0000")``."""
        self.update(values)

    def update(self, values: Dict[str, Any]) -> None:
        """The same by a dict, whose names may be ids."""
        known = self.all()
        named = {_id_of(known, name): _plain(value) for name, value in values.items()}
        self._requests.json("PATCH", "controls", named)
        self._wait(named, {control["id"]: control.get("value") for control in known})

    def press(self, name: str) -> None:
        """Presses a button."""
        self.update({name: True})

    def _wait(self, named: Dict[str, Any], before: Dict[str, Any]) -> None:
        """Until the scene has them, so that what is read next, or pictured, is not of before. A scene may make another value of one."""
        end = time.monotonic() + _TAKEN_SECONDS
        awaited = {control: value for control, value in named.items() if before[control] not in (value, None)}
        while awaited and time.monotonic() < end:
            now = {control["id"]: control.get("value") for control in self.all()}
            awaited = {control: value for control, value in awaited.items() if now.get(control) == before[control]}

    def __getitem__(self, name: str) -> Any:
        known = self.all()
        found = _id_of(known, name)
        return next(control.get("value") for control in known if control["id"] == found)

    def __setitem__(self, name: str, value: Any) -> None:
        self.update({name: value})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __setattr__(self, name: str, value: Any) -> None:
        try:
            self[name] = value
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __iter__(self) -> Iterator[str]:
        """The ids of those that hold something."""
        return iter([control["id"] for control in self.all() if "value" in control])

    def __dir__(self) -> List[str]:
        names = [control["id"].rsplit("/", 1)[-1] for control in self.all()]
        return [*super().__dir__(), *(name for name in names if name.isidentifier())]

    def __repr__(self) -> str:
        values = {control["id"]: control["value"] for control in self.all() if "value" in control}
        return f"Controls({values!r})"


def _id_of(controls: List[Dict[str, Any]], name: str) -> str:
    ids = [control["id"] for control in controls if control["kind"] != "folder"]
    if name in ids:
        return name
    # The scene's own panel comes first, so that a library's of the same name does not hide it.
    own = f"/scene/{name}"
    if own in ids:
        return own
    found = [known for known in ids if known.endswith(f"/{name}")]
    if len(found) == 1:
        return found[0]
    if found:
        raise KeyError(f"Several controls are called {name!r}: {', '.join(found)}.")
    raise KeyError(f"There is no control {name!r}; there are {', '.join(ids) or 'none'}.")


def _plain(value: Any) -> Any:
    """A number of numpy as one of Python."""
    return value.item() if hasattr(value, "item") and not isinstance(value, (str, bytes)) else value
