"""A family as plain Python has it: what the portal is compared with, whole, after each step of a history."""

from dataclasses import dataclass, field
from math import exp, log
from typing import Any

from portal.ideas.ranking import COLD, age

STRENGTH = ["", "nice", "important", "critical"]
STEPS = ["open", "under_review", "planned", "started", "shipped"]


@dataclass
class Model:
    """Ideas and people by their ids. `votes`: (idea, person) -> [when, importance, counts]; `asides`: set aside;
    `leads`: idea -> into what it was merged; `comments`: id -> [idea, is shown]; `follows`: (person, idea) -> muted."""

    authors: dict[int, int]
    votes: dict[tuple[int, int], list[Any]] = field(default_factory=dict)
    asides: set[tuple[int, int]] = field(default_factory=set)
    leads: dict[int, int] = field(default_factory=dict)
    comments: dict[int, list[Any]] = field(default_factory=dict)
    follows: dict[tuple[int, int], bool] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    steps: dict[int, str] = field(default_factory=dict)

    def root(self, idea: int) -> int:
        while idea in self.leads:
            idea = self.leads[idea]
        return idea

    def family(self, idea: int) -> list[int]:
        return [other for other in self.authors if self.root(other) == self.root(idea)]

    def of(self, idea: int) -> list[int]:
        """Whose rows its numbers count."""
        return [idea] if idea in self.leads else self.family(idea)

    def numbers(self, idea: int) -> dict[str, Any]:
        people: dict[int, list[list[Any]]] = {}
        for (voted, person), vote in self.votes.items():
            if voted in self.of(idea):
                people.setdefault(person, []).append(vote)
        counted = {p: [v for v in votes if v[2]] for p, votes in people.items() if any(v[2] for v in votes)}
        said = [max((v[1] for v in votes), key=STRENGTH.index) for votes in counted.values()]
        shown = [c for c in self.comments.values() if c[1] and c[0] in self.of(idea)]
        shown = [c for c in shown if c[0] == idea or c[0] not in self.hidden]
        warmth = [age(min(v[0] for v in votes)) for votes in counted.values()]
        top = max(warmth, default=0.0)
        return {
            "votes_count": len(counted),
            "votes_set_aside": len(people) - len(counted),
            **{f"{name}_count": said.count(name) for name in STRENGTH[1:]},
            "comments_count": len(shown),
            "heat": top + log(sum(exp(a - top) for a in warmth)) if warmth else COLD,
            "survivor_id": None if self.root(idea) == idea else self.root(idea),
            "merged_count": 0 if idea in self.leads else len(self.family(idea)) - 1,
        }

    def hearers(self, idea: int) -> set[int]:
        """Who hears of what happens to it."""
        muted = {pair for pair, mutes in self.follows.items() if mutes}
        cares = {(self.authors[one], one) for one in self.of(idea)}
        cares |= {(person, one) for one, person in self.votes if one in self.of(idea)}
        cares |= {pair for pair, mutes in self.follows.items() if not mutes and pair[1] in self.of(idea)}
        return {person for person, one in cares if not {(person, one), (person, idea)} & muted}

    def points(self) -> set[tuple[int, int, str]]:
        """Who is paid by which rule for which idea."""
        own = {
            (idea, author, rule)
            for idea, author in self.authors.items()
            if idea not in self.hidden
            for rule in self._rules(idea)
        }
        paid = set(own)
        for idea in sorted(self.leads):
            root = self.root(idea)
            if idea in self.hidden or root in self.hidden:
                continue
            had = {(who, rule) for one, who, rule in paid if one in self.family(idea)}
            author = self.authors[idea]
            paid |= {(idea, author, rule) for rule in self._rules(root) if (author, rule) not in had}
        return paid

    def _rules(self, idea: int) -> list[str]:
        at = STEPS.index(self.steps[idea])
        return ["idea_planned"] * (at >= 2) + ["idea_shipped"] * (at >= 4)

    def refuses(self, idea: int, into: int) -> bool:
        root = self.root(into)
        return (
            root == self.root(idea)
            or idea in self.leads
            or root in self.hidden
            or (self.steps[idea] == "shipped" and self.steps[root] != "shipped")
        )
