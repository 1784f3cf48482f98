"""The files that browsers keep: joined, fingerprinted and compressed once, when the app starts."""

import gzip
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

import brotli
from flask import Flask, Response, abort, request
from markupsafe import Markup

from portal.web.blueprint import bp

STATIC = Path(__file__).parents[1] / "static"
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "woff2": "font/woff2",
    "json": "application/speculationrules+json",
}
COMPRESSED = {"css", "js", "svg", "json"}
FIRST, LAST = ("tokens", "reset", "base", "layout"), ("utilities", "print")
# What only staff see comes as a sheet of its own, so that visitors do not wait for it.
STAFF = (
    "admin",
    "branding",
    "desk",
    "figures",
    "inbox",
    "members",
    "phrases",
    "picking",
    "places",
    "staff-tools",
    "workflow",
)
# What few pages need comes with them, as a sheet of the same name.
APART = ("boards", "family", "joining", "merging", "notifications", "promises", "roadmap")
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One file as it is sent: its fingerprinted address and its bytes in each encoding."""

    url: str
    kind: str
    digest: str
    bodies: dict[str, bytes] = field(repr=False)


def asset(name: str) -> str:
    """The address of a static file, such as `asset("img/favicon.svg")`; raises KeyError for an unknown name."""
    return collection()[name].url


@lru_cache(maxsize=1024)
def icon(name: str, cls: str = "i") -> Markup:
    """A decorative icon from the sprite; the words next to it say what it means."""
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(cls, asset("icons.svg"), name)


def status_icon(kind: str) -> Markup:
    """The glyph of a status kind: a shape that fills up as the idea moves."""
    return icon(f"st-{kind}", "i")


def init_app(app: Flask) -> None:
    """Join and compress them now, and give templates `asset`, `icon` and `status_icon`."""
    collection()
    app.jinja_env.globals.update(asset=asset, icon=icon, status_icon=status_icon)


@bp.get("/assets/<path:name>")
def assets(name: str) -> Response:
    """One file of the collection."""
    item = _by_url().get(f"/assets/{name}")
    return _answer(item) if item else abort(404)


@cache
def _by_url() -> dict[str, Asset]:
    return {item.url: item for item in collection().values()}


@cache
def collection() -> dict[str, Asset]:
    """Every asset by its plain name; sheets and scripts (`app`, `staff`, and sheets apart) come joined."""
    made = {name: _make(name, path.read_bytes()) for name, path in _plain_files()}
    sheets = {f"{name}.css": _stylesheet(made, files) for name, files in _sheets().items()}
    scripts = {"app.js": _script(), "staff.js": _alone(joined_script("staff"))}
    for name, text in {**sheets, **scripts}.items():
        made[name] = _make(name, text.encode())
    return made


def _sheets() -> dict[str, list[Path]]:
    apart = {"staff": STAFF, **{name: (name,) for name in APART}}
    shared = [path for path in style_files() if not _is_one_of(path, STAFF + APART)]
    return {"app": shared} | {name: [p for p in style_files() if _is_one_of(p, some)] for name, some in apart.items()}


def _is_one_of(sheet: Path, names: tuple[str, ...]) -> bool:
    """Whether this is the sheet of one of these names, or a part of it: `desk-case` is one of `desk`."""
    return any(sheet.stem == name or sheet.stem.startswith(f"{name}-") for name in names)


def style_files() -> list[Path]:
    """The component files in the order in which they are joined."""
    names = sorted(path.stem for path in (STATIC / "css").glob("*.css"))
    middle = [name for name in names if name not in FIRST + LAST]
    return [STATIC / "css" / f"{name}.css" for name in (*FIRST, *middle, *LAST) if name in names]


def joined_script(entry: str) -> str:
    """The entry module with every module that it imports before it, as one module without imports."""
    return "\n".join(_own_code(path) for path in _modules(STATIC / "js" / f"{entry}.js", set()))


def _plain_files() -> Iterator[tuple[str, Path]]:
    for path in sorted(STATIC.rglob("*")):
        name = path.relative_to(STATIC).as_posix()
        if path.suffix[1:] in TYPES and not name.startswith(("css/", "js/", "vendor/")):
            yield name.removeprefix("img/") if name == "img/icons.svg" else name, path
    for name in ("theme.js", "retry.js"):
        yield name, STATIC / "js" / name


def _make(name: str, body: bytes) -> Asset:
    stem, suffix = name.rsplit(".", 1)
    digest = hashlib.sha256(body).hexdigest()[:12]
    bodies = {"identity": body}
    if suffix in COMPRESSED:
        bodies |= {"br": brotli.compress(body), "gzip": gzip.compress(body, 9, mtime=0)}
    return Asset(f"/assets/{stem}.{digest}.{suffix}", TYPES[suffix], digest, bodies)


def _stylesheet(made: dict[str, Asset], files: list[Path]) -> str:
    joined = "\n".join(path.read_text() for path in files)
    pointed = re.sub(r'url\("\.\./([^"]+)"\)', lambda found: f'url("{made[found[1]].url}")', joined)
    # By hand: rcssmin takes what stands in a @layer for declarations, and `.chart :is(…)` for `.chart:is(…)`.
    bare = re.sub(r"/\*.*?\*/", "", pointed, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", bare)).strip()


def _script() -> str:
    """htmx and our own module as one file: one request less before a page is alive."""
    (htmx,) = (STATIC / "vendor").glob("htmx-*.min.js")
    return f"{htmx.read_text()}\n{_alone(joined_script('app'))}"


def _alone(code: str) -> str:
    """Code whose names are its own."""
    return f'(() => {{\n"use strict";\n{code}\n}})();\n'


def _modules(path: Path, seen: set[Path]) -> Iterator[Path]:
    if path not in seen:
        seen.add(path)
        for name in re.findall(r'^import .*?"\./([\w-]+\.js)";$', path.read_text(), flags=re.MULTILINE):
            yield from _modules(path.parent / name, seen)
        yield path


def _own_code(path: Path) -> str:
    without_imports = re.sub(r'^import .*?"\./[\w-]+\.js";\n', "", path.read_text(), flags=re.MULTILINE)
    return re.sub(r"^export ", "", without_imports, flags=re.MULTILINE).strip()


def _answer(item: Asset) -> Response:
    coding = next((c for c in ("br", "gzip") if c in item.bodies and request.accept_encodings[c]), "identity")
    response = Response(item.bodies[coding], content_type=item.kind)
    response.headers.update({"Cache-Control": FOREVER, "X-Content-Type-Options": "nosniff", "Vary": "Accept-Encoding"})
    if coding != "identity":
        response.content_encoding = coding
    response.set_etag(f"{item.digest}-{coding}")
    response.make_conditional(request)
    return response
