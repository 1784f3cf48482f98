"""The share images of ideas, releases and the board, and the pages that hand them out: for everyone, or not at all."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, abort, request, url_for

from portal.changelog.credits import roll
from portal.changelog.models import Release
from portal.extensions import limiter
from portal.i18n import LANGUAGES, _, locale, reading_in
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.standing import stands_of
from portal.middleware import limits
from portal.middleware.caching import kept_for_a_second
from portal.settings import settings
from portal.sharing import subjects
from portal.sharing.card import Card, png
from portal.sharing.telling import Telling, tell_idea, tell_news, tell_release
from portal.web.pages import page

bp = Blueprint("sharing", __name__)
FIVE_MINUTES = "public, max-age=300"
# What it shows may be hidden or become private, and is gone from every cache an hour later.
AN_HOUR = "public, max-age=3600"
LANG = f"<any({', '.join(LANGUAGES)}):lang>"


def init_app(app: Flask) -> None:
    """Give the templates the pictures of what they show."""
    app.jinja_env.globals.update(
        picture_of_idea=subjects.picture_of_idea,
        picture_of_release=subjects.picture_of_release,
        picture_of_board=subjects.picture_of_board,
        picture_of_one_board=subjects.picture_of_one_board,
    )


@bp.get("/share.png", defaults={"lang": ""})
@bp.get(f"/share.{LANG}.png")
@limiter.limit(limits.SHARE_IMAGES.visitors)
def board(lang: str) -> Response:
    return _answer(subjects.card_of_board, lang)


@bp.get("/boards/<slug>/share.png", defaults={"lang": ""})
@bp.get(f"/boards/<slug>/share.{LANG}.png")
@limiter.limit(limits.SHARE_IMAGES.visitors)
def one_board(slug: str, lang: str) -> Response:
    found = Board.now_at(slug) or abort(404)
    number = sum(each.number for each in stands_of("board", found.id))
    return _answer(lambda: subjects.card_of_one_board(found, number), lang)


@bp.get("/ideas/<int:id>/share.png", defaults={"lang": ""})
@bp.get(f"/ideas/<int:id>/share.{LANG}.png")
@limiter.limit(limits.SHARE_IMAGES.visitors)
def idea(id: int, lang: str) -> Response:
    """What everybody may see: a private or hidden idea has no picture, for nobody."""
    found = Idea.find_or_404(id, for_=None)
    return _answer(lambda: subjects.card_of_idea(found), lang)


@bp.get("/changelog/<int:id>/share.png", defaults={"lang": ""})
@bp.get(f"/changelog/<int:id>/share.{LANG}.png")
@limiter.limit(limits.SHARE_IMAGES.visitors)
def release(id: int, lang: str) -> Response:
    found = Release.find_or_404(id, for_=None)
    return _answer(lambda: subjects.card_of_release(found, roll(found, None)), lang)


@bp.get("/ideas/<int:id>/share")
@kept_for_a_second()
def tell_of_idea(id: int) -> str:
    """The link, the picture and a text of an idea that everybody sees."""
    shown = Idea.find_or_404(id, for_=None)
    return _handed_out(shown.title, shown.url, tell_idea(shown), shown.lang)


@bp.get("/changelog/<int:id>/share")
@kept_for_a_second()
def tell_of_release(id: int) -> str:
    shown = Release.find_or_404(id, for_=None)
    return _handed_out(shown.title, shown.url, tell_release(shown, roll(shown, None)))


@bp.get("/changelog/share")
@kept_for_a_second()
def tell_of_news() -> str:
    return _handed_out(_("What’s new"), url_for("changelog.index"), tell_news())


def _handed_out(title: str, back: str, told: list[Telling], lang: str = "") -> str:
    return page("sharing/share.html", title=title, back=back, told=told, lang=lang or locale())


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
