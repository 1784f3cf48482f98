"""Trello: a board as JSON, and its cards as CSV. A card is an idea, its list is its status."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from portal.importing.mapping import Mapping
from portal.importing.readers import answers, table
from portal.importing.readers.answers import id_of, inside, listed
from portal.importing.readers.items import Item, Told
from portal.importing.readers.opened import Export
from portal.importing.readers.persons import person

COLUMNS = {
    "card id": "id", "card name": "title", "card url": "source", "card description": "body", "labels": "tags",
    "members": "ignored", "due date": "ignored", "list name": "status", "board name": "ignored", "archived": "ignored",
    "list id": "ignored", "board id": "ignored", "vote count": "votes_count",
}  # fmt: skip


def recognises(export: Export) -> bool:
    """Whether it is a board, or its cards."""
    if answers.first_is(export, _is_board):
        return True
    names = {name.casefold() for name in table.names_of(export.files[0])} if len(export.files) == 1 else set()
    return {"card id", "card name", "list name"} <= names


def _is_board(value: dict[str, Any]) -> bool:
    return isinstance(value.get("cards"), list) and isinstance(value.get("lists"), list)


def read(export: Export, mapping: Mapping, told: Told) -> Iterator[Item]:
    """Cards as ideas, with what was said on them as far as the board still knows."""
    if not export.ending(*answers.ENDINGS):
        yield from table.read(export, mapping, told, table.Ready(COLUMNS))
        return
    for file, _line, board in answers.of(export):
        if _is_board(board):
            for kind, record, line in _of_board(board, told):
                yield Item(kind, record, file.name, line)


def _of_board(board: dict[str, Any], told: Told) -> Iterator[tuple[str, dict[str, Any], int]]:
    lists = {id_of(each, "id"): inside(each, "name") for each in board["lists"]}
    actions = [action for action in listed(board.get("actions")) if isinstance(action, dict)]
    made = {id_of(a, "data", "card", "id"): a for a in actions if a.get("type") in ("createCard", "copyCard")}
    there = set()
    for line, card in enumerate(board["cards"], 1):
        if not isinstance(card, dict):
            continue
        if card.get("closed") is True:
            told.leave("archived cards")
            continue
        there.add(id_of(card, "id"))
        told.leave("attachments", len(listed(card.get("attachments"))))
        told.leave("checklists", len(listed(card.get("idChecklists"))))
        yield "ideas", _idea(card, lists.get(id_of(card, "idList")), made.get(id_of(card, "id"), {})), line
    for line, action in enumerate(actions, 1):
        if action.get("type") == "commentCard" and id_of(action, "data", "card", "id") in there:
            yield "comments", _comment(action), line


def _idea(card: dict[str, Any], status: Any, made: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": card.get("id"),
        "title": card.get("name"),
        "body": card.get("desc") or "",
        **_person(made),
        "created_at": made.get("date") or _moment_of(card.get("id")),
        "status": status,
        "tags": [name for name in answers.names(card.get("labels")) if name],
        "votes_count": answers.count(inside(card, "badges", "votes")),
        "source": card.get("shortUrl") or card.get("url") or "",
    }


def _comment(action: dict[str, Any]) -> dict[str, Any]:
    card, words = inside(action, "data", "card", "id"), inside(action, "data", "text")
    return {"idea_id": card, **_person(action), "body": words or "", "created_at": action.get("date")}


def _person(action: dict[str, Any]) -> dict[str, str]:
    by = action.get("memberCreator")
    return person("author", inside(by, "fullName") or inside(by, "username") or "anonymous", id=inside(by, "id"))


def _moment_of(id: Any) -> str | None:
    """When a card was made: its id begins with the second."""
    if not isinstance(id, str) or not re.fullmatch(r"[0-9a-f]{24}", id):
        return None
    return datetime.fromtimestamp(int(id[:8], 16), UTC).isoformat()
