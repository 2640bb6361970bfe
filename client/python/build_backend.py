"""Owns how the wheel is built: a zip with the package and what the standards want beside it (PEP 427, 517, 621, 660).

It stands here so that ``pip install ./client/python`` needs neither the network nor a tool that is not there. What pyproject.toml
says is read with ``tomllib``, or, before Python 3.11, by the few rules that our own file keeps to.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import tarfile
import zipfile
from pathlib import Path
from typing import Dict, List, Optional

ROOT = Path(__file__).resolve().parent
PACKAGE = "scenecast_client"
# The oldest time that a zip can tell; the same sources give the same wheel.
EPOCH = (1980, 1, 1, 0, 0, 0)


def _project() -> Dict[str, str]:
    """The plain texts of ``[project]``, by their names."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    section = re.split(r"^\[", text.split("[project]", 1)[1], maxsplit=1, flags=re.M)[0]
    return dict(re.findall(r'^([\w-]+) = "(.*)"$', section, flags=re.M))


def _keywords() -> str:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    found = re.search(r"^keywords = \[(.*)\]$", text, flags=re.M)
    return ",".join(re.findall(r'"([^"]*)"', found.group(1))) if found else ""


def _metadata() -> str:
    project = _project()
    return (
        "Metadata-Version: 2.1\n"
        f"Name: {project['name']}\nVersion: {project['version']}\n"
        f"Summary: {project['description']}\nLicense: {project['license']}\n"
        f"Keywords: {_keywords()}\nRequires-Python: {project['requires-python']}\n"
        "Description-Content-Type: text/markdown\n\n" + (ROOT / project["readme"]).read_text("utf-8")
    )


def _stem() -> str:
    project = _project()
    return f"{project['name'].replace('-', '_')}-{project['version']}"


def _sources() -> Dict[str, bytes]:
    found = sorted(path for path in (ROOT / PACKAGE).rglob("*") if path.suffix in (".py", ".js", ".typed"))
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in found}


def _write_wheel(directory: str, files: Dict[str, bytes]) -> str:
    info = f"{_stem()}.dist-info"
    wheel = "Wheel-Version: 1.0\nGenerator: scenecast\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {**files, f"{info}/METADATA": _metadata().encode(), f"{info}/WHEEL": wheel.encode()}
    lines: List[str] = []
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(content)}\n")
    record = f"{info}/RECORD"
    files[record] = ("".join(lines) + f"{record},,\n").encode()
    name = f"{_stem()}-py3-none-any.whl"
    with zipfile.ZipFile(Path(directory) / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return name


def build_wheel(
    wheel_directory: str, config_settings: Optional[dict] = None, metadata_directory: Optional[str] = None
) -> str:
    """Writes the wheel (PEP 517) and returns its name."""
    return _write_wheel(wheel_directory, _sources())


def build_editable(
    wheel_directory: str, config_settings: Optional[dict] = None, metadata_directory: Optional[str] = None
) -> str:
    """Writes a wheel that leads to the sources (PEP 660) and returns its name."""
    return _write_wheel(wheel_directory, {f"{PACKAGE}.pth": f"{ROOT}\n".encode()})


def build_sdist(sdist_directory: str, config_settings: Optional[dict] = None) -> str:
    """Writes the sources as an archive (PEP 517) and returns its name."""
    own = {name: (ROOT / name).read_bytes() for name in ("pyproject.toml", "README.md", "build_backend.py")}
    name = f"{_stem()}.tar.gz"
    with tarfile.open(Path(sdist_directory) / name, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for path, content in {**own, **_sources(), "PKG-INFO": _metadata().encode()}.items():
            entry = tarfile.TarInfo(f"{_stem()}/{path}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return name
