"""An import that comes again counts in the family in which its ideas live by now."""

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.ideas.models import Idea
from tests.importing.exports import all_is_well, comment, export, idea, told, vote
from tests.merging.families import join, numbers

pytestmark = pytest.mark.both


def imported(title):
    return db.session.scalars(select(Idea).where(Idea.title == title)).one()


def test_what_comes_later_to_what_was_merged_counts_where_it_lives(app, tmp_path, lea):
    ideas = [idea(1, "A map of the terrace", votes_count=5), idea(2, "Draw the terrace", votes_count=3)]
    first = export(tmp_path / "a", ideas=ideas, votes=[vote(1, "Ann"), vote(2, "Ann")], comments=[comment(1, "Yes.")])
    told(app, first)
    one, other = imported("Draw the terrace"), imported("A map of the terrace")
    join(one, other, lea)
    assert numbers(other)["votes_count"] == 7 and all_is_well()
    more = {"votes": [vote(1, "Ann"), vote(2, "Ann"), vote(2, "Bob")], "comments": [comment(2, "Please.")]}
    told(app, export(tmp_path / "b", ideas=ideas, **more))
    assert (numbers(other)["votes_count"], numbers(other)["comments_count"]) == (7, 2) and all_is_well()
