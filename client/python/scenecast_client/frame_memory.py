"""Owns the memory that the server shares for frames: slots in a mapped file, each written in one copy."""

from __future__ import annotations

import mmap
import os
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

# Bytes of a pixel, by the depth of an array.
FORMATS = {4: "rgba", 3: "rgb", 1: "gray"}


class Frame(NamedTuple):
    """A picture on its way: ``pixels`` is what was given, an array of numpy or a view."""

    width: int
    height: int
    depth: int
    pixels: Any

    @property
    def nbytes(self) -> int:
        return self.width * self.height * self.depth


def to_frame(pixels: Any, size: Optional[Tuple[int, int]] = None) -> Frame:
    """``pixels`` as a frame: uint8, of the shape height x width x 4 (RGBA), x 3 (RGB), or height x width (grey). Bytes without a shape
    need their ``size``, width and height. Raises ``TypeError`` and ``ValueError``."""
    is_array = hasattr(pixels, "__array_interface__")
    if is_array:
        import numpy

        pixels = numpy.asarray(pixels)
        if pixels.dtype != numpy.uint8:
            raise TypeError(f"A frame must be of uint8, not {pixels.dtype}; of floats up to 1: (255 * frame).astype('uint8').")
        shape = pixels.shape
    else:
        try:
            pixels = memoryview(pixels)
        except TypeError:
            raise TypeError("A frame must be an array of uint8, or bytes.") from None
        if pixels.itemsize != 1:
            raise TypeError("A frame must be of bytes.")
        shape = pixels.shape or (pixels.nbytes,)
    if len(shape) == 1 and size is not None:
        width, height = size
        depth, rest = divmod(shape[0], width * height)
        if rest or depth not in FORMATS:
            raise ValueError(f"{shape[0]} bytes are no frame of {width}x{height}.")
        return Frame(width, height, depth, pixels)
    if len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] not in FORMATS):
        raise ValueError(f"A frame must have the shape (height, width, 4), (…, 3) or (height, width), not {tuple(shape)}.")
    depth = shape[2] if len(shape) == 3 else 1
    if not (16 <= shape[0] <= 8192 and 16 <= shape[1] <= 8192):
        raise ValueError(f"A frame must have 16 to 8192 pixels on each side, not {shape[1]}x{shape[0]}.")
    return Frame(shape[1], shape[0], depth, pixels)


class FrameMemory:
    """The mapped file. One thread writes at a time."""

    def __init__(self, memory: Dict[str, Any], slots: int) -> None:
        """Maps it. Raises ``OSError`` where it cannot be had, as on another machine, or it is not the one that is meant."""
        descriptor = os.open(memory["path"], os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0))
        try:
            nonce = bytes.fromhex(memory["nonce"])
            if os.fstat(descriptor).st_size != memory["bytes"] or os.pread(descriptor, len(nonce), 0) != nonce:
                raise OSError("another file is in its place")
            self._map = mmap.mmap(descriptor, memory["bytes"])
        finally:
            os.close(descriptor)
        view = memoryview(self._map)
        starts = [memory["slotsAt"] + index * memory["slotBytes"] for index in range(slots)]
        self._slots: List[memoryview] = [view[start : start + memory["slotBytes"]] for start in starts]

    def write(self, slot: int, frame: Frame) -> None:
        """Copies a frame into a slot, once, whatever its strides are."""
        target = self._slots[slot][: frame.nbytes]
        if isinstance(frame.pixels, memoryview):
            target[:] = frame.pixels.cast("B") if frame.pixels.c_contiguous else memoryview(frame.pixels.tobytes())
            return
        import numpy

        numpy.copyto(numpy.frombuffer(target, dtype=numpy.uint8).reshape(frame.pixels.shape), frame.pixels)


def packed(frame: Frame) -> memoryview:
    """A frame as bytes in a row, copied only where it has gaps."""
    if isinstance(frame.pixels, memoryview):
        return frame.pixels.cast("B") if frame.pixels.c_contiguous else memoryview(frame.pixels.tobytes())
    import numpy

    return memoryview(numpy.ascontiguousarray(frame.pixels)).cast("B")
