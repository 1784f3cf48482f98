"""Archives of the portal, made and tampered with."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Files = dict[str, bytes]


def read(file: Path) -> Files:
    """Every file in the archive."""
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(file: Path, files: Files) -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file


def manifest(files: Files) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files["manifest.json"])
    return found


def hashes(file: Path) -> dict[str, str]:
    """The hash of everything in the archive, by name."""
    return {name: entry["sha256"] for name, entry in manifest(read(file))["files"].items()}


def forged(file: Path, target: Path, change: Callable[[Files, dict[str, Any]], None]) -> Path:
    """The same archive with something changed, and a manifest that fits: as somebody would who can count."""
    files = read(file)
    said = manifest(files)
    change(files, said)
    for name in said["files"]:
        content = files[name]
        said["files"][name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        table = name.removeprefix("tables/").removesuffix(".jsonl")
        if table in said["tables"]:
            said["tables"][table]["rows"] = content.count(b"\n")
    return write(target, {**files, "manifest.json": json.dumps(said).encode()})
