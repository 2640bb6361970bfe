"""Owns what can go wrong in a correct program; misuse is ``TypeError`` or ``ValueError``, as everywhere in Python."""

from __future__ import annotations

from typing import Optional


class ScenecastError(Exception):
    """What the server answered, or why it could not be asked or started, in a sentence for people.

    ``status`` is the HTTP status of the answer; None where there was none.
    """

    def __init__(self, sentence: str, status: Optional[int] = None) -> None:
        super().__init__(sentence)
        self.status = status
