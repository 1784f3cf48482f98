"""Fider: its backup, a ZIP of tables as JSON, and the CSV of its posts."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from portal.importing.mapping import Mapping
from portal.importing.readers import table
from portal.importing.readers.items import Item, Told
from portal.importing.readers.json_values import objects
from portal.importing.readers.opened import Export
from portal.importing.readers.persons import person

# What Fider's numbers of statuses mean.
STATUSES = {0: "open", 1: "started", 2: "completed", 3: "declined", 4: "planned", 5: "duplicate", 6: "deleted"}
DELETED, DUPLICATE = 6, 5
WORDS = {"duplicate": "open", "completed": "shipped"}
COLUMNS = {
    "number": "id", "title": "title", "description": "body", "created_at": "created_at", "created_by": "author",
    "votes_count": "votes_count", "comments_count": "ignored", "status": "status", "responded_by": "response_author",
    "responded_at": "response_at", "response": "response", "original_number": "original", "original_title": "ignored",
    "tags": "tags",
}  # fmt: skip
LEFT = {
    "post_subscribers.json": "followers (people without an address cannot be told)",
    "attachments.json": "pictures",
    "webhooks.json": "webhooks",
    "mentions.json": "mentions",
    "reactions.json": "reactions on comments",
}


def recognises(export: Export) -> bool:
    """Whether it is a backup, or the CSV of the posts."""
    if export.named("posts.json") and export.named("post_votes.json"):
        return True
    return len(export.files) == 1 and {"original_number", "responded_by"} <= {*table.names_of(export.files[0])}


def read(export: Export, mapping: Mapping, told: Told) -> Iterator[Item]:
    """Posts as ideas, their comments, votes, responses and tags; duplicates are told, to be merged."""
    if export.named("posts.json"):
        return _Backup(export, mapping, told).items()
    return table.read(export, mapping, told, table.Ready(COLUMNS, WORDS))


class _Backup:
    """The tables of a backup; people and tags are looked up, so they are held by their ids."""

    def __init__(self, export: Export, mapping: Mapping, told: Told) -> None:
        self._export, self._told = export, told
        self._people = {user.get("id"): (user.get("name"), user.get("email")) for user in self._rows("users.json")}
        self._tags = {tag.get("id"): tag.get("name") for tag in self._rows("tags.json")}
        self._tagged: dict[Any, list[Any]] = defaultdict(list)
        for row in self._rows("post_tags.json"):
            self._tagged[row.get("post_id")].append(self._tags.get(row.get("tag_id")))
        self._lang = next((tenant.get("locale") for tenant in self._rows("tenants.json")), None)
        if mapping.lang:
            self._lang = None

    def items(self) -> Iterator[Item]:
        yield from self._ideas()
        yield from self._comments()
        yield from self._votes()
        for name, what in LEFT.items():
            self._told.leave(what, sum(1 for _ in self._rows(name)))
        if any(address for _, address in self._people.values()):
            self._told.leave("addresses of people", sum(bool(address) for _, address in self._people.values()))

    def _rows(self, name: str) -> Iterator[dict[str, Any]]:
        file = self._export.named(name)
        for row in objects(file) if file else ():
            yield {column: value for column, value in row.items() if not isinstance(value, dict | list)}

    def _ideas(self) -> Iterator[Item]:
        duplicates: list[tuple[Any, Any]] = []
        for line, post in enumerate(self._rows("posts.json"), 1):
            if post.get("status") == DELETED:
                self._told.leave("posts that were deleted there")
                continue
            if post.get("status") == DUPLICATE:
                duplicates.append((post.get("id"), post.get("original_id")))
            yield Item("ideas", self._idea(post), "posts.json", line)
            if isinstance(post.get("response"), str) and post["response"].strip():
                yield Item("comments", self._response(post), "posts.json", line)
        for id, original in duplicates:
            self._told.duplicate(id, original)

    def _idea(self, post: dict[str, Any]) -> dict[str, Any]:
        status = post.get("status")
        word = STATUSES.get(status, f"status {status}") if isinstance(status, int) else str(status)
        if post.get("is_approved") is False:
            self._told.note("Posts that wait for approval there are hidden here.")
            word = "hidden"
        return {
            "id": post.get("id"),
            "title": post.get("title"),
            "body": post.get("description") or "",
            **self._person("author", post.get("user_id")),
            "created_at": post.get("created_at"),
            "status": word,
            "tags": [tag for tag in self._tagged.get(post.get("id"), []) if isinstance(tag, str)],
            "lang": post.get("language") or self._lang,
        }

    def _response(self, post: dict[str, Any]) -> dict[str, Any]:
        by = self._person("author", post.get("response_user_id"))
        at = post.get("response_date")
        return {"idea_id": post.get("id"), **by, "body": post["response"], "created_at": at, "official": True}

    def _comments(self) -> Iterator[Item]:
        for line, row in enumerate(self._rows("comments.json"), 1):
            if row.get("deleted_at"):
                self._told.leave("comments that were deleted there")
                continue
            by = self._person("author", row.get("user_id"))
            said = {
                "idea_id": row.get("post_id"),
                **by,
                "body": row.get("content"),
                "created_at": row.get("created_at"),
            }
            yield Item("comments", said, "comments.json", line)

    def _votes(self) -> Iterator[Item]:
        for line, row in enumerate(self._rows("post_votes.json"), 1):
            by = self._person("voter", row.get("user_id"))
            yield Item(
                "votes",
                {"idea_id": row.get("post_id"), **by, "value": 1, "created_at": row.get("created_at")},
                "post_votes.json",
                line,
            )

    def _person(self, role: str, id: Any) -> dict[str, str]:
        name, address = self._people.get(id, ("", ""))
        said = person(role, name, id=id, address=address)
        return said if said[role] else {**said, role: f"Member {id}"}
