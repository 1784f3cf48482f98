"""What each part of the page of components shows: rows that are never saved, one for each state."""

import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from flask import flash

from portal.activity.catalogue import CATALOGUE, label
from portal.activity.models import Action
from portal.admin.audit_lines import Line
from portal.admin.cases import Case
from portal.admin.changes import Change
from portal.admin.listed import Row, When
from portal.changelog.credits import shown_as
from portal.changelog.strips import Strip
from portal.clock import now
from portal.comments.forms import CommentForm
from portal.comments.thread import Entry, Thread
from portal.demo import cast as seed
from portal.design.cast import BODY, MARKDOWN, STATUSES, Cast
from portal.i18n import _, day, num
from portal.ideas.journey import Step
from portal.mail.letter import colours as mail_colours
from portal.moderation.forms import REASONS, SIGNS
from portal.moderation.models import Reason, Sign
from portal.notifications.listing import Item
from portal.settings import settings
from portal.voting.growth import Grain, Growth, Stretch
from portal.web.assets import STATIC, collection

LONG = "Antidisestablishmentarianism" * 4 + "Schedule"
HEBREW = "להציג את לוח המשמרות בטלפון בלי קליטה"
PICTURE = "data:image/svg+xml," + quote(
    '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630"><rect width="1200" height="630" fill="#0b5a52"/>'
    '<circle cx="900" cy="210" r="120" fill="#f6d84f"/></svg>'
)


def tokens(cast: Cast) -> dict[str, Any]:
    """Every colour token by name, and the steps of type, space and corners."""
    css = (STATIC / "css" / "tokens.css").read_text()
    colours = re.findall(r"^ +--([\w-]+): +(?:light-dark|oklch)\(", css, flags=re.MULTILINE)
    root = [name for name in colours if not name.startswith(("st-bg", "st-fg", "st-strong"))]
    return {"colours": root, "sizes": ("xs", "sm", "md", "lg", "xl", "2xl", "3xl")}


def glyphs(cast: Cast) -> dict[str, Any]:
    """Every symbol of the sprite."""
    names = re.findall(r'<symbol id="([\w-]+)"', collection()["icons.svg"].bodies["identity"].decode())
    return {"names": sorted(names), "cast": cast}


def actions(cast: Cast) -> dict[str, Any]:
    """One status of each kind, and people."""
    titles = (seed.IDEAS[key].title for key in ("copy_week", "offline", "swap"))
    votes = [cast.idea(title) for title in titles]
    return {"statuses": [cast.status(kind) for kind in STATUSES], "votes": votes}


def tickets(cast: Cast) -> dict[str, Any]:
    """Tickets as a member sees them: (idea, voted, credit)."""
    faces = (tuple(map(cast.face, ("tom", "yuki", "aicha"))), 44)
    short = seed.IDEAS["rest_warning"]
    return {
        "states": [(state, cast.idea(seed.IDEAS["swap"].title)) for state in ("hover", "focus", "hover")],
        "rows": [
            (cast.card(seed.IDEAS["copy_week"].title, "started", answered_at=now()), True, None),
            (cast.card(seed.IDEAS["offline"].title, "planned", "tom", votes_count=131), False, None),
            (cast.card(seed.IDEAS["dark_mode"].title, "open", "yuki", "", votes_count=1), False, None),
            (cast.card(short.title, "under_review", "marc", short.body, lang="fr", votes_count=0), False, None),
            (cast.card("A calendar of who is away", "testing", "lea", votes_count=40_000), True, None),
            (cast.card("Undo for every change", "shipped", "sofia", votes_count=1_234_567), False, faces),
            (cast.card(seed.IDEAS["fax"].title, "declined", status_reason="Phones do it better."), False, None),
            (cast.card(LONG, "open", "camille", body=LONG), False, None),
            (cast.card(HEBREW, "planned", "tom", body=HEBREW + ". " + HEBREW), False, None),
        ]
    }  # fmt: skip


def tickets_of_a_visitor(cast: Cast) -> dict[str, Any]:
    """A vote is a link to where a visitor says who they are."""
    return {"rows": [(cast.card(seed.IDEAS["swap"].title, "under_review", "aicha"), False, None)], "states": []}


def idea(cast: Cast) -> dict[str, Any]:
    """Slips, journeys and answers."""
    fresh, voted = (
        cast.idea(seed.IDEAS["offline"].title, "planned"),
        cast.idea(seed.IDEAS["copy_week"].title, "started"),
    )
    closed = cast.idea("Undo for every change", "shipped")
    fax = cast.idea(seed.IDEAS["fax"].title, "declined", status_reason="Phones do this better, and nobody else asked.")
    voted.response = cast.response(voted, "We’re building it. You tick what to keep.", edited=True)
    return {
        "slips": [(fresh, None), (voted, cast.vote(voted, "important")), (closed, None)],
        "asked": cast.idea(seed.IDEAS["swap"].title),
        "follows": [(cast.idea("…"), state) for state in ("off", "on", "muted")],
        "journeys": [_steps(at) for at in range(5)] + [_steps(1, "declined"), _steps(0)[:1], _there_and_back()],
        "answered": voted,
        "growth": _growth(cast),
        "declined": (fax, _steps(1, "declined")),
    }


def discussion(cast: Cast) -> dict[str, Any]:
    """A discussion in all its states, as staff see it, and a reader’s form."""
    about = cast.idea(seed.IDEAS["copy_week"].title, "started")
    shaped = cast.comment(about, MARKDOWN, shaped_at=now(), edited_at=now())
    reply = cast.comment(about, "That was the missing piece, thank you.", "lea", parent_id=shaped.id)
    hidden = cast.comment(about, "Buy my pills.", "yuki", hidden_at=now(), hidden_reason="Advertising")
    gone = cast.comment(about, "", "marc", hidden_at=now())
    deleted = cast.comment(about, "", "yuki", deleted_at=now())
    former = cast.comment(about, "I left, and my words stay.", "camille")
    former.author = cast.person("Somebody", erased_at=now())
    note = cast.comment(about, "Tell sales before we answer.", "hugo", is_note=True)
    rtl = cast.comment(about, HEBREW, "sofia")
    pictured = cast.comment(about, "Here is how ours look.", "ines")
    pictures = [SimpleNamespace(url=PICTURE, alt="", width=1200, height=630)]
    answer = cast.comment(about, "Thank you.", parent_id=gone.id)
    again = cast.comment(about, "You are welcome.", parent_id=deleted.id)
    entries = [Entry(shaped, replies=[reply], has_more=True), Entry(hidden), Entry(gone, True, [answer])]
    entries += [Entry(deleted, True, [again]), Entry(former), Entry(note), Entry(rtl), Entry(pictured)]
    return {
        "idea": about,
        "thread": Thread(about, entries, next=pictured.id, has_order=True),
        "form": CommentForm(data={}),
        "pictures": pictures,
    }


def composer(cast: Cast) -> dict[str, Any]:
    """What is found while somebody types."""
    found = [
        cast.idea(seed.IDEAS["copy_week"].title, "started"),
        cast.idea("Undo for every change", "shipped", votes_count=96, comments_count=0),
        cast.idea(LONG, "planned", votes_count=12_400),
    ]
    return {"similar": found, "voted": {found[0].id}, "releases": {}, "kind": "idea", "asked": True}


def notices(cast: Cast) -> dict[str, Any]:
    """Each kind of notice, also as what the last request said."""
    for kind in ("success", "info", "warning", "error"):
        flash(_("We’ll write when it moves."), kind)
    return {"kinds": ("info", "ok", "warn", "danger", "private")}


def lists(cast: Cast) -> dict[str, Any]:
    """Notifications, the audit, what waits, and a table."""
    title = seed.IDEAS["copy_week"].title
    moved = _("%(status)s: %(title)s", status=cast.status("shipped").name, title=title)
    told = [
        (Action.RESPONSE_POSTED, _("The team answered: %(title)s", title=title), None, False),
        (Action.STATUS_CHANGED, moved, "shipped", False),
        (Action.COMMENT_SHAPED, _("Your comment shaped “%(title)s”", title=title), None, True),
        (Action.PARTNER_THANKED, _("%(who)s thanks you", who="Nora Klein"), None, True),
    ]  # fmt: skip
    waits = [cast.idea(title, by="yuki"), cast.idea(LONG, by="marc", is_private=True)]
    return {
        "items": [
            Item(cast.notification(action, read), words, "/notifications", CATALOGUE[action].glyph, kind)
            for action, words, kind, read in told
        ],
        "lines": [
            Line(cast.notification(action, True).event, actor, label(action), reason, url, changed)
            for action, actor, reason, url, changed in (
                (Action.STATUS_CHANGED, cast.lea, "", "/admin/ideas", []),
                (Action.SETTINGS_CHANGED, cast.nora, "", "/admin/settings", [Change(_("Hue"), num(178), num(240))]),
                (Action.COMMENT_HIDDEN, cast.nora, "Advertising", "", []),
                (Action.DIGEST_DUE, None, "", "", []),
            )
        ],
        "cases": [
            Case("idea", waits[0].id, now(), 3, waits[0], reasons=[(str(REASONS[Reason.SPAM]), 2)]),
            Case("idea", waits[1].id, now(), 0, waits[1], signs=[str(SIGNS[Sign.LINKS]), str(SIGNS[Sign.SPEED])]),
        ],
        "waits": [Row(cast.waiting(waits[0]), "3 h"), Row(cast.waiting(waits[1]), "4 d", When.NEWS)],
        "members": [cast.ines, cast.person("Li"), cast.person("Maximiliane" * 7, title="Owner"), cast.lea],
    }


def news(cast: Cast) -> dict[str, Any]:
    """Cards of the roadmap, a release, credits, and people."""
    names = [name for name in map(shown_as, (cast.tom, cast.yuki, cast.aicha)) if name]
    copied = cast.planned(seed.IDEAS["copy_week"].title, "started")
    shipped = cast.idea("Undo for every change", "shipped", votes_count=96)
    release = cast.release("Undo for every change", BODY)
    told = SimpleNamespace(
        id=release.id, title=release.title, summary=release.summary, url=release.url, published_at=release.published_at,
        image=SimpleNamespace(url=PICTURE, alt="", width=1200, height=630),
    )  # fmt: skip
    return {
        "cards": [(copied, True), (cast.planned(LONG, votes_count=40_000), False)],
        "item": SimpleNamespace(release=told, ideas=[shipped], strip=Strip(names, 44)),
        "partners": [cast.partner("ines", 1, "idea_shipped", 2), cast.partner("tom", 2, "comment_shaped", 5)],
        "cast": cast,
    }  # fmt: skip


def mail(cast: Cast) -> dict[str, Any]:
    """The brand as mail programs are told of it."""
    return {"colours": mail_colours(settings().hue, settings().chroma)}


def _growth(cast: Cast) -> Growth:
    """Half a year of votes, with the statuses on the way."""
    totals = (1, 38, 71, 96, 158, 287, 412)
    news = {2: cast.status("planned").name, 4: cast.status("started").name}
    stretches = []
    for number, total in enumerate(totals):
        month = now() - timedelta(days=30 * (len(totals) - number))
        statuses = [news[number]] if number in news else []
        stretches.append(Stretch(day(month), day(month), total - ([0, *totals][number]), total, statuses))
    return Growth(Grain.MONTH, stretches, (now() - timedelta(days=210)).date(), 12)


def _steps(at: int, last: str = "") -> list[Step]:
    """A journey that has come to step `at`, or that ended there as `last`."""
    kinds = ["open", "under_review", "planned", "started", "shipped"]
    kinds = [*kinds[: at + 1], last] if last else kinds
    at = at + 1 if last else at
    born = now() - timedelta(days=190)
    name = {kind: Cast().status(kind).name for kind in kinds}
    return [
        Step(
            _("Received") if not number else name[kind],
            kind,
            "done" if number < at else "now" if number == at else "next",
            born + timedelta(days=31 * number) if number <= at else None,
        )
        for number, kind in enumerate(kinds)
    ]


def _there_and_back() -> list[Step]:
    """A way that went back, with what was said at each step."""
    first, *ahead = _steps(0)
    born = now() - timedelta(days=190)
    name = {kind: Cast().status(kind).name for kind in ("under_review", "planned")}
    said = (("planned", _("I’d like to copy what I did last week")), ("under_review", LONG), ("planned", ""))
    been = [
        Step(name[kind], kind, "done", born + timedelta(days=31 * number), reason)
        for number, (kind, reason) in enumerate(said, 1)
    ]
    return [replace(first, state="done"), *been[:-1], replace(been[-1], state="now"), *ahead[2:]]
