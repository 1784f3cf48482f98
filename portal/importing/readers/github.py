"""GitHub: issues, discussions and their comments, as the API, webhooks and `gh … --json` answer."""

import re
from collections.abc import Iterator
from typing import Any

from portal.importing.mapping import Mapping
from portal.importing.readers import answers
from portal.importing.readers.answers import count, id_of, inside
from portal.importing.readers.items import Item, Told
from portal.importing.readers.opened import Export, File
from portal.importing.readers.persons import person

STATUSES = {
    "closed as completed": "shipped", "closed as not planned": "declined", "closed as duplicate": "open",
    "closed as resolved": "shipped", "closed as outdated": "declined", "reopened": "open", "locked": "open",
    "converting": "open", "transferred": "open",
}  # fmt: skip
STAFF = {"OWNER", "MEMBER", "COLLABORATOR"}
NUMBER = re.compile(r"/(?:issues|discussions)/(\d+)")
BUG = re.compile(r"(type: ?|kind/)?bug", re.IGNORECASE)


def recognises(export: Export) -> bool:
    """Whether its first objects are what GitHub answers."""
    return answers.first_is(export, _is_of_github)


def _is_of_github(value: dict[str, Any]) -> bool:
    if "issue" in value or "discussion" in value:
        return "repository" in value or "sender" in value
    whence = " ".join(str(value.get(name)) for name in ("html_url", "url", "issue_url"))
    numbered = "number" in value and "title" in value and "iid" not in value
    return (numbered and ("state" in value or "labels" in value or "category" in value)) or "api.github.com" in whence


def read(export: Export, mapping: Mapping, told: Told) -> Iterator[Item]:
    """Issues and discussions as ideas, with their comments; pull requests are left behind."""
    reader = _Github(told)
    for file, number, value in answers.of(export):
        yield from reader.items(file, number, value)


class _Github:
    def __init__(self, told: Told) -> None:
        self._told = told
        self._comments: set[Any] = set()
        self._ideas: set[Any] = set()

    def items(self, file: File, line: int, value: dict[str, Any]) -> Iterator[Item]:
        subject = value.get("issue") or value.get("discussion")
        if isinstance(subject, dict):  # what a webhook sends
            yield from self._idea(file, line, subject)
            comment = value.get("comment")
            if isinstance(comment, dict):
                yield from self._comment(file, line, subject.get("number"), comment)
        elif "title" in value:
            yield from self._idea(file, line, value)
        elif "body" in value and (found := NUMBER.search(_whence(value))):
            yield from self._comment(file, line, found[1], value)
        else:
            self._told.leave("objects that are no issue, discussion or comment")

    def _idea(self, file: File, line: int, value: dict[str, Any]) -> Iterator[Item]:
        if value.get("pull_request"):
            self._told.leave("pull requests")
            return
        number = id_of(value, "number")
        if number is None or number not in self._ideas:
            self._ideas.add(number)
            yield Item("ideas", self._words(value), file.name, line)
        for comment in answers.listed(value.get("comments")):
            if isinstance(comment, dict):
                yield from self._comment(file, line, number, comment)
                for reply in answers.listed(comment.get("replies")):
                    yield from self._comment(file, line, number, reply if isinstance(reply, dict) else {})

    def _words(self, value: dict[str, Any]) -> dict[str, Any]:
        labels = answers.names(value.get("labels"))
        kind = inside(value, "type", "name") or next(filter(BUG.fullmatch, labels), "")
        return {
            "id": value.get("number"),
            "title": value.get("title"),
            "body": value.get("body") or "",
            **_person(value),
            "created_at": value.get("created_at") or value.get("createdAt"),
            "status": _status(value),
            "tags": labels,
            "votes_count": _support(value),
            "board": inside(value, "category", "name"),
            "kind": "issue" if BUG.fullmatch(str(kind)) else "idea",
            "source": value.get("html_url") or value.get("url") or "",
        }

    def _comment(self, file: File, line: int, number: Any, value: dict[str, Any]) -> Iterator[Item]:
        id = id_of(value, "id") or id_of(value, "url")
        if not value or (id is not None and id in self._comments):
            return
        self._comments.add(id)
        association = value.get("author_association") or value.get("authorAssociation")
        record = {
            "idea_id": number,
            **_person(value),
            "body": value.get("body") or "",
            "created_at": value.get("created_at") or value.get("createdAt"),
            "official": association in STAFF,
        }
        yield Item("comments", record, file.name, line)


def _person(value: dict[str, Any]) -> dict[str, str]:
    by = value.get("user") or value.get("author") or {}
    # The numbers of the API and those of `gh` differ, and a login is one person's alone.
    return person("author", inside(by, "login") or "ghost")


def _status(value: dict[str, Any]) -> str:
    state = str(value.get("state") or ("closed" if value.get("closed") is True else "open")).casefold()
    reason = value.get("state_reason") or value.get("stateReason")
    if state == "closed" and isinstance(reason, str) and reason:
        return f"closed as {reason.casefold().replace('_', ' ')}"
    return state


def _support(value: dict[str, Any]) -> int | None:
    """How many thumbs are up; None where the answer does not say."""
    upvotes = count(value.get("upvoteCount"))
    reactions = value.get("reactions")
    if isinstance(reactions, dict) and "+1" in reactions:
        return max(upvotes, count(reactions["+1"]))
    groups = answers.listed(value.get("reactionGroups"))
    up = [inside(group, "users", "totalCount") for group in groups if inside(group, "content") == "THUMBS_UP"]
    if groups or "upvoteCount" in value:
        return max(upvotes, *map(count, up), 0)
    return None


def _whence(value: dict[str, Any]) -> str:
    return " ".join(str(value.get(name)) for name in ("issue_url", "html_url", "url", "discussion_url"))
