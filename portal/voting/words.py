"""What a vote is called: nobody votes for an issue, they have it too."""

from typing import Any

from flask import Flask

from portal.i18n import _, _n, sentences
from portal.ideas.closing import closing_said_on
from portal.voting.weighing import critical


def init_app(app: Flask) -> None:
    app.add_template_filter(votes_said)
    app.add_template_filter(critical, "critical_said")


def votes_said(idea: Any) -> str:
    """How many votes it has: “12 votes”, “12 people have it”."""
    if idea.is_issue:
        return _n("%(num)s person has it", "%(num)s people have it", idea.votes_count)
    return _n("%(num)s vote", "%(num)s votes", idea.votes_count)


def unit_of(idea: Any) -> str:
    """What stands below the number on a ticket."""
    return _n("has it", "have it", idea.votes_count) if idea.is_issue else _n("vote", "votes", idea.votes_count)


def asked(idea: Any) -> str:
    """What somebody asks for who votes."""
    if idea.is_issue:
        return _("Say that you have “%(title)s” too", title=idea.title)
    return _("Vote for “%(title)s”", title=idea.title)


def takes_no_more(idea: Any) -> str:
    if idea.is_on_closed_board:
        return closing_said_on(idea)
    if idea.is_issue:
        return _("Nobody else can say that they have “%(title)s” too.", title=idea.title)
    return _("“%(title)s” takes no more votes.", title=idea.title)


def too_late(idea: Any) -> str:
    """The same to somebody who has just signed in for it."""
    if idea.is_on_closed_board:
        return sentences(_("You are signed in."), closing_said_on(idea))
    if idea.is_issue:
        return _("You are signed in, but “%(title)s” is closed by now.", title=idea.title)
    return _("You are signed in, but “%(title)s” takes no more votes.", title=idea.title)


def cast_said(idea: Any, voted: bool) -> str:
    """What was just done, and what is counted now."""
    votes = votes_said(idea)
    if idea.is_issue:
        return _("You have it too: %(people)s.", people=votes) if voted else _("Taken back: %(people)s.", people=votes)
    return _("Voted: %(votes)s.", votes=votes) if voted else _("Vote withdrawn: %(votes)s.", votes=votes)


def kept_said(idea: Any, by: Any) -> str:
    """What somebody reads who has just confirmed it by mail; who wants no other mail is promised none."""
    if not by.gets_mail:
        return (
            _("Noted: you have it too. Your notifications tell you when it moves.")
            if idea.is_issue
            else _("Voted. Your notifications tell you when it moves.")
        )
    if idea.is_issue:
        return _("Noted: you have it too. We’ll write when it moves.")
    return _("Voted. We’ll write when it moves.")
