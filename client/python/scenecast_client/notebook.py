"""Owns what can be found out about where we run: in which notebook, behind which proxy, and where its page comes from.

A page reaches the server in one of two ways. *Directly*, at its port, where the browser runs on this machine or the port is forwarded;
then the page in the frame has another origin than the notebook's, which the server must be told of. Or *through Jupyter*, where
jupyter-server-proxy, or what an editor in the browser has for it, hands on what comes below ``…/proxy/<port>/``; then both have one origin.
The browser tries which (display.js), since only it knows from where it looks.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional

# A page in VS Code's own window; of the editor in a browser its frames come from elsewhere.
_VSCODE_FRAMES = ("vscode-webview:", "vscode-file:", "https://*.vscode-cdn.net", "https://*.github.dev", "https://vscode.dev")


class Place(NamedTuple):
    """Where we run."""

    kind: str
    """``"plain"``, ``"ipython"`` (a terminal), ``"jupyter"`` or ``"vscode"``."""
    origins: List[str]
    """Of the pages that show ours, as far as they can be known."""
    proxy: Optional[str]
    """The address of a port through Jupyter, with ``{port}`` in it, absolute or from the root of the notebook's origin."""
    is_remote: bool
    """Whether the browser is known to be elsewhere, as behind a hub."""


def find_place(environment: Optional[Dict[str, str]] = None) -> Place:
    """Where we run, by the environment, by IPython, and by what Jupyter writes into its runtime folder."""
    env = dict(os.environ) if environment is None else environment
    kind = _kind(env)
    if kind in ("plain", "ipython"):
        return Place(kind, [], None, False)
    template = env.get("VSCODE_PROXY_URI")
    if kind == "vscode":
        # Set by the editors that run in a browser and hand ports on, such as code-server.
        proxy = template.replace("{{port}}", "{port}") if template else None
        return Place(kind, list(_VSCODE_FRAMES), proxy, bool(template))
    prefix = env.get("JUPYTERHUB_SERVICE_PREFIX")
    server = jupyter_server(env)
    base = prefix or (server or {}).get("base_url") or "/"
    origins = [] if server is None else _origins_of(server)
    return Place(kind, origins, f"{base.rstrip('/')}/proxy/{{port}}/", prefix is not None)


def jupyter_server(environment: Dict[str, str]) -> Optional[Dict[str, Any]]:
    """What the notebook server that started this kernel wrote of itself: ``url``, ``base_url``, ``port``, ``token``."""
    folder = _runtime_folder(environment)
    parents = {environment.get("JPY_PARENT_PID"), str(os.getppid())}
    newest: Optional[Dict[str, Any]] = None
    for path in sorted(folder.glob("*server-*.json"), key=_changed_at) if folder.is_dir() else []:
        try:
            found = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if not isinstance(found, dict) or not isinstance(found.get("url"), str):
            continue
        if str(found.get("pid")) in parents:
            return found
        newest = found
    # A kernel of a gateway has another parent; of one server alone nothing else can be meant.
    return newest if len(list(folder.glob("*server-*.json"))) == 1 else None


def _kind(env: Dict[str, str]) -> str:
    shell = _shell()
    if shell is None:
        return "plain"
    if getattr(shell, "kernel", None) is None:
        return "ipython"
    if "__vsc_ipynb_file__" in getattr(shell, "user_ns", {}):
        return "vscode"
    # A notebook server that was started in a terminal of VS Code inherits what that says of itself.
    return "vscode" if ("VSCODE_PID" in env or "VSCODE_CWD" in env) and jupyter_server(env) is None else "jupyter"


def _shell() -> Any:
    """The shell of IPython that we run in; None without one."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None else None


def _origins_of(server: Dict[str, Any]) -> List[str]:
    scheme = "https" if server.get("secure") else "http"
    port = server.get("port")
    # Browsers know no IPv6 address where they are told who may show a page.
    names = ["localhost", "127.0.0.1"]
    own = str(server.get("hostname") or "")
    if own not in ("", *names, "0.0.0.0", "*") and ":" not in own:
        names.append(own)
    return [f"{scheme}://{name}:{port}" for name in names]


def _runtime_folder(env: Dict[str, str]) -> Path:
    if env.get("JUPYTER_RUNTIME_DIR"):
        return Path(env["JUPYTER_RUNTIME_DIR"])
    if env.get("JUPYTER_DATA_DIR"):
        return Path(env["JUPYTER_DATA_DIR"]) / "runtime"
    home = Path(env.get("HOME") or env.get("USERPROFILE") or Path.home())
    if sys.platform == "darwin":
        return home / "Library" / "Jupyter" / "runtime"
    if os.name == "nt":
        return Path(env.get("APPDATA") or home) / "jupyter" / "runtime"
    data = Path(env.get("XDG_DATA_HOME") or home / ".local" / "share")
    return data / "jupyter" / "runtime"


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
