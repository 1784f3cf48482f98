"""What a new portal still needs, each step ticked by what was truly done; shown until all are, or until hidden."""

from dataclasses import dataclass
from functools import cache
from typing import Any

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
from portal.ideas.models import Idea
from portal.notifications.models import Delivery, State
from portal.permissions import me, require
from portal.settings import settings
from portal.web.pages import go

SEEDS, TEAM = 3, 2
HIDDEN = Event.facts["first_steps"].as_string() == "hidden"


@dataclass(frozen=True)
class Step:
    """One thing to do, where it is done (by a link, or with `presses` by a button), and whether it is."""

    words: str
    url: str
    label: str
    done: bool
    presses: bool = False
    note: str = ""


def first_steps() -> list[Step]:
    """Every step, or none once all are done or somebody hid them."""
    hidden, named, mailed, ideas, team = rows(_found(), {}).one()
    done = (named or settings().name != "Atelier", mailed, ideas >= SEEDS, team >= TEAM)
    return [] if hidden or all(done) else _steps(*done, ideas=ideas)


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
    """Whether somebody hid them, or chose any settings; whether a mail was sent; how many ideas and of the team."""
    chosen = select(Event.id).where(Event.action == Action.SETTINGS_CHANGED)
    team = select(User.id).where(User.is_of_team, User.is_here)
    return select(
        chosen.where(HIDDEN).exists(),
        chosen.exists(),
        select(Delivery.id).where(Delivery.state == State.SENT).exists(),
        _at_most(select(Idea.id), SEEDS),
        _at_most(team, TEAM),
    )


def _at_most(found: Select[Any], most: int) -> ScalarSelect[int]:
    return select(func.count()).select_from(found.limit(most).subquery()).scalar_subquery()


def _steps(named: bool, mailed: bool, proposed: bool, invited: bool, ideas: int) -> list[Step]:
    kept_here = _("No mail server is set (SMTP_URL): messages are kept as files on the server, and reach nobody.")
    return [
        Step(
            _("Name the portal, and choose its language and colour."), url_for("admin.settings"), _("Settings"), named
        ),
        Step(
            _("Send yourself a test e-mail."),
            url_for("admin.test_mail"),
            _("Send a test e-mail"),
            mailed,
            presses=True,
            note="" if current_app.config["SMTP_URL"] else kept_here,
        ),
        Step(
            _("Propose three ideas before you invite people: %(num)s of 3 so far.", num=ideas),
            url_for("ideas.new"),
            _("Propose an idea"),
            proposed,
        ),
        Step(
            _("Invite your team: once a colleague has signed in, make them staff under Members."),
            url_for("admin.members"),
            _("Members"),
            invited,
        ),
    ]
