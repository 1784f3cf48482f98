"""Signs of spam in a newcomer's first texts: they wait for staff instead of being lost."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import func, or_, select

from portal.accounts.models import User
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import Sign
from portal.moderation.trust import is_newcomer
from portal.text import render_markdown

# The name of a field that people never meet: programs that fill in everything do.
TRAP = "homepage_link"
# The name of the field that says when a form was first shown.
OPENED = "opened"
SECONDS, TYPED = 3, 120
NEWEST, COPIED = 500, 20
_HOST = re.compile(r"(?:https?://|\bwww\.)([^\s/()<>\[\]\"']+)", re.IGNORECASE)
_HREF = re.compile(r'<a href="([^"]*)"')


def form_opened() -> str:
    """The present moment, signed, for a form to carry; one that comes back with what was wrong keeps its first."""
    sent = request.form.get(OPENED, "")
    return sent if _moment(sent) else str(_signer().dumps(""))


def signs_in_form(words: str) -> list[Sign]:
    """What the way in which this request's form was sent gives away."""
    signs = [Sign.TRAP] if request.form.get(TRAP) else []
    if len(words) >= TYPED and _seconds_open() < SECONDS:
        signs.append(Sign.SPEED)
    return signs


def signs_of(by: User, words: list[str], in_form: list[str], but: int = 0) -> list[Sign]:
    """Every sign of spam in a text, with those of its form; none but for newcomers. `but`: the idea that it is."""
    if not is_newcomer(by):
        return []
    links = [Sign.LINKS] if _has_links(words) else []
    copy = [Sign.COPY] if _is_copy([text for text in words if len(text) >= COPIED], but) else []
    return [*links, *copy, *map(Sign, in_form)]


def signs_in_edit(by: User, words: list[str]) -> list[Sign]:
    """What an edit may not bring in where it could not be posted: links, by a newcomer."""
    return [Sign.LINKS] if _has_links(words) and is_newcomer(by) else []


def _seconds_open() -> float:
    """How long ago the form was first shown; 0 for one that we never showed."""
    shown = _moment(request.form.get(OPENED, ""))
    return (now() - shown).total_seconds() if shown else 0.0


def _moment(opened: str) -> datetime | None:
    try:
        shown: datetime = _signer().loads(opened, return_timestamp=True)[1]
    except BadData:
        return None
    return shown


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="form-opened")


def _has_links(words: list[str]) -> bool:
    """Whether a link leads away from this portal."""
    ours = current_app.config["PUBLIC_URL"]
    if any(host.lower() != urlsplit(ours).netloc for host in _HOST.findall(" ".join(words))):
        return True
    return any(_leads_away(to, ours) for text in words for to in _HREF.findall(render_markdown(text)))


def _leads_away(to: str, ours: str) -> bool:
    """Whether a link goes elsewhere, also one that Markdown reads out of escapes or that leaves its scheme out."""
    is_path = ":" not in to.partition("/")[0] and not to.startswith("//")
    return not is_path and not f"{to}/".startswith(f"{ours}/")


def _is_copy(words: list[str], but: int) -> bool:
    """Whether one of the newest texts, whoever wrote it, says the very same."""
    if not words:
        return False
    same = or_(
        _newest(Comment).where(Comment.body.in_(words)).exists(),
        _newest(Idea).where(Idea.id != but, or_(Idea.title.in_(words), Idea.body.in_(words))).exists(),
    )
    return bool(db.session.scalar(select(same)))


def _newest(model: Any) -> Any:
    last = select(func.coalesce(func.max(model.id), 0)).correlate(None).scalar_subquery()
    return select(model.id).where(model.id > last - NEWEST)
