"""Pieces of pages show what they are given: a change of any of it changes them, and nothing else can."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from flask import Flask, g, request, session
from flask_login import current_user
from jinja2 import UndefinedError
from markupsafe import Markup
from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.sessions import SignedIn
from portal.config import ROOT
from portal.database.writing import ReadOnly, begin_write
from portal.extensions import db
from portal.i18n import choose_timezone, locale
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.settings import Settings, settings
from portal.web.pieces import HOLE, KNOWN, NotGiven, piece
from tests.walk.world import World, make

TEMPLATES = ROOT / "templates"
# Where the demo shows each piece in every state: what these pages were given is what is tried out here.
PAGES = (
    "/", "/?sort=new", "/?board=nope&tag=nope", "/?status=planned&kind=idea", "/?board=mobile&f1=1",
    "/?board=mobile&f1=99", "/roadmap", "/search?q=fax", "/design",
)  # fmt: skip
READERS = ("", "yuki-tan", "hugo-petit", "marc-lefevre")
OF_STAFF = {
    "hugo-petit": (
        "/admin",
        "/admin?board=999&sort=votes",
        "/admin?board=2&f1=1",
        "/admin?queue=issues",
        "/admin/members/yuki-tan",
    )
}


def named() -> set[str]:
    """Every piece that any template asks for."""
    calls = re.compile(r'\bpiece\(\s*"([^"]+)"')
    return {name for file in TEMPLATES.rglob("*.html") for name in calls.findall(file.read_text())}


@dataclass
class Seen:
    """What one piece was given somewhere, and in which language and time zone."""

    lang: str
    zone: str
    given: dict[str, Any]


class Stage:
    """A portal whose pieces were all drawn, and where any piece can be drawn again."""

    def __init__(self, world: World) -> None:
        self.app = world.app
        self.seen: dict[str, list[Seen]] = {}
        self.shapes: set[Any] = set()
        self.is_set = False
        for env in (self.app.jinja_env, self.app.extensions["pieces"]):
            env.globals["piece"] = self.watched
        with self.app.app_context():
            begin_write()
            nameless = Idea.propose(db.session.get_one(User, 1), "!?!?!?!?!?", "An address without words.")
            nameless.status = Status.first("idea", "planned")
            db.session.commit()
        paths = [*PAGES, *(f"/ideas/{world.facts[key]}" for key in ("offline", "copy_week", "long", "swap"))]
        for who in READERS:
            client = signed_in(self.app, who)
            for path in (*paths, *OF_STAFF.get(who, ())):
                assert client.get(path, follow_redirects=True, headers={"Accept-Language": "en"}).status_code == 200
        self.is_set = True  # what is tried out from now on is no page of the portal

    def watched(self, template: str, **given: Any) -> Markup:
        """What the templates of this portal call as `piece`: it notes what is given, one of each shape."""
        shape = template, locale(), *(shape_of(found_at(value, at)) for value in given.values() for at in places(value))
        if shape not in self.shapes and not self.is_set:
            self.shapes.add(shape)
            self.seen.setdefault(template, []).append(Seen(locale(), choose_timezone(), given))
        return piece(template, **given)

    def draw(self, template: str, seen: Seen, **other: Any) -> str:
        """The piece as somebody who reads in this language and zone is given it, kept or not."""
        with self.app.app_context():
            g.lang, g.timezone, g.in_piece = seen.lang, seen.zone, True
            return str(piece(template, **(seen.given | other)))


def signed_in(app: Flask, who: str) -> Any:
    client = app.test_client()
    if who:
        with app.app_context():
            begin_write()
            token = SignedIn.begin(db.session.scalars(select(User).where(User.handle == who)).one())
            db.session.commit()
        with client.session_transaction() as kept:
            kept["_user_id"], kept["_fresh"] = token, True
    return client


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    world = make("demo", tmp_path_factory.mktemp("pieces"))
    yield Stage(world)
    with world.app.app_context():
        db.engine.dispose()


def shape_of(value: Any) -> Any:
    """What a value is like: two pieces of one shape are drawn by the same branches."""
    return (bool(value), any(map(str.isalnum, value))) if isinstance(value, str) else (type(value), bool(value))


@cache
def places(value: Any, at: tuple[int, ...] = ()) -> tuple[tuple[int, ...], ...]:
    """Where single values stand in what is given: () for the value itself, numbers for the parts of tuples."""
    if not isinstance(value, tuple):
        return (at,)
    # Of many like things, as the choices of a list, the first stands for all.
    parts = value if hasattr(value, "_fields") else value[:1]
    return tuple(place for number, part in enumerate(parts) for place in places(part, (*at, number)))


def found_at(value: Any, at: tuple[int, ...]) -> Any:
    return found_at(value[at[0]], at[1:]) if at and isinstance(value, tuple) and len(value) > at[0] else value


def put(value: Any, at: tuple[int, ...], other: Any) -> Any:
    """The same, with something else in this one place."""
    if not at:
        return other
    parts = list(value)
    parts[at[0]] = put(parts[at[0]], at[1:], other)
    return value._make(parts) if hasattr(value, "_fields") else tuple(parts)


def others(value: Any) -> Iterator[Any]:
    """What could stand in place of this value."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, str):
        yield from ("admin", "shipped", "fr" if value == "en" else "en", f"{value} Quetzal", "trending", "")
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, datetime | date):
        yield from (value + timedelta(days=400), None)
    else:
        yield from ("Quetzal", datetime(2026, 3, 4, 5, 6).astimezone(), True)


def changing(stage: Stage, template: str) -> Iterator[tuple[str, tuple[int, ...], Any]]:
    """Each name and place in what this piece was given where another value was seen to change it, and what holds it."""
    known = set()
    for one in stage.seen[template]:
        before = stage.draw(template, one)
        for name, value in one.given.items():
            for at in places(value):
                if (name, at) not in known and changes(stage, template, one, before, name, at):
                    known.add((name, at))
                    yield name, at, value


def changes(stage: Stage, template: str, one: Seen, before: str, name: str, at: tuple[int, ...]) -> bool:
    value = one.given[name]
    for other in others(found_at(value, at)):
        changed = put(value, at, other)
        if changed == value:
            continue
        try:
            if stage.draw(template, one, **{name: changed}) != before:
                return True
        except UndefinedError:  # it asks for more than a piece is given
            return True
        except Exception:
            continue
    return False


def holders(value: Any, at: tuple[int, ...]) -> Iterator[tuple[str, str]]:
    """The named tuples on the way to this place, each with the field that leads on."""
    for step in range(len(at)):
        holder = found_at(value, at[:step])
        if hasattr(holder, "_fields"):
            yield type(holder).__name__, holder._fields[at[step]]


@pytest.fixture(scope="module")
def changed(stage: Stage) -> dict[str, list[tuple[str, tuple[int, ...], Any]]]:
    return {template: list(changing(stage, template)) for template in named()}


@pytest.mark.parametrize("template", sorted(named()))
def test_each_value_that_a_piece_is_given_changes_it(stage: Stage, changed: Any, template: str) -> None:
    """Also where what it showed before is kept. What changes nothing is not to be given."""
    assert {name for name, _at, _value in changed[template]} == set(stage.seen[template][0].given)


def test_each_part_of_what_pieces_are_given_changes_one(stage: Stage, changed: Any) -> None:
    given = {pair for seen in stage.seen.values() for one in seen for value in one.given.values()
             for at in places(value) for pair in holders(value, at)}  # fmt: skip
    shown = {pair for found in changed.values() for _name, at, value in found for pair in holders(value, at)}
    assert {"Words", "Said", "Tools", "Author", "Offered"} <= {name for name, _field in given}
    assert given - shown == set()


@pytest.mark.parametrize("template", sorted(named()))
def test_a_piece_is_kept_for_each_language_apart(stage: Stage, template: str) -> None:
    for one in stage.seen[template][:5]:
        english, french = (stage.draw(template, Seen(lang, one.zone, one.given)) for lang in ("en", "fr"))
        assert english != french
        assert stage.draw(template, Seen("en", one.zone, one.given)) == english


def test_a_piece_is_kept_for_each_time_zone_apart(stage: Stage) -> None:
    """Each that tells a moment, that is: the other ones are the same everywhere."""
    telling = {name for name in named() if "<time" in stage.draw(name, stage.seen[name][0])}
    assert {"layout/_ticket.html", "layout/_words.html", "comments/_said.html"} <= telling
    for template in telling:
        one = stage.seen[template][0]
        here, there = (stage.draw(template, Seen(one.lang, zone, one.given)) for zone in ("UTC", "Pacific/Kiritimati"))
        assert here != there


def test_a_piece_is_made_once_for_the_same_values(stage: Stage) -> None:
    keeper = stage.app.extensions["kept_pieces"]
    for template, seen in stage.seen.items():
        stage.draw(template, seen[0])
        before = len(keeper.kept)
        stage.draw(template, seen[0])
        assert len(keeper.kept) == before


def test_no_page_shows_a_hole_where_a_token_belongs(stage: Stage) -> None:
    assert any(HOLE in kept.thing for kept in stage.app.extensions["kept_pieces"].kept.values())
    for who in READERS[:2]:
        assert HOLE not in signed_in(stage.app, who).get("/").text


def test_every_piece_is_drawn_somewhere(stage: Stage) -> None:
    assert set(stage.seen) == named() and len(named()) >= 5


@pytest.fixture
def write_piece(app: Flask) -> Iterator[Any]:
    """Writes a template of a piece that tries something, and draws it for a member's request."""
    from jinja2 import DictLoader

    env, written = app.extensions["pieces"], {}
    before, env.loader = env.loader, DictLoader(written)
    env.cache.clear()

    def draw(text: str, **given: Any) -> str:
        name = f"{text}.html"
        written[name] = text
        with app.test_request_context("/?lang=fr"):
            return str(piece(name, **given))

    yield draw
    env.loader = before
    env.cache.clear()


@pytest.mark.parametrize("name", ["current_user", "request", "session", "g", "config", "portal_settings", "can"])
def test_a_piece_finds_nothing_by_name_that_it_was_not_given(write_piece: Any, name: str) -> None:
    with pytest.raises(UndefinedError):
        write_piece(f"{{{{ {name} }}}}")


def test_the_names_that_every_piece_finds_are_few(app: Flask) -> None:
    assert set(app.extensions["pieces"].globals) == set(KNOWN)
    assert set(KNOWN) == {"_", "_n", "avatar", "csrf_field", "dict", "icon", "piece", "status_icon", "url_for"}


@pytest.mark.parametrize("word", ["ago", "day"])
def test_a_piece_knows_no_clock(write_piece: Any, word: str) -> None:
    with pytest.raises(NotGiven):
        write_piece(f"{{{{ moment|{word} }}}}", moment=datetime(2026, 3, 4).astimezone())


REACHED = {
    "the request": lambda: request.path, "the session": lambda: dict(session), "the reader": lambda: current_user.lang,
    "the settings": lambda: settings().name, "the database": lambda: db.session.get(Settings, 1),
}  # fmt: skip


@pytest.mark.parametrize("reach", REACHED.values(), ids=REACHED)
def test_what_a_piece_calls_reaches_no_reader_either(app: Flask, write_piece: Any, reach: Any) -> None:
    app.extensions["pieces"].globals["reach"] = reach
    with pytest.raises((RuntimeError, AttributeError, ReadOnly)):
        write_piece("{{ reach() }}")
    del app.extensions["pieces"].globals["reach"]


@pytest.mark.parametrize(
    "given", [[1], {"a": 1}, Markup("<b>"), (1, Markup("<b>")), object()], ids=lambda one: type(one).__name__
)
def test_a_piece_is_given_values_alone(write_piece: Any, given: Any) -> None:
    with pytest.raises((NotGiven, TypeError)):
        write_piece("{{ given }}", given=given)


def test_a_row_is_no_value(write_piece: Any, tom: User) -> None:
    with pytest.raises(NotGiven):
        write_piece("{{ given }}", given=tom)


def test_a_number_and_a_truth_are_not_one(write_piece: Any) -> None:
    assert [write_piece("{{ given }}", given=given) for given in (1, True, 1.0)] == ["1", "True", "1.0"]
