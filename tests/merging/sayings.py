"""What tests of what is said to be the same share: to say so, and what is read of it."""

from portal.extensions import db
from portal.ideas.models import Idea
from portal.merging.said_same import others_of
from portal.merging.saying import say
from portal.merging.suggestions import Suggestion
from tests.conftest import act


def told(idea, other, *people):
    """Each of these people says that the two are the same."""
    with act():
        for person in people:
            say(db.session.get_one(Idea, idea.id), db.session.get_one(Idea, other.id), by=person)


def seen(idea, reader):
    """What this person reads of it on the page of an idea: the other one, how many say so, what they say themselves."""
    db.session.rollback()
    return [(one.id, one.people, one.mine) for one in others_of(db.session.get_one(Idea, idea.id), reader)]


def outcome(idea, other):
    db.session.rollback()
    return Suggestion.between(idea.id, other.id).outcome
