"""The same histories with what the rest of the portal does to a family: it is held, shaped, private, of another kind,
its people suspended, a merge undone; and each reader sees of it what they may see, and no more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.comments.models import Comment
from portal.comments.thread import thread
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.family import LivesElsewhere
from portal.ideas.kin import kin_seen
from portal.ideas.models import Idea
from portal.merging import converting, linking
from portal.merging.joining import merge
from portal.merging.links import Relation
from portal.merging.refusals import MergeRefused
from portal.moderation.models import reinstate, suspend
from portal.operations import checking
from portal.triage.acts import Act, undoable
from portal.triage.undoing import undo
from tests.merging.model import Model
from tests.merging.test_histories import IDEAS, PEOPLE, History, ideas, people, steps

pytestmark = pytest.mark.both

# As many as a third of what the other histories are given.
SOME = settings(max_examples=max(4, settings.default.max_examples // 12))  # type: ignore[union-attr]
comments = st.integers(0, 5)
wider = st.one_of(
    steps,
    st.tuples(st.sampled_from(["hold", "convert", "make_private", "show_to_all"]), ideas),
    st.tuples(st.sampled_from(["shape", "shape_no_more"]), comments),
    st.tuples(st.sampled_from(["suspend", "reinstate"]), people),
    st.tuples(st.just("link"), ideas, ideas),
    st.tuples(st.just("merge_and_undo"), ideas, ideas, people),
)


@dataclass
class WiderModel(Model):
    """What the rest does, too. `said`: comment -> [who, in sight or not]; `shaped`: those that staff marked;
    `before`: the step at which an idea stood that is an issue now."""

    held: set[int] = field(default_factory=set)
    private: set[int] = field(default_factory=set)
    said: dict[int, list[Any]] = field(default_factory=dict)
    shaped: set[int] = field(default_factory=set)
    before: dict[int, str] = field(default_factory=dict)
    suspended: set[int] = field(default_factory=set)

    def numbers(self, idea: int) -> dict[str, Any]:
        shown = [id for id, (where, is_shown) in self.comments.items() if is_shown and self._is_read(where, idea)]
        return {**super().numbers(idea), "comments_count": len(shown)}

    def _is_read(self, where: int, idea: int) -> bool:
        """Whether what is said there is read by everybody who reads this idea."""
        if where == idea or where not in self.of(idea):
            return where == idea
        return where not in self.hidden and (where not in self.private or idea in self.private)

    def sees(self, who: int | None, idea: int) -> bool:
        return self.authors[idea] == who or not {idea} & (self.hidden | self.private)

    def read_by(self, who: int | None, idea: int) -> set[int]:
        """The comments that this person reads on the page of this idea."""
        own = {id for id, (author, state) in self.said.items() if author == who and state == "hidden"}
        shown = {id for id, (_where, is_shown) in self.comments.items() if is_shown}
        return {
            id for id in own | shown if self.comments[id][0] in self.of(idea) and self.sees(who, self.comments[id][0])
        }

    def refuses(self, idea: int, into: int) -> bool:
        root = self.root(into)
        across = root in self.private and not (idea in self.private and self.authors[idea] == self.authors[root])
        kinds = (idea in self.before) != (root in self.before)
        return super().refuses(idea, into) or idea in self.held or across or kinds

    def points(self) -> set[tuple[int, int, str]]:
        """Nothing to the suspended; what only waits until staff have looked is paid."""
        hidden = self.hidden - self.held
        paid = {owed for idea in self.authors if idea not in hidden for owed in self._owed(idea, idea)}
        for idea in sorted(self.leads):
            if not {idea, self.root(idea)} & hidden:
                had = {(who, rule) for one, who, rule in paid if one in self.family(idea)}
                paid |= {owed for owed in self._owed(idea, self.root(idea)) if owed[1:] not in had}
        return {owed for owed in paid if owed[1] not in self.suspended}

    def _owed(self, idea: int, of: int) -> Iterator[tuple[int, int, str]]:
        yield from ((idea, self.authors[idea], rule) for rule in self._rules(of))
        for id in self.shaped:
            who, state = self.said[id]
            if self.comments[id][0] == idea and state == "shown" and who != self.authors[idea]:
                yield idea, who, "comment_shaped"
                if self.steps[of] == "shipped":
                    yield idea, who, "idea_shaped"


class WiderHistory(History):
    """The portal and the wider model, side by side."""

    model: WiderModel

    def __init__(self, titles: list[str], names: list[str]) -> None:
        super().__init__(titles, names)
        self.model = WiderModel(**vars(self.model))

    def comment(self, one: int, who: int) -> None:
        super().comment(one, who)
        self.model.said[max(self.model.comments)] = [self.people[who].id, "shown"]

    def delete_comment(self, number: int) -> None:
        super().delete_comment(number)
        for id in sorted(self.model.comments)[number : number + 1]:
            self.model.said[id][1] = "deleted"
            self.model.shaped.discard(id)

    def hide_comment(self, number: int) -> None:
        super().hide_comment(number)
        for id in sorted(self.model.comments)[number : number + 1]:
            if self.model.said[id][1] == "shown":
                self.model.said[id][1] = "hidden"

    def hide(self, one: int) -> None:
        super().hide(one)
        self.model.held.discard(self.ids[one])

    def restore(self, one: int) -> None:
        super().restore(one)
        self.model.held.discard(self.ids[one])

    def advance(self, one: int) -> None:
        if self.ids[one] not in self.model.before:
            super().advance(one)

    def hold(self, one: int) -> None:
        if self.ids[one] not in self.model.hidden:
            self.idea(one).hold()
            self.model.held.add(self.ids[one])
            self.model.hidden.add(self.ids[one])

    def shape(self, number: int, shaped: bool = True) -> None:
        for id in sorted(self.model.comments)[number : number + 1]:
            if self.model.said[id][1] == "shown":
                db.session.get_one(Comment, id).mark_as_shaping(shaped, by=self.lea)
                (self.model.shaped.add if shaped else self.model.shaped.discard)(id)

    def shape_no_more(self, number: int) -> None:
        self.shape(number, shaped=False)

    def suspend(self, who: int) -> None:
        if self.people[who].id not in self.model.suspended:
            suspend(self.people[who], by=self.lea, reason="Spam.")
            self.model.suspended.add(self.people[who].id)

    def reinstate(self, who: int) -> None:
        if self.people[who].id in self.model.suspended:
            reinstate(self.people[who], by=self.lea)
            self.model.suspended.discard(self.people[who].id)

    def convert(self, one: int) -> None:
        """Its author agrees that it is of the other kind; it comes back as it stood. A family is of one kind."""
        id, model = self.ids[one], self.model
        if id in model.private or id in model.hidden:
            return
        try:
            question = converting.ask(self.idea(one), by=self.lea)
            converting.agree(question, self.idea(one), by=self.idea(one).author)
        except converting.CannotBeAsked:
            assert model.authors[id] in model.suspended
        except (LivesElsewhere, converting.HasFamily, converting.Settled):
            assert id in model.leads or len(model.family(id)) > 1 or model.steps[id] == "shipped"
        else:
            model.steps[id], before = model.before.pop(id, "open"), model.steps[id]
            if self.idea(one).is_issue:
                model.before[id] = before

    def make_private(self, one: int, private: bool = True) -> None:
        if self.ids[one] in self.model.before:
            self.idea(one).set_private(private, by=self.lea)
            (self.model.private.add if private else self.model.private.discard)(self.ids[one])

    def show_to_all(self, one: int) -> None:
        self.make_private(one, private=False)

    def link(self, one: int, other: int) -> None:
        """It says something of both, and changes nothing of either."""
        try:
            linking.link(self.idea(one), self.idea(other), Relation.THEME, by=self.lea)
        except (linking.ToItself, linking.LinkedAlready):
            return

    def merge_and_undo(self, one: int, other: int, who: int) -> None:
        """Undone at once, it never happened; a vote that was cast meanwhile stays."""
        idea, into = self.ids[one], self.ids[other]
        if self.model.refuses(idea, into):
            return
        with undoable(self.idea(one), by=self.lea) as done:
            merge(self.idea(one), self.idea(other), by=self.lea, reason="The same.")
        self.model.leads[idea] = into
        self.vote(one, who)
        db.session.flush()
        undo(Act.done_with(done.press)[0], by=self.lea)
        del self.model.leads[idea]

    def agree(self) -> None:
        super().agree()
        for id in self.ids:
            idea = db.session.get_one(Idea, id)
            for reader in (None, *self.people):
                who = reader.id if reader is not None else None
                if self.model.sees(who, id):
                    self._reads(idea, reader, who)

    def _reads(self, idea: Idea, reader: Any, who: int | None) -> None:
        entries = thread(idea, reader).entries
        assert {entry.comment.id for entry in entries if not entry.is_gone} == self.model.read_by(who, idea.id)
        lives_here = [one for one in self.model.of(idea.id) if one != idea.id and self.model.sees(who, one)]
        assert sorted(kin.id for kin in kin_seen(idea, reader)) == sorted(lives_here)

    @staticmethod
    def _discussed(idea: Idea) -> int:
        """What everybody reads is what each reads, of whom every one is asked."""
        return int(idea.comments_count)

    def found(self) -> None:
        """What is private or an issue is found by whoever may see it: test_surfaces.py."""


@pytest.fixture
def history(app: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    titles = [request.getfixturevalue(name).title for name in IDEAS]
    names = [request.getfixturevalue(name).email for name in PEOPLE]
    yield lambda: WiderHistory(titles, names)
    db.session.rollback()


@SOME
@given(done=st.lists(wider, max_size=18))
def test_whatever_else_happens_the_portal_says_what_the_model_says(history: Any, done: list[tuple[Any, ...]]) -> None:
    db.session.rollback()
    begin_write()
    here = history()
    for name, *given_ in done:
        try:
            getattr(here, name)(*given_)
        except MergeRefused as refused:
            raise AssertionError(type(refused).__name__) from refused
        here.agree()
    assert not any(checking.findings()[name] for name in ("votes", "importances", "comments", "families", "kinds"))
    for idea in [*here.model.leads]:
        here.unmerge(here.ids.index(idea))
        here.agree()
    db.session.rollback()
