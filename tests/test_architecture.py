"""The shape of the portal: who imports whom, what is guarded, and what must not exist."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from portal.app import ROUTES
from portal.database.types import Base

ROOT = Path(__file__).parent.parent
PORTAL = ROOT / "portal"

# Each rung imports itself and what stands below: modules of `portal/`, and packages. A file may have a rung of its own.
LADDER = (
    ("clock", "markdown", "servers"),
    ("config", "text"),
    ("database.types",),
    ("extensions",),
    ("database.writing",),
    ("database.holding",),
    ("settings",),
    ("i18n", "jobs", "permissions"),
    ("pictures",),
    ("database",),
    ("monitoring",),
    ("middleware",),
    ("web",),
    ("brand",),
    ("mail",),
    ("activity",),
    ("accounts",),
    ("texts",),
    ("triage.assigning", "triage.ledger", "triage.owing"),
    ("ideas",),
    ("comments",),
    ("voting",),
    ("moderation",),
    ("merging",),
    ("triage",),
    ("roadmap",),
    ("changelog",),
    ("search",),
    ("sharing",),
    ("recognition",),
    ("notifications",),
    ("fanout", "schedule"),
    ("importing",),
    ("privacy",),
    ("admin",),
    ("worker",),
    ("backups", "demo"),
    ("design",),
    ("operations",),
    ("middleware.layers",),
    ("app",),
)
RUNGS = {name: rung for rung, names in enumerate(LADDER) for name in names}
PRODUCT = range(RUNGS["activity"], RUNGS["admin"] + 1)
AT_THE_TOP = 14
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "misc", "services", "managers", "base"}
FREE_TO_LOOK_UP = {"views", "forms", "jobs", "show"}


def modules() -> list[Path]:
    return sorted(path for path in PORTAL.rglob("*.py") if path.parent.name != "translations")


def rung(dotted: str) -> int | None:
    """Where a module stands, by its name under `portal`: by that of its file, else by its package's."""
    package, _, rest = dotted.partition(".")
    return RUNGS.get(f"{package}.{rest.partition('.')[0]}", RUNGS.get(package))


def imports(path: Path) -> set[str]:
    """The dotted names under `portal` that a module imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "portal":
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("portal.")}
    return found


def dotted(path: Path) -> str:
    """The name of a file under `portal`, as imports spell it."""
    return ".".join(path.relative_to(PORTAL).with_suffix("").parts).removesuffix(".__init__")


def is_view_module(path: Path) -> bool:
    return "@bp." in path.read_text()


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PORTAL)))
def test_a_module_imports_only_from_below(path: Path) -> None:
    """Views, forms and jobs of the product look up anything of the product: a page shows many nouns."""
    own = rung(dotted(path))
    if own is None:
        return
    looks_up = own in PRODUCT and (is_view_module(path) or path.stem in FREE_TO_LOOK_UP)
    reach = max(own, PRODUCT[-1]) if looks_up else own
    targets = {name: rung(name.removeprefix("portal.")) for name in imports(path)}
    assert not [name for name, target in targets.items() if target is not None and target > reach]


def test_every_module_and_package_has_a_rung() -> None:
    known = {dotted(path) for path in modules()} | {dotted(path).partition(".")[0] for path in modules()}
    assert set(RUNGS) <= known
    assert not [path for path in modules() if rung(dotted(path)) is None and dotted(path) != "__init__"]


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PORTAL)))
def test_imports_stand_at_the_top(path: Path) -> None:
    """An import within a function hides a circle; libraries that few commands need are named in `LATE`."""
    late = [
        node.module or ""
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom)
    ]
    assert not [name for name in late if name.startswith("portal")]


def test_every_module_with_routes_is_listed_once_and_no_other() -> None:
    """A route lives because it is listed, never because somebody imports its file."""
    with_routes = {dotted(path) for path in modules() if re.search(r"^@bp\.(get|post|route)", path.read_text(), re.M)}
    guarding = {"admin.views"}  # it owns the blueprint, and lets nobody but staff in
    assert len(ROUTES) == len(set(ROUTES))
    assert set(ROUTES) == with_routes | guarding


def test_only_the_onion_hooks_into_requests() -> None:
    """`portal/middleware/layers.py` is the one place that says what a request passes, and in which order."""
    hooks = re.compile(r"\bapp\.(before_request|after_request|teardown_\w+|wsgi_app|add_url_rule|route|get|post)\b")
    found = [dotted(path) for path in modules() if hooks.search(path.read_text())]
    assert found == ["middleware.layers"]


def test_few_files_stand_directly_in_the_portal() -> None:
    """The foundation and the roof: everything else has a room."""
    assert len(list(PORTAL.glob("*.py"))) <= AT_THE_TOP


def test_what_starts_processes_stands_outside() -> None:
    for path in (ROOT / "launcher").glob("*.py"):
        assert {name.split(".")[1] for name in imports(path)} <= {"config", "servers"}, path


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PORTAL)))
def test_nobody_imports_views(path: Path) -> None:
    if is_view_module(path):
        return
    wrong = [name for name in imports(path) if ".views." in f"{name}." and not name.endswith(".bp")]
    assert not wrong, wrong


def test_no_file_is_a_drawer_for_anything() -> None:
    assert not [path for path in modules() if path.stem in FORBIDDEN_NAMES]
    assert not [path for path in PORTAL.rglob("*") if path.is_dir() and path.name in FORBIDDEN_NAMES]


def test_rows_are_held_in_one_way() -> None:
    """Claims that skip what others hold, and a vote that is one statement, are no holding."""
    holding = {dotted(path) for path in modules() if "with_for_update" in path.read_text()}
    assert holding == {"database.holding", "notifications.leases", "notifications.folding", "voting.models"}


def test_who_acts_is_asked_in_one_way() -> None:
    """`me()`: Flask-Login's proxy would look them up anew at every question."""
    asking = {dotted(path) for path in modules() if "import current_user" in path.read_text()}
    assert asking == {"permissions"}


def test_models_never_commit() -> None:
    for path in modules():
        if path.name == "models.py":
            assert ".commit(" not in path.read_text(), path


def test_models_do_not_know_who_is_looking() -> None:
    for path in modules():
        if path.name == "models.py":
            assert "current_user" not in path.read_text(), path


def test_templates_hold_no_queries() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"\b(select|execute|scalars|query)\s*\(", text), path


def test_no_template_posts_without_a_form() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        for tag in re.findall(
            r"<(?!form|button|input|select|textarea)\w+[^>]*\shx-(?:post|put|delete)", path.read_text()
        ):
            raise AssertionError(f"{path}: {tag}")


def test_every_unsafe_route_is_guarded(app: Flask) -> None:
    """Guarded by the token, by a form that keeps the text, or (mail programs only) by a signed token in the URL."""
    exempt = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.methods
        and rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
        and getattr(app.view_functions[rule.endpoint], "one_click", False)
    }
    assert exempt <= {"notifications.stop"}, exempt


def test_a_form_that_keeps_text_refuses_without_a_token(app: Flask) -> None:
    """begin_write() refuses while the token is owed: a view that forgets its form's answer cannot act."""
    from flask_wtf.csrf import CSRFError

    from portal.database.writing import begin_write

    with app.test_request_context("/sign-in", method="POST"):
        app.preprocess_request()
        with pytest.raises(CSRFError):
            begin_write()


def test_every_package_that_keeps_rows_is_tested_on_both_engines() -> None:
    modules = [mapper.class_.__module__.split(".") for mapper in Base.registry.mappers]
    keepers = {package for _, package, *module in modules if module}
    keepers.remove("activity")  # what happened is tested with whatever it happened to
    alone = {
        name
        for name in keepers
        if not any("mark.both" in test.read_text() for test in (ROOT / "tests" / name).glob("test_*.py"))
    }
    assert not alone, "no test of these packages is marked `both`"


def test_no_path_of_a_machine_and_no_registry_is_named() -> None:
    words = ("/wor" + "k/", "/ro" + "ot/", "/tm" + "p/v/", "pypi" + ".org", "registry.npm" + "js", "deb.deb" + "ian")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    for path in [ROOT / name for name in listed if name and "/vendor/" not in name]:
        if path.exists() and path.suffix not in {".woff2", ".png"}:
            text = path.read_text(errors="ignore")
            assert not [word for word in words if word in text], path
