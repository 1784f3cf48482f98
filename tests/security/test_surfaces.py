"""Nobody is told of what is not theirs: each page, feed and picture that outsiders open is searched for its words."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.email_tokens import EmailToken, PendingAction
from portal.accounts.models import User
from portal.activity.models import Event
from portal.changelog.models import Credit, CreditRole, Release, draft
from portal.clock import now
from portal.comments.models import Comment
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.notifications.models import Follow, Notification
from portal.notifications.stopping import stop_url
from portal.voting.models import Vote
from tests.security.target import PRINCIPALS, Target
from tests.security.test_no_difference import OUTSIDERS
from tests.security.test_routes import ROWS

# Stands in all that outsiders may not read, and nowhere else. What they ask for holds other words of the same texts.
SECRET = "quetzal"
DETAILS = {"expected": "", "version": "", "severity": "annoying"}


class Secrets:
    """What is added to the target: out of everybody's sight, but on every list of its kind."""

    def __init__(self) -> None:
        self.author, self.staff = _user(PRINCIPALS["author"]), _user(PRINCIPALS["staff"])
        self.member = _user(PRINCIPALS["member"])
        self.private = Idea.propose(
            self.author, f"Wolfram {SECRET} in private", f"A {SECRET} wolfram.", "issue", is_private=True, **DETAILS
        )
        self.hidden = Idea.propose(self.author, f"Wolfram {SECRET} for sale", f"Buy a {SECRET} wolfram.")
        self.offline = db.session.scalars(select(Idea).where(Idea.hidden_at.is_(None), ~Idea.is_private)).first()
        self.comments = [*self._on(self.private), *self._on(self.hidden), *self._on(self.offline)]
        self.releases = [self._release("Wolfram"), self._release(SECRET), draft(by=self.staff)]
        self._tell()
        self.hidden.hide(by=self.staff, reason=f"A {SECRET}.")
        for comment in self.comments:
            comment.hide(by=self.staff, reason=f"A {SECRET}.")
        self.releases[1].hide(by=self.staff, reason=f"A {SECRET}.")
        self.releases[2].edit(by=self.staff, ideas=[], **_words(SECRET))
        db.session.flush()
        self.addresses = [*self._public(), *self._of_messages()]
        self.pictures = [f"/ideas/{idea.id}/share.png" for idea in (self.private, self.hidden)]
        self.pictures += [f"/changelog/{release.id}/share.png" for release in self.releases[1:]]

    def _on(self, idea: Any) -> Iterator[Comment]:
        """A comment that will be hidden, one that is answered too, and a note of staff."""
        for reply in (False, True):
            said = Comment.post(idea, f"This {SECRET} shaped it", by=self.author)
            said.shaped_at = now()
            if reply:
                Comment.post(idea, SECRET if idea is not self.offline else "Indeed.", by=self.staff, parent=said)
            yield said
        Comment.note(idea, f"A {SECRET}, between us", by=self.staff)
        if idea is not self.offline:
            idea.respond(f"We answer {SECRET}s", by=self.staff)

    def _release(self, name: str) -> Release:
        release = draft(by=self.staff)
        release.edit(by=self.staff, ideas=[self.private, self.hidden, self.offline], **_words(name))
        release.published_at = now()
        return release

    def _tell(self) -> None:
        """The member voted, follows and was told before it was taken away; somebody is credited for nothing else."""
        other = User.join("other@example.org", SECRET.title(), "en")
        other.named_as_supporter = other.featured = True
        for idea in (self.private, self.hidden):
            Vote.cast(idea, by=self.member)
            db.session.add(Follow(user_id=self.member.id, idea_id=idea.id))
            for release in self.releases:
                db.session.add(Credit(release_id=release.id, idea_id=idea.id, user_id=other.id, role=CreditRole.SHAPER))
        about = {("idea", idea.id) for idea in (self.private, self.hidden)}
        about |= {("comment", comment.id) for comment in self.comments}
        for event in db.session.scalars(select(Event)).all():
            if (event.subject_type, event.subject_id) in about:
                told = select(Notification.id).where(
                    Notification.user_id == self.member.id, Notification.event_id == event.id
                )
                if db.session.scalar(told) is None:
                    db.session.add(Notification(user_id=self.member.id, event_id=event.id))

    def _public(self) -> list[str]:
        """Where it would stand, if it were seen."""
        shipped, offline = self.releases[0], self.offline
        return [
            "/search?q=wolfram", "/search?q=wolfram&kind=issue", "/ideas/similar?title=wolfram in private",
            "/ideas/similar?title=wolfram in private&kind=issue", "/?sort=new", "/?sort=following", "/?kind=issue",
            "/feed.atom", "/sitemap.xml", "/changelog", "/people", "/notifications", "/roadmap",
            f"/changelog/{shipped.id}-wolfram", f"/changelog/{shipped.id}-wolfram/credits",
            f"/people/{self.author.handle}", f"/people/{self.member.handle}", offline.url,
            f"/ideas/{offline.id}/feed.atom", f"/comments/{self.comments[-1].id}/replies",
            *(f"/comments/{comment.id}" for comment in self.comments),
            *(f"/comments/{comment.id}/{what}" for comment in self.comments for what in ("replies", "history", "edit")),
            *(f"/ideas/{idea.id}{what}" for idea in (self.private, self.hidden)
              for what in ("", "/history", "/share.png", "/feed.atom", "/vote", "/flag", "/comments/new", "/edit")),
            *(f"/oembed?url=http://127.0.0.1:8000/ideas/{idea.id}" for idea in (self.private, self.hidden)),
        ]  # fmt: skip

    def _of_messages(self) -> list[str]:
        """What a visitor had asked for, and what an old mail lets one stop."""
        found = []
        for idea in (self.private, self.hidden):
            for kind in ("vote", "comment", "flag"):
                token = EmailToken(email="other@example.org")
                payload = {
                    "idea": idea.id,
                    "id": idea.id,
                    "kind": "idea",
                    "reason": "spam",
                    "words": "",
                    "body": "Me too",
                }
                db.session.add(PendingAction(token=token, kind=kind, payload=payload))
                db.session.flush()
                found.append(f"/sign-in/{token.link_value}")
            found.append("/" + stop_url(self.member, f"idea:{idea.id}").split("/", 3)[3])
        return found


def _words(name: str) -> dict[str, str]:
    said = dict.fromkeys(("en", "fr"), f"A {name} that ships")
    return {"title": said, "story": said}


def _user(handle: str) -> User:
    return db.session.scalars(select(User).where(User.handle == handle)).one()


@pytest.fixture
def secrets(target: Target) -> Secrets:
    with target.app.test_request_context(method="POST"):
        begin_write()
        found = Secrets()
        db.session.commit()
        db.engine.dispose()
    return found


@pytest.fixture
def addresses(secrets: Secrets) -> list[str]:
    return secrets.addresses


def read(target: Target, who: str, paths: list[str]) -> dict[str, str]:
    """What each of these addresses answers this principal, where it is words."""
    client = target.client(who)
    answers = {path: client.get(path, headers={"Accept-Language": "en"}, buffered=True) for path in paths}
    assert all(answer.status_code < 500 for answer in answers.values())
    return {path: f"{answer.status_code} {answer.headers} {answer.get_data().decode('utf-8', 'replace')}".lower()
            for path, answer in answers.items()}  # fmt: skip


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nobody_is_told_of_what_is_not_theirs(target: Target, addresses: list[str], who: str) -> None:
    paths = [row.path.format(**target.facts) for row in ROWS if row.method == "GET"] + addresses
    assert [path for path, said in read(target, who, paths).items() if SECRET in said] == []


@pytest.mark.parametrize("who", ["visitor", "author", "staff"])
def test_nobody_is_shown_a_picture_of_it(target: Target, secrets: Secrets, who: str) -> None:
    """Not staff either: other sites show these pictures to everybody."""
    client = target.client(who)
    assert {path: client.get(path).status_code for path in secrets.pictures} == dict.fromkeys(secrets.pictures, 404)


def test_staff_read_it_everywhere(target: Target, addresses: list[str]) -> None:
    """So what outsiders do not find is there to be found."""
    told = [path for path, said in read(target, "staff", addresses).items() if SECRET in said]
    assert {"/search?q=wolfram", "/search?q=wolfram&kind=issue"} <= set(told) and len(told) > 20
