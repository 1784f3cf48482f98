"""What a history does with splits: comments become ideas, others want these, and some are taken back."""

from typing import Any

import pytest
from hypothesis import strategies as st
from sqlalchemy import select

from portal.comments.both_ends import became
from portal.comments.models import Comment
from portal.comments.splits import Split
from portal.extensions import db
from portal.ideas.models import Idea
from portal.merging import splitting
from portal.merging.splitting import Proposal
from portal.voting.models import Vote
from tests.merging.model import Model

number, person = st.integers(0, 4), st.integers(0, 4)
split_steps = st.one_of(
    st.tuples(st.sampled_from(["split", "take_split_back", "show_split"]), number),
    st.tuples(st.just("want_split"), number, person),
)


class Splits:
    """The rules of a history that are about splits, beside what the portal and the model say. `splits`: comment ->
    idea."""

    ids: list[int]
    people: list[Any]
    lea: Any
    model: Model

    def begin_splits(self) -> None:
        self.splits: dict[int, int] = {}

    def split(self, number: int) -> None:
        """The writer of a comment that stands is asked, and agrees; where it is one already, nobody is."""
        for id in [id for id, (_, shown) in sorted(self.model.comments.items()) if shown][number : number + 1]:
            said, proposal = db.session.get_one(Comment, id), Proposal(f"Out of comment {id}", "I need this, too.")
            if id in self.splits:
                with pytest.raises(splitting.IsOne):
                    splitting.ask(said, proposal, by=self.lea)
                continue
            idea = splitting.agree(splitting.ask(said, proposal, by=self.lea), said, proposal, by=said.author)
            self.ids.append(idea.id)
            self.splits[id] = idea.id
            self.model.authors[idea.id], self.model.steps[idea.id] = said.author_id, "open"
            voted = db.session.scalars(select(Vote.created_at).where(Vote.idea_id == idea.id)).one()
            self.model.votes[idea.id, said.author_id] = [voted, "", True]

    def want_split(self, number: int, who: int) -> None:
        """Somebody votes for what was a comment."""
        for id in self._made(number):
            new = Vote.cast(db.session.get_one(Idea, id), by=self.people[who])
            if new:
                self.model.votes[id, self.people[who].id] = [new.created_at, "", True]

    def take_split_back(self, number: int) -> None:
        """It is a comment alone again, unless others want it."""
        for id in self._made(number):
            idea = db.session.get_one(Idea, id)
            comment = db.session.get_one(Comment, next(said for said, made in self.splits.items() if made == id))
            wanted = any(one == id and voter != idea.author_id for one, voter in self.model.votes)
            try:
                splitting.take_back(comment, idea, by=self.lea, reason="A comment is enough.")
            except splitting.IsWanted:
                assert wanted
            else:
                assert not wanted
                self.model.hidden.add(id)

    def show_split(self, number: int) -> None:
        for id in self._made(number):
            db.session.get_one(Idea, id).restore(by=self.lea)
            self.model.hidden.discard(id)

    def agree_on_splits(self) -> None:
        """Each comment leads to its idea while that is in sight, and became no more than one."""
        comments = [db.session.get_one(Comment, id) for id in self.splits]
        seen = {id: other.id for id, other in became(comments, None).items()}
        assert seen == {id: made for id, made in self.splits.items() if made not in self.model.hidden}
        rows = db.session.execute(select(Split.comment_id, Split.idea_id).where(Split.idea_id.is_not(None)))
        assert {(*row,) for row in rows} == {*self.splits.items()}

    def _made(self, number: int) -> list[int]:
        return [*self.splits.values()][number : number + 1]
