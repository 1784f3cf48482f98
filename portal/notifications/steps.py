"""What a mail says of a step: the idea as a ticket, what a new status means, and what comes next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.i18n import _, num
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.voting.words import unit_of, votes_said
from portal.web.site import public_url

S = StatusKind


@dataclass(frozen=True)
class Ticket:
    """An idea as a mail shows it: its title and address, where it stands, and its votes as a number and in words."""

    title: str
    lang: str
    url: str
    kind: str
    status: str
    number: str
    unit: str
    votes: str


def ticket(idea: Idea, status: Status | None = None) -> Ticket:
    """The ticket of an idea; with `status`, as it stood when it was told."""
    shown = status or idea.status
    return Ticket(
        title=idea.title,
        lang=idea.lang,
        url=public_url(idea.url),
        kind=shown.kind,
        status=shown.name,
        number=num(idea.votes_count),
        unit=unit_of(idea),
        votes=votes_said(idea),
    )


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
