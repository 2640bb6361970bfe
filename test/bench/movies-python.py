"""Reads frames of movies by PyAV or OpenCV, with the movies open, and prints how many milliseconds all took."""

import sys
import time


def by_pyav(rate):
    import av

    movies = {}

    def read(path, frame):
        if path not in movies:
            movies[path] = av.open(path)
        container = movies[path]
        stream = container.streams.video[0]
        container.seek(int(frame / rate / stream.time_base), stream=stream)
        for picture in container.decode(stream):
            if picture.time >= (frame - 0.5) / rate:
                return picture.to_ndarray(format="rgb24")

    return read


def by_opencv(rate):
    import cv2

    movies = {}

    def read(path, frame):
        if path not in movies:
            movies[path] = cv2.VideoCapture(path)
        movies[path].set(cv2.CAP_PROP_POS_FRAMES, frame)
        return movies[path].read()[1]

    return read


read = {"PyAV": by_pyav, "OpenCV": by_opencv}[sys.argv[1]](float(sys.argv[2]))
picks = [(path, int(frame)) for path, frame in (pick.rsplit(":", 1) for pick in sys.argv[3:])]
for path in {path for path, _ in picks}:
    read(path, 0)
begun = time.monotonic()
for path, frame in picks:
    if read(path, frame) is None:
        sys.exit(f"There is no frame {frame} of {path}.")
print((time.monotonic() - begun) * 1000)
