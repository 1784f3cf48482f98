"""One of staff has other jobs: which, what they may do from now on, and where to begin."""

from typing import Any

from flask import url_for

from portal.accounts.duties import DUTIES, JOBS, Job, rules_of
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.actions.described import phrase
from portal.activity.models import Action, Event
from portal.activity.subjects import Told
from portal.i18n import _, _l
from portal.mail.sending import Message
from portal.notifications.writing.example import TO_ONE, Example, World
from portal.notifications.writing.shapes import Mail, to_the_person
from portal.settings import settings
from portal.web.site import public_url


def _changed(event: Event, reader: User) -> Message:
    """Which jobs the reader has now, what these let them do, and a link to the desk."""
    said = _("%(who)s changed your jobs on %(brand)s.", who=Told(event).who, brand=settings().name)
    lines = [said, *lines_of_jobs(event.facts["new"])]
    return to_the_person(event, reader, lines, public_url(_place()), _("Open our desk"))


def lines_of_jobs(jobs: list[str]) -> list[str]:
    """Which jobs these are, and what they let one do."""
    mine = frozenset(job for job in Job if job in jobs)
    return [
        _("You are now: %(jobs)s.", jobs=", ".join(str(words) for job, words in JOBS.items() if job in mine)),
        _("This is yours to do: %(list)s.", list="; ".join(str(DUTIES[rule].words) for rule in rules_of(mine))),
    ]


def _place(*_asked: Any) -> str:
    return url_for("admin.inbox")


CHANGED = Mail(_changed, "jobs-changed", phrase(_l("You have other jobs in the team now")), _place)


def _change(world: World) -> Action:
    """An admin gave the reader two jobs of three."""
    world.reader.role = Role.STAFF
    world.reader.change_jobs([Job.MARKETING, Job.COMMUNITY], by=world.staff)
    return Action.JOBS_CHANGED


EXAMPLES = {"jobs-changed": Example(_l("Somebody of the team gets other jobs"), TO_ONE, _change)}
