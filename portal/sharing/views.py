"""The share images of ideas, releases and the board: for everyone, or not at all."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, request

from portal.changelog.credits import roll
from portal.changelog.models import Release
from portal.extensions import limiter
from portal.i18n import reading_in
from portal.ideas.models import Idea
from portal.sharing import subjects
from portal.sharing.card import Card, png
from portal.site import settings

bp = Blueprint("sharing", __name__)
PER_NETWORK = "60 per minute"
FIVE_MINUTES = "public, max-age=300"
# What it shows may be hidden or become private, and is gone from every cache an hour later.
AN_HOUR = "public, max-age=3600"
LANG = "<any(en, fr):lang>"


def init_app(app: Flask) -> None:
    """Give the templates the pictures of what they show."""
    app.jinja_env.globals.update(
        picture_of_idea=subjects.picture_of_idea,
        picture_of_release=subjects.picture_of_release,
        picture_of_board=subjects.picture_of_board,
    )


@bp.get("/share.png", defaults={"lang": ""})
@bp.get(f"/share.{LANG}.png")
@limiter.limit(PER_NETWORK)
def board(lang: str) -> Response:
    return _answer(subjects.card_of_board, lang)


@bp.get("/ideas/<int:id>/share.png", defaults={"lang": ""})
@bp.get(f"/ideas/<int:id>/share.{LANG}.png")
@limiter.limit(PER_NETWORK)
def idea(id: int, lang: str) -> Response:
    """What everybody may see: a private or hidden idea has no picture, for nobody."""
    found = Idea.find_or_404(id, for_=None)
    return _answer(lambda: subjects.card_of_idea(found), lang)


@bp.get("/changelog/<int:id>/share.png", defaults={"lang": ""})
@bp.get(f"/changelog/<int:id>/share.{LANG}.png")
@limiter.limit(PER_NETWORK)
def release(id: int, lang: str) -> Response:
    found = Release.find_or_404(id, for_=None)
    return _answer(lambda: subjects.card_of_release(found, roll(found, None)), lang)


def _answer(card_in: Callable[[], Card], lang: str) -> Response:
    """The picture in this language, or the portal's; for an hour under the address that carries its fingerprint."""
    with reading_in(lang or settings().default_lang):
        card = card_in()
    response = Response(mimetype="image/png")
    response.headers["Cache-Control"] = AN_HOUR if request.args.get("v") == card.fingerprint else FIVE_MINUTES
    # Other sites show it in their previews.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.set_etag(card.fingerprint)
    if card.fingerprint not in request.if_none_match:
        response.data = png(card)
    response.make_conditional(request)
    return response
