"""What a new portal still needs, each step ticked by what was truly done; shown until hidden, or until those are done
without which nobody should be invited. The others may wait.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from flask import current_app, flash, url_for
from sqlalchemy import ScalarSelect, Select, func, select

from portal import permissions
from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.admin.views import bp
from portal.database.reading import rows
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.importing.models import ImportRun
from portal.notifications.models import Delivery, State
from portal.permissions import me, require
from portal.settings import settings
from portal.web.pages import go

SEEDS, TEAM = 3, 2
HIDDEN = Event.facts["first_steps"].as_string() == "hidden"


@dataclass(frozen=True)
class Step:
    """One thing to do, where it is done (by a link, or with `presses` by a button; on the server, where there is no
    address), and whether it is.
    """

    words: str
    url: str
    label: str
    done: bool
    presses: bool = False
    note: str = ""
    may_wait: bool = False


class Found(NamedTuple):
    """What was truly done: whether somebody hid the steps, chose any settings, …; how many ideas, how many of us."""

    is_hidden: bool
    is_named: bool
    has_mailed: bool
    has_boards: bool
    has_texts: bool
    has_imported: bool
    ideas: int
    team: int


def first_steps() -> list[Step]:
    """Every step, or none once all are done that cannot wait, or somebody hid them."""
    found = Found(*rows(_found(), {}).one())
    steps = [] if found.is_hidden else [*_of_the_portal(found), *_of_people(found)]
    return steps if any(not (step.done or step.may_wait) for step in steps) else []


@bp.post("/first-steps/mail")
def test_mail() -> Any:
    """Send one message to whoever asks: it takes the way that all mail takes."""
    require(permissions.edit_settings)
    begin_write()
    record(Action.MAIL_TESTED, me(), by=None)
    address = me().email
    db.session.commit()
    flash(_("A test e-mail is on its way to %(address)s.", address=address))
    return go(url_for("admin.inbox"))


@bp.post("/first-steps/hidden")
def hide_first_steps() -> Any:
    """Take the list away for everyone; the audit says who did."""
    require(permissions.edit_settings)
    begin_write()
    record(Action.SETTINGS_CHANGED, settings(), by=me(), first_steps="hidden")
    db.session.commit()
    flash(_("The first steps are hidden."))
    return go(url_for("admin.inbox"))


@cache
def _found() -> Any:
    """The question of Found, built once."""
    chosen = select(Event.id).where(Event.action == Action.SETTINGS_CHANGED)
    team = select(User.id).where(User.is_of_team, User.is_here)
    return select(
        chosen.where(HIDDEN).exists(),
        chosen.exists(),
        select(Delivery.id).where(Delivery.state == State.SENT).exists(),
        select(Board.id).exists(),
        select(Event.id).where(Event.action == Action.TEXT_CHANGED).exists(),
        select(ImportRun.id).exists(),
        _at_most(select(Idea.id), SEEDS),
        _at_most(team, TEAM),
    )


def _at_most(found: Select[Any], most: int) -> ScalarSelect[int]:
    return select(func.count()).select_from(found.limit(most).subquery()).scalar_subquery()


def _of_the_portal(found: Found) -> list[Step]:
    """Its name, its logo, its boards, its own words, and its mail."""
    kept_here = _("No mail server is set (SMTP_URL): messages are kept as files on the server, and reach nobody.")
    portal, is_named = url_for("admin.settings"), found.is_named or settings().name != "Atelier"
    return [
        Step(_("Name the portal, and choose its language and colour."), portal, _("Settings"), is_named),
        Step(
            _("Add your logo. Until then we draw one in your colour."),
            url_for("admin.settings", _anchor="logo-h"),
            _("Logo"),
            bool(settings().logos),
            may_wait=True,
        ),
        Step(
            _("Name the boards on which ideas are sorted."),
            url_for("admin.boards"),
            _("Boards"),
            found.has_boards,
            may_wait=True,
        ),
        Step(
            _("Read the code of conduct and the privacy text that we wrote for you, and make them yours."),
            url_for("admin.texts"),
            _("Texts"),
            found.has_texts,
            may_wait=True,
        ),
        Step(
            _("Send yourself a test e-mail."),
            url_for("admin.test_mail"),
            _("Send a test e-mail"),
            found.has_mailed,
            presses=True,
            note="" if current_app.config["SMTP_URL"] else kept_here,
        ),
    ]


def _of_people(found: Found) -> list[Step]:
    """Ideas to begin with, and colleagues."""
    return [
        Step(
            _("Bring along what you collected elsewhere, if you did."),
            "",
            "",
            found.has_imported,
            note=_("With “flask import” on the server: docs/importing.md tells how."),
            may_wait=True,
        ),
        Step(
            _("Propose three ideas before you invite people: %(num)s of 3 so far.", num=found.ideas),
            url_for("ideas.new"),
            _("Propose an idea"),
            found.ideas >= SEEDS,
        ),
        Step(
            _("Invite your team: once a colleague has signed in, make them staff under Members."),
            url_for("admin.members"),
            _("Members"),
            found.team >= TEAM,
        ),
    ]
