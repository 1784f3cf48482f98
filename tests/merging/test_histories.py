"""Histories of families, whatever happens in whatever order: after each step all is as a plain model says."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.comments.models import Comment
from portal.comments.thread import thread
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.family import LivesElsewhere
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, TransitionRefused
from portal.merging.joining import merge
from portal.merging.models import Merge
from portal.merging.parting import NotMerged, TooLate, object_to, unmerge
from portal.merging.refusals import MergeRefused
from portal.notifications.audiences import those_who_care
from portal.notifications.stopping import follow
from portal.operations import checking
from portal.recognition.ledger import award
from portal.recognition.models import PointEntry
from portal.search.results import search
from portal.voting.models import Vote, VotingClosed
from portal.voting.setting_aside import put_back, set_aside
from tests.examples import a_quarter
from tests.merging.model import STEPS, Model
from tests.merging.splitting import Splits, split_steps

pytestmark = pytest.mark.both

IDEAS = ("offline", "swap", "dark_mode", "rest_warning")
PEOPLE = ("tom", "aicha", "marc", "yuki", "sofia")
ideas, people = st.integers(0, len(IDEAS) - 1), st.integers(0, len(PEOPLE) - 1)
steps = st.one_of(
    st.tuples(st.just("merge"), ideas, ideas),
    st.tuples(st.sampled_from(["unmerge", "object_to", "hide", "restore", "advance"]), ideas),
    st.tuples(
        st.sampled_from(["vote", "withdraw", "set_aside", "put_back", "comment", "mute", "follow"]), ideas, people
    ),
    st.tuples(st.just("weigh"), ideas, people, st.sampled_from(["nice", "important", "critical"])),
    st.tuples(st.sampled_from(["delete_comment", "hide_comment"]), st.integers(0, 9)),
    st.tuples(st.just("leave"), people),
    split_steps,
)


class History(Splits):
    """The portal and the model, side by side: each step is done to both."""

    def __init__(self, titles: list[str], names: list[str]) -> None:
        self.ids = [db.session.scalars(select(Idea.id).where(Idea.title == title)).one() for title in titles]
        self.people = [db.session.scalars(select(User).where(User.email == name)).one() for name in names]
        self.lea = db.session.scalars(select(User).where(User.email == "lea@example.com")).one()
        found = {id: db.session.get_one(Idea, id) for id in self.ids}
        self.model = Model({id: idea.author_id for id, idea in found.items()})
        self.model.steps = {id: str(idea.status.kind) for id, idea in found.items()}
        for vote in db.session.scalars(select(Vote).where(Vote.idea_id.in_(self.ids))):
            self.model.votes[vote.idea_id, vote.user_id] = [vote.created_at, vote.importance, True]
        self.begin_splits()
        self.last = db.session.scalar(select(Event.id).order_by(Event.id.desc()).limit(1)) or 0
        for event in db.session.scalars(select(Event).where(Event.action == Action.STATUS_CHANGED)).all():
            award(event)

    def idea(self, number: int) -> Idea:
        return db.session.get_one(Idea, self.ids[number])

    def merge(self, one: int, other: int) -> None:
        idea, into = self.ids[one], self.ids[other]
        try:
            merge(self.idea(one), self.idea(other), by=self.lea, reason="The same.")
        except MergeRefused:
            assert self.model.refuses(idea, into)
        else:
            assert not self.model.refuses(idea, into)
            self.model.leads[idea] = into

    def unmerge(self, one: int) -> None:
        try:
            unmerge(self.idea(one), by=self.lea)
        except NotMerged:
            assert self.ids[one] not in self.model.leads
        else:
            del self.model.leads[self.ids[one]]

    def object_to(self, one: int) -> None:
        try:
            object_to(self.idea(one), by=self.idea(one).author)
        except (NotMerged, TooLate):
            assert self.ids[one] not in self.model.leads
        else:
            del self.model.leads[self.ids[one]]

    def vote(self, one: int, who: int) -> None:
        idea, person = self.ids[one], self.people[who]
        supports = any((other, person.id) in self.model.votes for other in self.model.family(idea))
        try:
            new = Vote.cast(self.idea(one), by=person)
        except VotingClosed:
            assert self._is_closed(idea) and not supports
            return
        assert bool(new) != supports
        if new:
            aside = any((other, person.id) in self.model.asides for other in self.model.family(idea))
            self.model.votes[idea, person.id] = [new.created_at, "", not aside]

    def withdraw(self, one: int, who: int) -> None:
        idea, person = self.ids[one], self.people[who]
        try:
            Vote.withdraw(self.idea(one), by=person)
        except VotingClosed:
            assert self._is_closed(idea)
            return
        for other in self.model.family(idea):
            self.model.votes.pop((other, person.id), None)

    def weigh(self, one: int, who: int, said: str) -> None:
        idea, person = self.ids[one], self.people[who]
        try:
            Vote.weigh(self.idea(one), by=person, importance=said)
        except VotingClosed:
            assert self._is_closed(idea)
            return
        for other in self.model.family(idea):
            if (other, person.id) in self.model.votes:
                self.model.votes[other, person.id][1] = said

    def set_aside(self, one: int, who: int) -> None:
        person = self.people[who].id
        set_aside(self.idea(one), [person], by=self.lea, reason="One person, four accounts.")
        for other in self.model.of(self.ids[one]):
            if self.model.votes.get((other, person), [0, 0, False])[2]:
                self.model.votes[other, person][2] = False
                self.model.asides.add((other, person))

    def put_back(self, one: int, who: int) -> None:
        person = self.people[who].id
        put_back(self.idea(one), [person], by=self.lea)
        undone = {(other, person) for other in self.model.of(self.ids[one])} & self.model.asides
        self.model.asides -= undone
        if undone:
            for other in self.model.of(self.ids[one]):
                if (other, person) in self.model.votes:
                    self.model.votes[other, person][2] = True

    def comment(self, one: int, who: int) -> None:
        said = Comment.post(self.idea(one), "I need this, too.", by=self.people[who])
        self.model.comments[said.id] = [self.ids[one], True]

    def delete_comment(self, number: int) -> None:
        for id in sorted(self.model.comments)[number : number + 1]:
            said = db.session.get_one(Comment, id)
            said.delete(by=said.author)
            self.model.comments[id][1] = False

    def hide_comment(self, number: int) -> None:
        for id in sorted(self.model.comments)[number : number + 1]:
            said = db.session.get_one(Comment, id)
            if not said.is_deleted:
                said.hide(by=self.lea, reason="Rude.")
            self.model.comments[id][1] = False

    def hide(self, one: int) -> None:
        self.idea(one).hide(by=self.lea, reason="Personal data.")
        self.model.hidden.add(self.ids[one])

    def restore(self, one: int) -> None:
        self.idea(one).restore(by=self.lea)
        self.model.hidden.discard(self.ids[one])

    def mute(self, one: int, who: int) -> None:
        follow(self.idea(one), self.people[who], "muted")
        self.model.follows[self.people[who].id, self.ids[one]] = True

    def follow(self, one: int, who: int) -> None:
        follow(self.idea(one), self.people[who], "on")
        self.model.follows[self.people[who].id, self.ids[one]] = False

    def advance(self, one: int) -> None:
        at = STEPS.index(self.model.steps[self.ids[one]])
        kind = STEPS[min(at + 1, len(STEPS) - 1)]
        try:
            self.idea(one).change_status(Status.first(Kind.IDEA, kind), by=self.lea, reason="It helps.")
        except TransitionRefused:
            return
        except LivesElsewhere:
            assert self.ids[one] in self.model.leads
            return
        self.model.steps[self.ids[one]] = kind

    def leave(self, who: int) -> None:
        """Whoever is erased takes back all votes but those that are final."""
        person = self.people[who].id
        Vote.withdraw_all(self.people[who])
        for idea, voter in list(self.model.votes):
            counts = self.model.votes[idea, voter][2]
            if voter == person and not (counts and self._is_closed(idea)):
                del self.model.votes[idea, voter]

    def _is_closed(self, idea: int) -> bool:
        return self.model.steps[self.model.root(idea)] == "shipped"

    def agree(self) -> None:
        """All that the portal says is what the model says."""
        db.session.flush()
        db.session.expire_all()
        self._pay()
        self.agree_on_splits()
        for id in self.ids:
            said, idea = self.model.numbers(id), db.session.get_one(Idea, id)
            assert {name: getattr(idea, name) for name in said if name != "heat"} == {
                name: value for name, value in said.items() if name != "heat"
            }
            assert max(idea.heat, 0) == pytest.approx(max(said["heat"], 0), abs=1e-6)
            if id not in self.model.leads:
                assert self._hears(id) & {p.id for p in self.people} == self.model.hearers(id) & {
                    p.id for p in self.people
                }
                assert self._discussed(idea) == self.model.numbers(id)["comments_count"] or id in self.model.hidden
        paid = select(PointEntry.subject_id, PointEntry.user_id, PointEntry.rule).where(PointEntry.is_open)
        assert {(*row,) for row in db.session.execute(paid.where(PointEntry.subject_id.in_(self.ids)))} == {
            entry for entry in self.model.points()
        }

    def _pay(self) -> None:
        """Let the ledger read what was recorded since."""
        events = db.session.scalars(select(Event).where(Event.id > self.last).order_by(Event.id)).all()
        for event in events:
            award(event)
            self.last = event.id

    def _hears(self, id: int) -> set[int]:
        event = Event(action=Action.RESPONSE_POSTED, subject_type="idea", subject_id=id, facts={})
        return set(db.session.scalars(select(User.id).where(those_who_care(event))))

    @staticmethod
    def _discussed(idea: Idea) -> int:
        return sum(not entry.is_gone for entry in thread(idea, None).entries)

    def found(self) -> None:
        """A search for what is merged finds where it lives, once, and nothing that lives elsewhere."""
        for id in self.ids:
            title, root = db.session.get_one(Idea, id).title, self.model.root(id)
            hits = [card.id for card in search(title, None)]
            assert len(hits) == len({*hits})
            if id not in self.model.hidden and root not in self.model.hidden:
                assert root in hits and (id == root or id not in hits)


@pytest.fixture
def history(app: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    titles = [request.getfixturevalue(name).title for name in IDEAS]
    names = [request.getfixturevalue(name).email for name in PEOPLE]
    yield lambda: History(titles, names)
    db.session.rollback()


@a_quarter
@given(done=st.lists(steps, max_size=18))
def test_whatever_happens_the_portal_says_what_the_model_says(history: Any, done: list[tuple[Any, ...]]) -> None:
    db.session.rollback()
    begin_write()
    here = history()
    for name, *given_ in done:
        getattr(here, name)(*given_)
        here.agree()
    here.found()
    assert not any(checking.findings()[name] for name in ("votes", "importances", "comments", "families", "splits"))
    for idea in [*here.model.leads]:
        here.unmerge(here.ids.index(idea))
        here.agree()
    assert not db.session.scalar(select(Merge.id).where(Merge.is_open()).limit(1))
    db.session.rollback()
