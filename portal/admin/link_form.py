"""What staff choose to link two ideas, and why they may not."""

from sqlalchemy import Select, select
from wtforms import RadioField, SelectField

from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.forms import OneOf
from portal.ideas.models import Idea
from portal.merging import linking
from portal.merging.links import Relation
from portal.merging.words import CHOICES, SAID
from portal.permissions import me
from portal.web.fields import Filled
from portal.web.forms import PortalForm

REFUSED = (linking.ToItself, linking.LinkedAlready, linking.WouldWaitForItself, linking.TooMany)


class LinkForm(PortalForm):
    """Which other idea, and what the one has to do with it."""

    other = SelectField(
        _l("The other one"),
        [Filled(_l("Choose the other one: look for it by words of its title, or by its number."))],
        id="link-other",
        validate_choice=False,
    )
    relation = RadioField(
        _l("What they have to do with each other"),
        [OneOf(_l("Choose what they have to do with each other."))],
        id="link-relation",
        choices=list(CHOICES.items()),
        validate_choice=False,
    )

    @property
    def chosen(self) -> Idea | None:
        """The other idea, where it is there."""
        sent = str(self.other.data or "")
        id = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
        return db.session.scalar(_seen().where(Idea.id == id)) if id else None

    @property
    def said(self) -> Relation:
        return Relation(self.relation.data)


def why_not(problem: Exception, idea: Idea) -> str:
    """Why this idea may not be linked so, and what to do next."""
    match problem:
        case linking.ToItself():
            return _("This is the same one. Choose another.")
        case linking.LinkedAlready():
            how = SAID[problem.link.seen_from(idea.id)]
            return _("They are linked already: “%(how)s”. Take that link away first.", how=how)
        case linking.TooMany():
            full = problem.idea.title
            return _("“%(title)s” has as many links as a page shows. Take one of them away first.", title=full)
    return _("“%(title)s” would wait for itself, if by way of others. Look at what waits for what.", title=idea.title)


def _seen() -> Select[Idea]:
    found: Select[Idea] = select(Idea).where(Idea.seen_by(me()))
    return found
