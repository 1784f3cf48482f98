"""An idea or issue moved, as in “Planned: …”: what its new status means, and what comes next."""

from collections.abc import Callable
from typing import Any

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.activity.subjects import Told, subject_of
from portal.changelog.coming import UNDER_WAY
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.mail.sending import Message
from portal.notifications.writing.example import TO_ALL, Example, World
from portal.notifications.writing.shapes import Mail, about, ticket

S = StatusKind


def _line(told: Told) -> str:
    return _("%(status)s: %(title)s", status=told.status("new"), title=told.title)


def _changed(event: Event, reader: User) -> Message:
    idea: Idea = subject_of(event)
    status = db.session.get(Status, event.facts["new"]) or idea.status
    lines = [line for line in (next_of(idea, status.kind),) if line]
    reason = event.facts.get("reason") or ""
    heading = heading_of(idea, status.kind)
    shown, credits = ticket(idea, status), status.kind in UNDER_WAY
    return about(event, reader, heading, lines, _("See where it stands"), reason, shown=shown, credits=credits)


def heading_of(idea: Idea, kind: str) -> str:
    """What it means that it has this kind of status now."""
    return HEADINGS[Kind(idea.kind), S(kind)]()


def next_of(idea: Idea, kind: str) -> str:
    """What comes next, or nothing where the reason of the team says it all."""
    say = NEXT[Kind(idea.kind), S(kind)]
    return say() if say else ""


Words = Callable[[], Any]

HEADINGS: dict[tuple[Kind, StatusKind], Words] = {
    (Kind.IDEA, S.OPEN): lambda: _("This idea is open again"),
    (Kind.IDEA, S.UNDER_REVIEW): lambda: _("We are looking into this idea"),
    (Kind.IDEA, S.PLANNED): lambda: _("This idea is planned"),
    (Kind.IDEA, S.STARTED): lambda: _("We have begun to build this idea"),
    (Kind.IDEA, S.TESTING): lambda: _("This idea is being tested"),
    (Kind.IDEA, S.SHIPPED): lambda: _("This idea has shipped"),
    (Kind.IDEA, S.DECLINED): lambda: _("We will not build this idea, and here is why"),
    (Kind.ISSUE, S.OPEN): lambda: _("This issue is open again"),
    (Kind.ISSUE, S.UNDER_REVIEW): lambda: _("We are looking into this issue"),
    (Kind.ISSUE, S.PLANNED): lambda: _("This issue is confirmed"),
    (Kind.ISSUE, S.STARTED): lambda: _("We are fixing this issue"),
    (Kind.ISSUE, S.TESTING): lambda: _("The fix is being tested"),
    (Kind.ISSUE, S.SHIPPED): lambda: _("This issue is fixed"),
    (Kind.ISSUE, S.DECLINED): lambda: _("We are closing this issue, and here is why"),
}

NEXT: dict[tuple[Kind, StatusKind], Words | None] = {
    (Kind.IDEA, S.OPEN): lambda: _("It takes votes and comments again."),
    (Kind.IDEA, S.UNDER_REVIEW): lambda: _("We read every comment before we decide. We’ll write when we have."),
    (Kind.IDEA, S.PLANNED): lambda: _("We’ll write when the work begins."),
    (Kind.IDEA, S.STARTED): lambda: _("We’ll write when there is something to try."),
    (Kind.IDEA, S.TESTING): lambda: _("It is nearly there. We’ll write when you can use it."),
    (Kind.IDEA, S.SHIPPED): lambda: _("You can use it from now on. Thank you for asking for it."),
    (Kind.IDEA, S.DECLINED): None,
    (Kind.ISSUE, S.OPEN): lambda: _("We are taking a second look. We’ll write when we know more."),
    (Kind.ISSUE, S.UNDER_REVIEW): lambda: _("We are trying to see it for ourselves. We’ll write when we have."),
    (Kind.ISSUE, S.PLANNED): lambda: _("We have seen it too. We’ll write when we begin to fix it."),
    (Kind.ISSUE, S.STARTED): lambda: _("We’ll write when the fix is ready."),
    (Kind.ISSUE, S.TESTING): lambda: _("It is nearly there. We’ll write when it is fixed for everyone."),
    (Kind.ISSUE, S.SHIPPED): lambda: _("If it still happens to you, tell us in a comment."),
    (Kind.ISSUE, S.DECLINED): None,
}


CHANGED = Mail(_changed, "planned", _line)


def _moved(kind: StatusKind, issue: bool = False) -> Callable[[World], Action]:
    def act(world: World) -> Action:
        idea = world.issue if issue else world.idea
        reason = _("Few of you work at night, and the system’s own dark mode already helps.")
        declined = kind == S.DECLINED
        world.move(idea, kind, reason if declined else "")
        return Action.STATUS_CHANGED

    return act


EXAMPLES = {
    "planned": Example(_l("An idea is planned"), TO_ALL, _moved(S.PLANNED)),
    "declined": Example(_l("An idea is not planned, and why"), TO_ALL, _moved(S.DECLINED)),
    "confirmed": Example(_l("An issue is confirmed"), TO_ALL, _moved(S.PLANNED, issue=True)),
}
