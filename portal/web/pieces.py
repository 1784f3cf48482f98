"""Pieces of pages: small templates that show what they are given and nothing else, kept under exactly that.

A piece cannot depend on what is not in its key, since it cannot reach it: it is drawn where there is no request, no
session, no reader, no settings, no clock and no database, by a template that knows a few names which depend on their
arguments alone. The language and the time zone come with every piece. Whatever else it shows has to be given to it:
`{{ piece("layout/_words.html", words=idea.words, age=idea.created_at|ago) }}`.
"""

import secrets
from contextvars import Context
from datetime import date, datetime
from typing import Any, NoReturn

from flask import Flask, current_app, g
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from portal.extensions import context, db
from portal.i18n import choose_timezone, locale
from portal.middleware.caching import FOR_EVER
from portal.middleware.keeper import Keeper
from portal.web.tokens import token

MOST = 2_000
# All that the template of a piece finds besides what it is given.
KNOWN = ("_", "_n", "avatar", "csrf_field", "dict", "icon", "piece", "status_icon", "url_for")
# These filters ask what time it is: their words are given.
CLOCKS = ("ago", "day")
VALUES = (str, int, float, bool, date, datetime, type(None))
TOKEN = Markup('<input type="hidden" name="csrf_token" value="{}">')
# Where a token goes into a piece: nobody who writes a text can guess it.
HOLE = Markup(f"<!--{secrets.token_hex(16)}-->")


class NotGiven(Exception):
    """A piece asks for what it was not given, or is given what two readers could see differently."""


def init_app(app: Flask) -> None:
    """Give the templates `piece` and `csrf_field`. Comes after all modules that give them names."""
    app.jinja_env.globals.update(piece=piece, csrf_field=csrf_field)
    app.extensions["kept_pieces"] = Keeper(MOST, FOR_EVER)
    app.extensions["pieces"] = environment_of(app)


def environment_of(app: Flask) -> Environment:
    """What draws pieces: the templates of the portal, with few names, which refuse every other."""
    apart = app.jinja_env.overlay(undefined=StrictUndefined)
    apart.globals = {name: app.jinja_env.globals[name] for name in KNOWN}
    apart.filters = {**app.jinja_env.filters, **dict.fromkeys(CLOCKS, _no_clock)}
    return apart


def piece(template: str, **given: Any) -> Markup:
    """The piece that this template draws of what is given, made anew only when something of that has changed.

    Given are words, numbers, moments, and tuples of them; NotGiven for anything else, of which the key could not tell
    what it holds.
    """
    around = context()
    keeper: Keeper = around.app.extensions["kept_pieces"]
    lang, zone, values = locale(), choose_timezone(), tuple(given.values())
    # 1, 1.0 and True are one key, and so are words and the HTML that they spell.
    key = (template, lang, zone, *given, *map(type, values), *values)
    made: Markup = keeper.made(key, lambda: _drawn(template, lang, zone, given), 0.0).thing
    return made if around.g.get("in_piece") or HOLE not in made else made.replace(HOLE, csrf_field())


def csrf_field() -> Markup:
    """The hidden field that every form of a signed-in person carries; in a piece that is kept, the hole for it."""
    noted = context().g
    if noted.get("in_piece"):
        return HOLE
    if "csrf_field" not in noted:  # a list fills it in for each of its rows
        noted.csrf_field = TOKEN.format(token())
    field: Markup = noted.csrf_field
    return field


def _drawn(template: str, lang: str, zone: str, given: dict[str, Any]) -> Markup:
    for name, value in given.items():
        _check(name, value)
    # An empty context of Python's: Flask finds no request in it, nor whatever hangs on one.
    return Context().run(_draw, current_app._get_current_object(), template, lang, zone, given)  # type: ignore[attr-defined]


def _draw(app: Flask, template: str, lang: str, zone: str, given: dict[str, Any]) -> Markup:
    around = app.app_context()
    around.url_adapter = app.url_map.bind("")
    # Never popped: nothing was opened in it, and it ends with the context of Python's.
    around.push()
    g.in_piece, g.lang, g.timezone = True, lang, zone
    try:
        return Markup(app.extensions["pieces"].get_template(template).render(locale=lang, **given))
    except BaseException:
        db.session.remove()  # of whoever asked the database all the same, and was refused
        raise


def _check(name: str, value: Any) -> None:
    if isinstance(value, tuple):
        for part in value:
            _check(name, part)
    elif type(value) not in VALUES:
        raise NotGiven(
            f"{name} holds a {type(value).__name__}: give a piece words, numbers, moments and tuples of them"
        )


def _no_clock(*_: object) -> NoReturn:
    raise NotGiven("a piece knows no clock: give it the words, such as idea.created_at|ago")
