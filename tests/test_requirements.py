import ast
import re
import sys
from importlib.metadata import packages_distributions

from launcher.children import ROOT

PYTHON_FILES = [file for folder in ("launcher", "portal", "migrations") for file in (ROOT / folder).rglob("*.py")]
NAME = re.compile(r"^([A-Za-z0-9._-]+)(?:\[\w+\])?==", re.MULTILINE)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def required(file: str) -> set[str]:
    return {normal(name) for name in NAME.findall((ROOT / file).read_text())}


def imported() -> set[str]:
    names: set[str] = set()
    for file in PYTHON_FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names - {"portal", "launcher"} - set(sys.stdlib_module_names)


def test_what_the_portal_imports_is_in_its_lock():
    providers = packages_distributions()
    lock = required("requirements.txt")
    missing = {name for name in imported() if not {normal(one) for one in providers.get(name, [name])} & lock}
    assert missing == set()


def test_every_package_asked_for_is_locked_with_hashes():
    for file in ("requirements", "requirements-dev"):
        lock = (ROOT / f"{file}.txt").read_text()
        assert required(f"{file}.in") <= required(f"{file}.txt")
        blocks = re.findall(r"^\S+==.*\n(?:    .*\n)*", lock, re.MULTILINE)
        assert blocks
        assert all("--hash=sha256:" in block for block in blocks)


def test_no_lock_names_a_host():
    for file in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in (ROOT / file).read_text()
        assert "index-url" not in (ROOT / file).read_text()
