"""The page of components: each in every state, drawn by the macros and partials that the portal itself uses."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, render_template, request
from markupsafe import Markup

from portal.accounts.models import User
from portal.design import desk, forms, samples
from portal.design.cast import Cast
from portal.extensions import login_manager
from portal.i18n import _l, locale, reading_in
from portal.permissions import me
from portal.web.assets import collection
from portal.web.pages import no_store, page

bp = Blueprint("design", __name__, url_prefix="/design")
STATES = {":hover": "hover", ":focus-visible": "focus", ":active": "active"}


@dataclass(frozen=True)
class Part:
    """One section: its template, what it shows, and as whom it is read (a key of the cast, or a visitor)."""

    id: str
    title: Any
    shows: Callable[[Cast], dict[str, Any]]
    reader: str | None = None

    @property
    def template(self) -> str:
        return f"dev/design_{self.id.partition('-')[0]}.html"


PARTS = (
    Part("tokens", _l("Colours and type"), samples.tokens),
    Part("glyphs", _l("Icons and glyphs"), samples.glyphs),
    Part("actions", _l("Buttons, links and chips"), samples.actions, "tom"),
    Part("tickets", _l("Tickets"), samples.tickets, "tom"),
    Part("tickets-visitor", _l("Tickets, as visitors see them"), samples.tickets_of_a_visitor),
    Part("idea", _l("An idea: votes, journey, answer"), samples.idea, "tom"),
    Part("discussion", _l("Discussion"), samples.discussion, "lea"),
    Part("composer", _l("Composer"), samples.composer, "tom"),
    Part("fields", _l("Forms"), forms.fields, "tom"),
    Part("notices", _l("Notices and empty lists"), samples.notices),
    Part("lists", _l("Lists and tables"), samples.lists, "lea"),
    Part("desk", _l("Our desk"), desk.desk, "lea"),
    Part("news", _l("Roadmap, releases and people"), samples.news, "tom"),
    Part("mail", _l("Colours of e-mails"), samples.mail),
)


@bp.before_request
def _only_in_development() -> None:
    if current_app.config["PRODUCTION"]:
        abort(404)


@bp.get("", strict_slashes=False)
@no_store
def index() -> str:
    """Every part, one below the other."""
    cast = Cast()
    drawn = [(part, _draw(part, cast)) for part in PARTS]
    theme = request.args.get("theme", "")
    return page("dev/design.html", sections=drawn, theme=theme if theme in ("light", "dark") else "")


@bp.get("/states.css")
def states() -> Response:
    """The whole style sheet once more, where `data-state="hover"` stands for the pointer: states that can be seen."""
    css = collection()["app.css"].bodies["identity"].decode()
    for state, name in STATES.items():
        css = css.replace(state, f'[data-state~="{name}"]')
    return Response(re.sub(r"@font-face \{.*?\}|@font-face\{.*?\}", "", css), mimetype="text/css")


def _draw(part: Part, cast: Cast) -> Markup:
    reader = getattr(cast, part.reader) if part.reader else None
    with _reading_as(reader):
        return Markup(render_template(part.template, part=part, **part.shows(cast)))


@contextmanager
def _reading_as(reader: User | None) -> Iterator[None]:
    """What this person would be shown, in the language of the page: `current_user` is what Flask-Login keeps in `g`."""
    lang, real = locale(), me()
    g._login_user = reader or login_manager.anonymous_user()
    try:
        with reading_in(lang):
            yield
    finally:
        g._login_user = real
