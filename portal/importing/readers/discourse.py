"""Discourse: topics and posts, as its API answers. A topic is an idea, its posts are comments, likes are support."""

from collections.abc import Iterator
from typing import Any

from portal.importing.mapping import Mapping
from portal.importing.readers import answers, html
from portal.importing.readers.answers import count, id_of, inside, listed
from portal.importing.readers.items import Item, Told
from portal.importing.readers.opened import Export, File
from portal.importing.readers.persons import person

LIKE = 2
STATUSES = {"open": "open"}


def recognises(export: Export) -> bool:
    """Whether its first objects are what Discourse answers."""
    return answers.first_is(export, lambda value: bool({"post_stream", "topic_list", "latest_posts"} & value.keys()))


def read(export: Export, mapping: Mapping, told: Told) -> Iterator[Item]:
    """Every topic once, from wherever most is said of it, and every post of it once."""
    reader = _Discourse(export, told)
    for each in (reader.topics, reader.first_posts, reader.of_lists, reader.latest):
        for file, line, value in answers.of(export):
            yield from each(file, line, value)


class _Discourse:
    def __init__(self, export: Export, told: Told) -> None:
        self._told = told
        self._topics: set[Any] = set()
        self._posts: set[Any] = set()
        self._categories: dict[Any, str] = {}
        for _file, _line, value in answers.of(export):
            for category in listed(inside(value, "category_list", "categories")):
                self._categories[id_of(category, "id")] = str(inside(category, "name") or "")
            if "members" in value:
                told.leave("members who wrote nothing here", len(listed(value["members"])))

    def topics(self, file: File, line: int, value: dict[str, Any]) -> Iterator[Item]:
        """A topic with its posts: the first is the text of the idea."""
        posts = [post for post in listed(inside(value, "post_stream", "posts")) if isinstance(post, dict)]
        if not posts or id_of(value, "id") in self._topics:
            return
        first = posts[0] if posts[0].get("post_number") in (1, None) else {}
        try:
            idea = self._idea(value, _body(first), first)
        except html.TooMuch as reason:
            yield Item("ideas", {}, file.name, line, str(reason))
            return
        self._topics.add(id_of(value, "id"))
        yield Item("ideas", idea, file.name, line)
        missing = len(listed(inside(value, "post_stream", "stream"))) - len(posts)
        self._told.leave("posts that the answer of their topic names without their words", missing)
        for post in posts[1:] if first else posts:
            yield from self._comment(file, line, value.get("id"), post)

    def first_posts(self, file: File, line: int, value: dict[str, Any]) -> Iterator[Item]:
        """A topic of which only the posts are there, by its first."""
        for post in listed(value.get("latest_posts")):
            if inside(post, "post_number") == 1 and id_of(post, "topic_id") not in self._topics:
                self._topics.add(id_of(post, "topic_id"))
                topic = {**post, "id": post.get("topic_id"), "title": post.get("topic_title")}
                try:
                    idea = self._idea(topic, _body(post), post)
                except html.TooMuch as reason:
                    yield Item("ideas", {}, file.name, line, str(reason))
                else:
                    yield Item("ideas", idea, file.name, line)

    def of_lists(self, file: File, line: int, value: dict[str, Any]) -> Iterator[Item]:
        """A topic of a list, of which no other file has the posts."""
        people = {id_of(user, "id"): user for user in listed(value.get("users"))}
        for topic in listed(inside(value, "topic_list", "topics")):
            if not isinstance(topic, dict) or id_of(topic, "id") in self._topics:
                continue
            self._topics.add(id_of(topic, "id"))
            self._told.leave("texts of topics that stand in a list only (fetch /t/ID.json for each)")
            author: Any = next(
                (p for p in listed(topic.get("posters")) if "Original" in str(inside(p, "description"))), {}
            )
            idea = self._idea(topic, "", people.get(id_of(author, "user_id")) or {})
            yield Item("ideas", idea, file.name, line)

    def latest(self, file: File, line: int, value: dict[str, Any]) -> Iterator[Item]:
        """Posts by themselves, of topics that are there."""
        for post in listed(value.get("latest_posts")):
            if not isinstance(post, dict):
                continue
            if id_of(post, "topic_id") not in self._topics:
                self._told.leave("posts of topics that are not in the folder")
            elif post.get("post_number") != 1:
                yield from self._comment(file, line, post.get("topic_id"), post)

    def _idea(self, topic: dict[str, Any], body: str, by: dict[str, Any]) -> dict[str, Any]:
        creator = inside(topic, "details", "created_by") or by
        creator = creator if isinstance(creator, dict) else {}
        closed = topic.get("closed") is True or topic.get("archived") is True
        return {
            "id": topic.get("id"),
            "title": topic.get("title"),
            "body": body,
            **_person({**creator, "user_id": by.get("user_id", creator.get("id"))} if creator else by),
            "created_at": topic.get("created_at"),
            "status": "closed topic" if closed else "open",
            "tags": answers.names(topic.get("tags")),
            "votes_count": count(topic["vote_count"]) if "vote_count" in topic else _likes(by, topic),
            "board": self._categories.get(id_of(topic, "category_id")),
        }

    def _comment(self, file: File, line: int, topic: Any, post: dict[str, Any]) -> Iterator[Item]:
        if id_of(post, "id") in self._posts:
            return
        self._posts.add(id_of(post, "id"))
        if post.get("deleted_at") or post.get("hidden") is True or post.get("post_type") not in (1, None):
            self._told.leave("posts that were deleted or hidden there, or that the tool wrote by itself")
            return
        try:
            body = _body(post)
        except html.TooMuch as reason:
            yield Item("comments", {"idea_id": topic}, file.name, line, str(reason))
            return
        official = post.get("staff") is True or post.get("moderator") is True or post.get("admin") is True
        at = post.get("created_at")
        yield Item(
            "comments",
            {"idea_id": topic, **_person(post), "body": body, "created_at": at, "official": official},
            file.name,
            line,
        )


def _body(post: dict[str, Any]) -> str:
    raw, cooked = post.get("raw"), post.get("cooked")
    if isinstance(raw, str) and raw:
        return raw
    return html.to_markdown(cooked) if isinstance(cooked, str) else ""


def _likes(post: dict[str, Any], topic: dict[str, Any]) -> int:
    for action in listed(post.get("actions_summary")):
        if inside(action, "id") == LIKE:
            return count(inside(action, "count"))
    return count(topic.get("like_count")) if "posts_count" in topic and topic.get("posts_count") == 1 else 0


def _person(value: dict[str, Any]) -> dict[str, str]:
    id = value.get("user_id") if "user_id" in value else value.get("id")
    return person("author", value.get("username") or value.get("name") or "anonymous", id=id)
