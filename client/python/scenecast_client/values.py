"""Owns what a value of Python is on its way to a scene: the type and the shape of its elements, and their bytes without a copy where
none is needed. With numpy whatever numpy takes; without it what has a buffer, and lists of numbers."""

from __future__ import annotations

import array
import json
import math
import sys
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

Bytes = Union[bytes, bytearray, memoryview]

TYPES: Dict[str, str] = {
    "float32": "f",
    "float64": "d",
    "int8": "b",
    "uint8": "B",
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "uint32": "I",
    "int64": "q",
    "uint64": "Q",
}
_SIZES = {"float32": 4, "float64": 8, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "int32": 4, "uint32": 4, "int64": 8, "uint64": 8}


class Value(NamedTuple):
    """What is sent: of arrays little-endian elements in C's order; the shape of JSON and bytes is None."""

    type: str
    shape: Optional[Tuple[int, ...]]
    content: Bytes


def to_value(value: Any, wanted: Optional[str] = None) -> Value:
    """``value`` as ``wanted``, a type of elements, ``"json"`` or ``"bytes"``; None for what it is by itself: an array of its own type,
    bytes, and JSON for dicts, texts, lists, numbers and None. Raises ``TypeError`` where it is not, or would lose what it holds."""
    if wanted == "json":
        return Value("json", None, _json(value))
    if wanted == "bytes":
        return Value("bytes", None, value.encode() if isinstance(value, str) else _flat(value))
    if wanted is not None and wanted not in TYPES:
        raise TypeError(f"The type must be one of {', '.join(TYPES)}, json and bytes, not {wanted!r}.")
    is_plain = isinstance(value, (dict, str, list, tuple, bool, int, float, type(None)))
    if wanted is None and is_plain:
        return Value("json", None, _json(value))
    if isinstance(value, (bytes, bytearray)):
        if wanted is None:
            return Value("bytes", None, value)
        return Value(wanted, (_count(len(value), wanted),), value)
    numpy = _numpy()
    if numpy is not None and not isinstance(value, (dict, str, type(None))):
        return _of_numpy(numpy, value, wanted)
    if is_plain:
        return _of_list(value, wanted or "float32")
    return _of_buffer(value, wanted)


def _of_numpy(numpy: Any, value: Any, wanted: Optional[str]) -> Value:
    elements = numpy.asarray(value)
    kind = wanted or _name_of(elements.dtype)
    if kind not in TYPES:
        raise TypeError(f"An array of {elements.dtype} cannot be sent; cast it to one of {', '.join(TYPES)}.")
    target = numpy.dtype(kind).newbyteorder("<")
    if elements.dtype != target:
        _require_cast(numpy, elements, target, kind)
    elements = numpy.ascontiguousarray(elements, dtype=target).reshape(elements.shape or (1,))
    content = memoryview(elements).cast("B") if elements.size > 0 else b""
    return Value(kind, tuple(elements.shape), content)


def _name_of(dtype: Any) -> str:
    # A picture's mask and half floats have no type of their own in a scene.
    return {"bool": "uint8", "float16": "float32"}.get(dtype.name, dtype.name)


def _require_cast(numpy: Any, elements: Any, target: Any, kind: str) -> None:
    """Floats may become narrower; whole numbers must fit, and floats do not become whole."""
    if elements.dtype.kind in "fub" and target.kind == "f" or elements.dtype.kind in "ib" and target.kind == "f":
        return
    if elements.dtype.kind in "iub" and target.kind in "iu":
        limits = numpy.iinfo(target)
        if elements.size == 0 or (int(elements.min()) >= limits.min and int(elements.max()) <= limits.max):
            return
        raise TypeError(f"The scene takes {kind}, from {limits.min} to {limits.max}; there are values beyond that.")
    raise TypeError(f"The scene takes {kind}, and this is {elements.dtype}. Cast it: array.astype({kind!r}).")


def _of_buffer(value: Any, wanted: Optional[str]) -> Value:
    try:
        view = memoryview(value)
    except TypeError:
        raise TypeError(f"A {type(value).__name__} cannot be sent; an array, a list, bytes or JSON can.") from None
    kind = _type_of_format(view.format, view.itemsize)
    if kind is None:
        raise TypeError(f"A buffer of the format {view.format!r} cannot be sent.")
    if wanted not in (None, kind):
        raise TypeError(f"The scene takes {wanted}, and this is {kind}; numpy would cast it.")
    return Value(kind, tuple(view.shape or (1,)), _flat(view))


def _of_list(value: Any, kind: str) -> Value:
    shape: List[int] = []
    inner: Any = value
    while isinstance(inner, (list, tuple)):
        shape.append(len(inner))
        inner = inner[0] if inner else None
    numbers: List[Any] = [value] if not shape else list(value)
    for _ in shape[1:]:
        numbers = [number for row in numbers for number in row]
    if math.prod(shape or [1]) != len(numbers):
        raise TypeError("The rows of a list must be of one length.")
    try:
        elements = array.array(TYPES[kind], numbers)
    except (TypeError, OverflowError) as error:
        raise TypeError(f"The scene takes {kind}: {error}.") from None
    if sys.byteorder == "big":
        elements.byteswap()
    return Value(kind, tuple(shape or [1]), memoryview(elements).cast("B"))


def _flat(value: Any) -> memoryview:
    view = memoryview(value)
    return view.cast("B") if view.c_contiguous and view.nbytes > 0 else memoryview(view.tobytes())


def _json(value: Any) -> bytes:
    return json.dumps(value, allow_nan=False, default=_plain).encode()


def _plain(value: Any) -> Any:
    """Numbers and arrays of numpy, inside of JSON."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"A {type(value).__name__} is no JSON.")


def _type_of_format(form: str, size: int) -> Optional[str]:
    letter = form.lstrip("@=<")
    if len(letter) != 1 or (letter not in "fdbBhHiIlLqQ?c" and letter):
        return None
    kind = "float" if letter in "fd" else "uint" if letter in "BHILQ?c" else "int"
    name = f"{kind}{8 * size}"
    return name if name in TYPES else None


def _count(size: int, kind: str) -> int:
    count, rest = divmod(size, _SIZES[kind])
    if rest:
        raise TypeError(f"{size} bytes are no whole number of {kind}.")
    return count


def _numpy() -> Any:
    module = sys.modules.get("numpy")
    if module is not None:
        return module
    try:
        import numpy
    except ImportError:
        return None
    return numpy


def from_bytes(content: bytes, kind: str, shape: Optional[Tuple[int, ...]]) -> Any:
    """What a scene's value is here: an array of numpy, else a memoryview of that shape; JSON; bytes."""
    if kind == "json":
        return json.loads(content)
    if kind == "bytes" or kind not in TYPES:
        return content
    numpy = _numpy()
    if numpy is not None:
        return numpy.frombuffer(bytearray(content), dtype=numpy.dtype(kind).newbyteorder("<")).reshape(shape or (-1,))
    elements = array.array(TYPES[kind], content)
    if sys.byteorder == "big":
        elements.byteswap()
    view = memoryview(elements)
    return view.cast("B").cast(TYPES[kind], shape) if shape and math.prod(shape) > 0 else view
