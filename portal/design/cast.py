"""Rows that are never saved: what the page of components shows them with."""

from datetime import timedelta
from itertools import count
from typing import Any

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.admin.listed import Waiting
from portal.changelog.models import Release, ReleaseText
from portal.clock import now
from portal.comments.models import Comment
from portal.demo import cast
from portal.ideas.boards import Board
from portal.ideas.cards import Author, Card, Named, Words
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse, ResponseKind
from portal.ideas.statuses import Status
from portal.notifications.models import Notification
from portal.recognition.models import Partner
from portal.roadmap.columns import Planned
from portal.voting.models import Vote

STATUSES = {
    "open": ("New", "Nouvelle"),
    "under_review": ("Under review", "À l’étude"),
    "planned": ("Planned", "Prévue"),
    "started": ("In progress", "En cours"),
    "testing": ("In testing", "En test"),
    "shipped": ("Shipped", "Livrée"),
    "declined": ("Not planned", "Non retenue"),
}
BODY = cast.IDEAS["copy_week"].body
MARKDOWN = (
    "A **split shift** is *two entries* with the same person, see [the rule](/roadmap).\n\n- bank holidays\n"
    "- days off\n\n1. copy\n2. choose\n\n> Every Sunday I repair it by hand.\n\nCall `copy_week()`:\n\n"
    "```\ncopy_week(keep={'days_off', 'holidays'})\n```\n"
)


class Cast:
    """Makes rows whose numbers are unlike any saved row’s, each used once, so that ids on the page stay unique."""

    def __init__(self) -> None:
        self._ids = count(900_001)
        self.people = {key: self.person(who.name, who.role, who.title) for key, who in cast.PEOPLE.items()}
        self.board = Board(
            id=next(self._ids), slug="planning", names={"en": "Planning", "fr": "Planification"}, position=0
        )

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def person(self, name: str, role: str = Role.MEMBER, title: str = "", **more: Any) -> User:
        id = next(self._ids)
        values: dict[str, Any] = {
            "handle": f"{name.lower().replace(' ', '-')[:40]}", "email": f"{id}@example.com", "bio": "", "lang": "en",
            "timezone": "UTC", "credit_as": "name", "pseudonym": "", "featured": True, "shortcuts": True,
            "mail_progress": "at_once", "mail_comments": "daily",
            "created_at": now() - timedelta(days=200),
        }  # fmt: skip
        return User(id=id, display_name=name, role=role, title=title, **{**values, **more})

    def status(self, kind: str) -> Status:
        english, french = STATUSES[kind]
        return Status(
            id=list(STATUSES).index(kind), for_kind="idea", kind=kind, names={"en": english, "fr": french}, position=0
        )

    def idea(self, title: str, kind: str = "open", by: str = "ines", body: str = BODY, **more: Any) -> Idea:
        born = now() - timedelta(days=more.pop("days_ago", 21))
        author = self.people[by]
        values: dict[str, Any] = {
            "kind": "idea", "body": body, "lang": "en", "author": author, "author_id": author.id, "board": self.board,
            "is_private": False, "expected": "", "version": "", "severity": "", "votes_count": 412,
            "critical_count": 121,
            "comments_count": 88, "created_at": born, "status_since": born, "status_reason": "", "hidden_reason": "",
        }  # fmt: skip
        return Idea(id=next(self._ids), title=title, status=self.status(kind), **{**values, **more})

    def card(self, title: str, kind: str = "open", by: str = "ines", body: str = BODY, **more: Any) -> Card:
        """The same idea, as lists show it."""
        idea = self.idea(title, kind, by, body, **more)
        step, board, who = idea.status, idea.board, idea.author
        about = idea.id, idea.kind, idea.title, idea.body, idea.lang, idea.comments_count, idea.created_at
        by_whom = who.display_name, who.handle, str(who.role), who.erased_at
        words = Words(step.name, board.name if board else "", *about, idea.answered_at, step.kind, *by_whom)
        return Card(idea.votes_count, 0.0, idea.status_since, idea.status_reason, words)

    def planned(self, title: str, kind: str = "open", **more: Any) -> Planned:
        """The same, as the roadmap shows it."""
        idea = self.idea(title, kind, **more)
        step = Named(idea.status.name, kind)
        return Planned(step, idea.id, title, idea.lang, idea.votes_count, idea.comments_count)

    def waiting(self, idea: Idea) -> Waiting:
        """An idea as the inbox lists it."""
        step, author = Named(idea.status.name, idea.status.kind), idea.author.display_name
        said = idea.id, idea.kind, idea.title, idea.lang, idea.is_private
        return Waiting(step, author, None, *said, idea.votes_count, idea.critical_count)

    def face(self, who: str) -> Author:
        person = self.people[who]
        return Author(person.display_name, person.handle, person.is_staff, False)

    def vote(self, idea: Idea, importance: str = "") -> Vote:
        return Vote(idea_id=idea.id, importance=importance)

    def comment(self, idea: Idea, body: str, by: str = "tom", **more: Any) -> Comment:
        author = self.people[by]
        values = {
            "author": author, "author_id": author.id, "lang": "en", "is_note": False, "is_official": author.is_staff,
            "created_at": now() - timedelta(days=3), "hidden_reason": "", "images": [],
        }  # fmt: skip
        return Comment(id=next(self._ids), idea=idea, idea_id=idea.id, body=body, **{**values, **more})

    def response(self, idea: Idea, body: str, edited: bool = False) -> OfficialResponse:
        moment = now() - timedelta(days=7)
        return OfficialResponse(
            id=next(self._ids), idea=idea, author=self.people["lea"], body=body, created_at=moment,
            kind=ResponseKind.PROGRESS, said_at=moment, edited_at=moment if edited else None,
        )  # fmt: skip

    def release(self, title: str, story: str) -> Release:
        return Release(
            id=next(self._ids), texts={"en": ReleaseText(lang="en", title=title, story=story)},
            author=self.people["lea"], published_at=now() - timedelta(days=9),
        )  # fmt: skip

    def partner(self, who: str, rank: int, rule: str, times: int) -> Partner:
        reason = {"main": rule, "counts": {rule: times}}
        return Partner(id=next(self._ids), week="2026-W47", user=self.people[who], rank=rank, points=30, reason=reason)

    def notification(self, action: Action, read: bool, **facts: Any) -> Notification:
        moment = now() - timedelta(hours=5)
        event = Event(id=next(self._ids), action=action, facts=facts, created_at=moment)
        return Notification(
            id=next(self._ids), event=event, created_at=moment, read_at=moment if read else None
        )  # fmt: skip
