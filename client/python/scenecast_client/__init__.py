"""Shows 3D scenes that Scenecast renders and streams, from Python.

``v = show("scene.ts")`` starts a server, or joins one, and shows it here: in a notebook, VS Code or the browser. Then
``v.data["points"] = array``, ``v.controls.size = 3``, ``v.snapshot()``, ``v.link(role="viewer")``, ``v.on("message", print)``.
The standard library is enough; numpy, PIL and anywidget are used where they are.
"""

from .controls import Controls
from .data import Data, DataStream, DataValue
from .errors import ScenecastError
from .frames import Source, source
from .room import Room
from .show import connect, show

__all__ = ["Controls", "Data", "DataStream", "DataValue", "Room", "ScenecastError", "Source", "connect", "show", "source"]
__version__ = "0.1.0"
