"""The lines of the table below the privacy text: what each kind of thing is called there, and what goes with it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import LazyString

from portal.accounts.email_tokens import LINK_LIFE
from portal.accounts.sessions import SESSION_LIFE
from portal.i18n import _l, duration


class Group(StrEnum):
    """What belongs together for somebody who reads it, in the order in which they do."""

    ACCOUNT = "account"
    WRITING = "writing"
    VOTES = "votes"
    OUTCOME = "outcome"
    TOLD = "told"
    REPORTS = "reports"
    TEAM = "team"


GROUPS: dict[Group, Any] = {
    Group.ACCOUNT: _l("Your account"),
    Group.WRITING: _l("What you write"),
    Group.VOTES: _l("Your votes, and what you follow"),
    Group.OUTCOME: _l("What came of it"),
    Group.TOLD: _l("What you are told"),
    Group.REPORTS: _l("Reports, and the journal"),
    Group.TEAM: _l("If you are one of our team"),
}


@dataclass(frozen=True, eq=False)
class Line:
    """A line of the table: several tables of the database may share one."""

    group: Group
    what: Any
    note: Any = ""


PROFILE = Line(
    Group.ACCOUNT,
    _l("Address, name, profile and choices"),
    _l(
        "Your address signs you in; only our team sees it. The rest is what you chose, the day you joined, and "
        "the hour of the last thing you did. Reading leaves no trace."
    ),
)
SESSIONS = Line(
    Group.ACCOUNT,
    _l("Where you were signed in"),
    _l(
        "A fingerprint of the key in your browser, and the name that the browser gives itself. No key works for longer "
        "than %(time)s.",
        time=LazyString(duration, SESSION_LIFE),
    ),
)
ADDRESS_CHANGES = Line(
    Group.ACCOUNT,
    _l("Changes of your address"),
    _l("The old one and the new one. Admins see both while they decide on one that was lost."),
)
SIGN_IN_MESSAGES = Line(
    Group.ACCOUNT,
    _l("Messages with which you sign in"),
    _l("The address that they went to. They work for %(time)s.", time=LazyString(duration, LINK_LIFE)),
)
WAITING = Line(
    Group.ACCOUNT,
    _l("What waits for your confirmation by mail"),
    _l("What was sent with your address before you signed in. Nobody sees it."),
)
IDEAS = Line(
    Group.WRITING,
    _l("Ideas and issues"),
    _l("Everyone reads them, your name beside them; only our team reads a private issue."),
)
FIELDS = Line(
    Group.WRITING,
    _l("What you said to what a board asks for"),
    _l("It stands with your idea for everyone, or for our team alone where the form said so."),
)
COMMENTS = Line(Group.WRITING, _l("Comments"))
VERSIONS = Line(
    Group.WRITING,
    _l("Their earlier versions"),
    _l("What they said before you edited them. You can take the words out at any time."),
)
PICTURES = Line(
    Group.WRITING,
    _l("Pictures"),
    _l("Saved anew, so that the place and the camera hidden in the file are gone."),
)
VOTES = Line(
    Group.VOTES,
    _l("Votes, and how much an idea would help you"),
    _l("Counted in public, and listed by name only for our team, or where you chose to be named as a supporter."),
)
SET_ASIDE = Line(
    Group.VOTES,
    _l("Votes of yours that do not count"),
    _l("Why our team set them aside, and what you answered."),
)
MERGES = Line(
    Group.VOTES,
    _l("That you merged ideas, or undid a merge"),
    _l("Everyone reads why two ideas were merged; only our team reads why an author says that they are not the same."),
)
SAID_SAME = Line(
    Group.VOTES,
    _l("That you said of two ideas that they are the same, or are not"),
    _l("Others see how many people say so; our team also reads why an author says that theirs is something else."),
)
NETWORKS = Line(
    Group.VOTES,
    _l("The network of a new member’s vote"),
    _l(
        "A fingerprint that says nothing but whether several new members voted for the same idea from the same place. "
        "Nobody sees it, and no backup holds it."
    ),
)
FOLLOWS = Line(Group.VOTES, _l("What you follow"))
POINTS = Line(Group.OUTCOME, _l("Points"))
THANKS = Line(Group.OUTCOME, _l("Thanks and a welcome from the team"))
CREDITS = Line(Group.OUTCOME, _l("Credits"), _l("Your part in what shipped. Your settings say how it names you."))
PARTNERS = Line(Group.OUTCOME, _l("Weeks in which you were a top partner"))
NOTIFICATIONS = Line(Group.TOLD, _l("Notifications"))
DELIVERIES = Line(
    Group.TOLD,
    _l("That a message was sent to you"),
    _l("When, or why it did not go: neither its text nor your address."),
)
REPORTS = Line(
    Group.REPORTS,
    _l("What you reported"),
    _l("Why, and what our team made of it. Whoever wrote it never learns that it was you."),
)
SUSPENSIONS = Line(Group.REPORTS, _l("Suspensions"), _l("Why, and from when to when."))
JOURNAL = Line(
    Group.REPORTS,
    _l("A journal of what happened"),
    _l("Who changed, hid or moved what, and when. Our team needs it to put mistakes right."),
)
QUESTIONS = Line(
    Group.WRITING,
    _l("What our team asked you about your ideas and issues"),
    _l("Whether an issue may become an idea, or an idea an issue, and what you answered."),
)
QUESTIONS_ABOUT_COMMENTS = Line(
    Group.WRITING,
    _l("What our team asked you about your comments"),
    _l("Whether one may become an idea of its own, in which words, and what you answered."),
)
RESPONSES = Line(Group.TEAM, _l("Official responses, and their earlier versions"))
CAPTURED = Line(
    Group.TEAM,
    _l("What you noted for customers"),
    _l("Where it was said, and the link to it. The words stand with what you wrote."),
)
RELEASES = Line(Group.TEAM, _l("Releases"))
IN_HAND = Line(
    Group.TEAM,
    _l("What you have in hand, and what you put off"),
    _l("Which ideas are yours to deal with and by when, and which you put off for the team."),
)
SAVED_VIEWS = Line(Group.TEAM, _l("The views of the inbox that you saved"))
PROMISES = Line(
    Group.TEAM,
    _l("Days that you promised for the brand"),
    _l("Who said which day, and who sees to it. Everyone reads the days and the reasons; only the team reads whose."),
)
BOARDS = Line(Group.TEAM, _l("The boards on which you answer"))
SUPPORT = Line(Group.TEAM, _l("That you are named as support"))
IMPORTS = Line(Group.TEAM, _l("The imports that you began"))
ACTS = Line(
    Group.TEAM,
    _l("What you just did, while you can undo it"),
    _l("How it stood before. It goes as soon as people are told of what you did."),
)
TEAM_MAIL = Line(Group.TEAM, _l("What you hear of as one of the team"))
