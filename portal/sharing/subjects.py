"""What the share images of ideas, releases and the board say, and where they are. Nobody is named on them."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from portal.changelog.credits import ROLES, Name, Roll
from portal.changelog.models import CreditRole, Release
from portal.i18n import _, _n, locale, num
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.statuses import StatusKind
from portal.middleware.caching import for_everybody
from portal.pictures import uploads
from portal.settings import settings
from portal.sharing.card import HEIGHT, WIDTH, Brand, Card
from portal.sharing.lettering import drawable
from portal.web.site import public_url

FACES = 4
# Below this number votes are shown to the unit; above it two digits stand, so that the address of the picture is
# steady while votes come in.
EXACT = 100
SHAPING = (CreditRole.PROPOSER, CreditRole.SHAPER)


@dataclass(frozen=True)
class Picture:
    """A share image as a page or oEmbed names it."""

    url: str
    alt: str
    width: int = WIDTH
    height: int = HEIGHT


def picture_of_idea(idea: Idea) -> Picture:
    """Asks the database nothing that the idea does not bring."""
    return _picture("sharing.idea", card_of_idea(idea), id=idea.id)


def picture_of_release(release: Release, credits: Roll) -> Picture:
    return _picture("sharing.release", card_of_release(release, credits), id=release.id)


@for_everybody
def picture_of_board() -> Picture:
    return _picture("sharing.board", card_of_board())


def card_of_idea(idea: Idea) -> Card:
    """Title, status, votes and the author's face."""
    number, brand, status = about(idea.votes_count), _brand(), idea.status
    under = (
        _n("person has this", "people have this", idea.votes_count)
        if idea.is_issue
        else _n("person wants this", "people want this", idea.votes_count)
    )
    return Card(
        brand,
        drawable(idea.title) or (_("Issue #%(id)s", id=idea.id) if idea.is_issue else _("Idea #%(id)s", id=idea.id)),
        _alt(idea, brand.name, number),
        kind=status.kind,
        colour=status.colour or "",
        chip=status.name,
        line=line_of(idea),
        faces=() if idea.author.is_former else (idea.author.avatar_seed,),
        number=number if idea.votes_count else "",
        under=under,
    )


def card_of_release(release: Release, credits: Roll) -> Card:
    """Title, and how many asked for it and shaped it, with the faces of those who chose to be shown."""
    brand, total = _brand(), credits.total
    shaped = sum(len(credits.named[role]) + credits.unnamed[role] for role in SHAPING)
    return Card(
        brand,
        drawable(release.title) or _("What’s new"),
        _(
            "“%(title)s”: shipped by %(brand)s. People credited: %(num)s.",
            title=release.title,
            brand=brand.name,
            num=num(total),
        ),
        kind="thanks",
        chip=_("You asked, it shipped"),
        line=_n("Shaped by %(num)s person.", "Shaped by %(num)s people.", shaped) if shaped else "",
        faces=tuple(name.seed for name in _shown(credits)[:FACES]),
        number=num(total) if total else "",
        under=_n("person made it happen", "people made it happen", total),
    )


def card_of_board() -> Card:
    """The question that the board asks."""
    brand = _brand()
    question = drawable(settings().welcome(locale())) or _("What should %(brand)s do next?", brand=brand.name)
    return Card(brand, question, question, line=_("Share an idea. Vote for what matters to you."))


def picture_of_one_board(board: Board, ideas: int) -> Picture:
    """`ideas`: how many stand there that everybody sees."""
    return _picture("sharing.one_board", card_of_one_board(board, ideas), slug=board.slug)


def card_of_one_board(board: Board, ideas: int) -> Card:
    """Its name, and how many ideas and issues stand there."""
    brand = _brand()
    alt = _("“%(board)s” on %(brand)s.", board=board.name, brand=brand.name)
    line = _("Share an idea. Vote for what matters to you.")
    number, under = about(ideas) if ideas else "", _n("idea or issue", "ideas and issues", ideas)
    return Card(brand, drawable(board.name) or brand.name, alt, line=line, number=number, under=under)


def about(votes: int) -> str:
    """412 votes are 410+: true for longer than the exact number."""
    if votes < EXACT:
        return num(votes)
    unit = 10 ** (len(str(votes)) - 2)
    return f"{num(votes // unit * unit)}+"


def _alt(idea: Idea, brand: str, number: str) -> str:
    said = {"title": idea.title, "brand": brand, "status": idea.status.name}
    if idea.is_issue:
        return _("“%(title)s” on %(brand)s. Status: %(status)s. People who have it: %(people)s.", people=number, **said)
    return _("“%(title)s” on %(brand)s. Status: %(status)s. Votes: %(votes)s.", votes=number, **said)


def line_of(idea: Idea) -> str:
    """What it asks of whoever sees it."""
    if idea.status.kind == StatusKind.SHIPPED:
        return _("You told us, it is fixed.") if idea.is_issue else _("You asked, it shipped.")
    if idea.status.kind == StatusKind.DECLINED:
        return _("Closed, and here is why.") if idea.is_issue else _("Not planned, and here is why.")
    if idea.is_issue:
        return _("Do you have it too? Tell us.")
    return _("Would it help you too? Vote for it.")


def _shown(credits: Roll) -> list[Name]:
    return [name for role in ROLES if role in SHAPING for name in credits.named[role] if not name.is_staff]


def _brand() -> Brand:
    chosen = settings()
    logo = chosen.logo_light
    there = bool(logo) and uploads.path(logo).exists()
    return Brand(chosen.name, chosen.hue, chosen.chroma, logo if there else "")


def _picture(endpoint: str, card: Card, **which: Any) -> Picture:
    return Picture(public_url(url_for(endpoint, lang=locale(), v=card.fingerprint, **which)), card.alt)
