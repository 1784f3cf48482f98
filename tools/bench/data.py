"""A portal of any size, the same for the same seed: a few ideas have most votes, as in life."""

from array import array
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from random import Random
from typing import Any

from slugify import slugify
from sqlalchemy import Connection, select
from tqdm import tqdm

from portal.accounts.choices import MailWhen
from portal.accounts.membership import Role
from portal.activity.models import Action
from portal.changelog.models import CreditRole
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas import postings, ranking
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.ideas.targets import UNDER_WAY
from portal.recognition import partners
from portal.recognition.rules import WORTH, Rule
from portal.settings import settings
from tools.bench import families, fields, promises
from tools.bench.bulk import Row, loading, pour
from tools.bench.shape import (
    ADMIN,
    BOARDS,
    CREDITED,
    DAYS,
    DISCUSSED,
    DISCUSSED_COMMENTS,
    FAMILY,
    FAMILY_COMMENTS,
    IMPORTANCES,
    ISSUE_PATHS,
    PATHS,
    READER,
    READER_TOLD,
    READER_UNREAD,
    RELEASES,
    SHIPPED_A_RELEASE,
    STAFF,
    TAGS,
    TOLD_A_CHANGE,
    Drawn,
    Size,
)
from tools.bench.words import Writer

# So many phrases, and one voice of so many comments.
PHRASES, VOICE_OF = 20, 50


def fill(size: Size, seed: int = 1, progress: bool = False) -> None:
    """Fill an empty, migrated portal in bulk; nobody is told of the past. Commits."""
    made = Generator(size, seed, progress)
    with loading() as connection:
        made.write(connection)
    begin_write()
    partners.pick()
    settings().promises_public = settings().promises_rate_public = True
    _all_told()
    db.session.commit()


def _all_told() -> None:
    from sqlalchemy import update

    from portal.activity.models import Event

    db.session.execute(update(Event).where(Event.fanned_out_at.is_(None)).values(fanned_out_at=now()))


class Generator:
    """Makes the rows of every table. Ids are given here, from 1, so that rows can name each other."""

    def __init__(self, size: Size, seed: int = 1, progress: bool = False) -> None:
        self.size, self.progress = size, progress
        self.random = Random(seed)
        self.writer = Writer(self.random)
        self.today = now()
        self.events: list[Row] = []
        self.told: list[tuple[int, Row]] = []

    def write(self, connection: Connection) -> None:
        """Write everything, in the order in which rows need each other."""
        self.statuses = {(s.for_kind, s.kind): s.id for s in db.session.scalars(select(Status))}
        db.session.rollback()
        ideas = self._ideas()
        comments = list(self._comments(ideas))
        self._record(ideas, comments)
        merges = self._merges(ideas)
        tables: dict[str, tuple[Iterator[Row] | list[Row], int]] = {
            "user": (self._people(), self.size.members),
            "board": (self._boards(), len(BOARDS)),
            "board_name": (self._board_names(), 2 * len(BOARDS)),
            "board_text": (self._board_texts(), len(BOARDS)),
            "tag": (self._tags(), len(TAGS)),
            "tag_text": (self._tag_texts(), len(TAGS)),
            "idea": (({**idea.row} for idea in ideas), len(ideas)),
            "merge": (merges, len(merges)),
            **fields.fields(ideas, self.today),
            "idea_tag": (self._tagged(ideas), len(ideas) // 2),
            "assignment": (self._assignments(ideas), len(ideas) // 40),
            "snooze": (self._snoozes(ideas), len(ideas) // 50),
            "idea_link": (self._links(ideas), len(ideas) // 25),
            "suggestion": (self._suggestions(ideas), len(ideas) // 100),
            "suggestion_say": (self._sayings(ideas), len(ideas) // 50),
            "conversion": (self._conversions(ideas), len(ideas) // 100),
            "saved_view": (self._saved_views(), 2),
            "revision": (self._revisions(ideas), len(ideas)),
            "vote": (self._votes(ideas), self.size.votes),
            "follow": (self._follows(ideas), len(ideas)),
            "board_follow": (self._board_follows(), self.size.members // 10),
            "comment": (comments, len(comments)),
            "comment_revision": (self._comment_revisions(comments), len(comments)),
            **self._phrases(),
            "captured": (self._captured(comments), len(comments) // VOICE_OF),
            **self._responses(ideas),
            "split": (self._splits(comments), len(comments) // 200),
            "event": (self.events, len(self.events)),
            "notification": (self._notifications(), len(self.told)),
            "point_entry": (self._points(ideas), len(ideas)),
            **self._releases(ideas),
            **promises.promises(ideas, self.today),
            **promises.obligations(ideas, self.today),
            **self._postings(ideas),
        }
        for table, (rows, total) in tables.items():
            pour(connection, table, rows, total, self.progress)

    @cached_property
    def votes_each(self) -> list[int]:
        """How many votes each idea has: 1 / rank to the 0.9, at most nine of ten members, the sum as asked."""
        most = int(self.size.members * 0.9)
        weights = [1 / (rank + 3) ** 0.9 for rank in range(self.size.ideas)]
        share = self.size.votes / sum(weights)
        each = [min(most, int(share * weight)) for weight in weights]
        left, at = self.size.votes - sum(each), 0
        while left > 0:
            more = min(left, most - each[at], 1 + left // self.size.ideas)
            each[at], left, at = each[at] + more, left - more, (at + 1) % self.size.ideas
        self.random.shuffle(each)
        return each

    def _member(self) -> int:
        """Somebody: a few people do most of what is done."""
        return 1 + int(self.size.members * self.random.random() ** 3)

    def _lang(self) -> str:
        return "en" if self.random.random() < 0.6 else "fr"

    def _people(self) -> Iterator[Row]:
        for id in range(1, self.size.members + 1):
            name, staff = self.writer.name(), id <= STAFF
            yield {
                "id": id,
                "email": f"member{id}@example.com",
                "display_name": name,
                "handle": f"{slugify(name)}-{id}",
                "role": (Role.ADMIN if id == ADMIN else Role.STAFF) if staff else Role.MEMBER,
                "lang": self._lang(),
                "mail_progress": MailWhen.NEVER if staff else MailWhen.AT_ONCE,
                "mail_comments": MailWhen.NEVER if staff else MailWhen.DAILY,
                "named_as_supporter": id % 3 == 0,
                "created_at": self.today - timedelta(days=DAYS + id % 100),
            }

    def _boards(self) -> Iterator[Row]:
        for id, (slug, *_names) in enumerate(BOARDS, 1):
            yield {"id": id, "slug": slug, "position": id}

    def _board_names(self) -> Iterator[Row]:
        for id, (_slug, en, fr) in enumerate(BOARDS, 1):
            yield {"board_id": id, "lang": "en", "name": en}
            yield {"board_id": id, "lang": "fr", "name": fr}

    def _tags(self) -> Iterator[Row]:
        for id, slug in enumerate(TAGS, 1):
            how = {"colour": "rose" if id % 3 else "", "is_offered": id <= 10}
            yield {"id": id, "slug": slug, "name": slug.replace("-", " "), "created_at": self.today, **how}

    def _board_texts(self) -> Iterator[Row]:
        for id in range(1, len(BOARDS) + 1):
            yield {"board_id": id, "lang": "en", "description": self.writer.text("en", 20, 40)}

    def _tag_texts(self) -> Iterator[Row]:
        for id in range(1, len(TAGS) + 1):
            yield {"tag_id": id, "lang": "en", "description": self.writer.text("en", 8, 20)}

    def _ideas(self) -> list[Drawn]:
        ids = range(1, self.size.ideas + 1)
        return [self._idea(id) for id in tqdm(ids, "drawing ideas", disable=not self.progress, leave=False)]

    def _idea(self, id: int) -> Drawn:
        measured = id in (DISCUSSED, FAMILY)
        lang, kind = self._lang(), Kind.ISSUE if self.random.random() < 0.15 and not measured else Kind.IDEA
        paths, chances = zip(*(PATHS if kind == Kind.IDEA else ISSUE_PATHS), strict=True)
        (path,) = ((),) if measured else self.random.choices(paths, chances)
        born = self.today - timedelta(
            days=1 + DAYS * (1 - id / self.size.ideas), seconds=self.random.randint(0, 80_000)
        )
        number = self.votes_each[id - 1]
        life = (self.today - born).total_seconds()
        voters = array("L", self.random.sample(range(1, self.size.members + 1), number))
        moments = array("d", (life * self.random.random() ** 2 for _ in range(number)))
        since = born + timedelta(seconds=life * self.random.uniform(0.2, 0.9)) if path else born
        cast = [(born + timedelta(seconds=after), 1) for after in moments]
        row = {
            "id": id,
            "kind": str(kind),
            "title": self.writer.title(lang),
            "body": self.writer.text(lang),
            "lang": lang,
            "author_id": self._member(),
            "board_id": self.random.randint(1, len(BOARDS)),
            "status_id": self.statuses[kind, path[-1] if path else StatusKind.OPEN],
            "is_private": kind == Kind.ISSUE and self.random.random() < 0.3,
            "votes_count": number,
            **families.importances(voters),
            "comments_count": 0,
            "survivor_id": None,
            "merged_count": 0,
            "heat": ranking.heat_of(cast),
            "created_at": born,
            "status_since": since,
            "status_reason": self.writer.text(lang, 8, 20) if path[-1:] == (StatusKind.DECLINED,) else "",
            "waiting_since": None if path else born,
            "here_since": born,
            "quiet_since": since,
            **dict.fromkeys(("said_at", "unread_since", "asked_since")),
            "answered_at": born + timedelta(hours=self.random.randint(5, 90)) if path else None,
            **self._target(id, path),
            "hidden_at": self.today if id % 251 == 0 else None,
            "hidden_reason": "Advertising" if id % 251 == 0 else "",
        }
        return Drawn(row, path, voters, moments)

    def _target(self, id: int, path: tuple[StatusKind, ...]) -> Row:
        """One of three that are under way has a target, in a quarter of next year."""
        if id % 3 or path[-1:] == () or path[-1] not in UNDER_WAY:
            return {"target": "", "target_month": None}
        quarter, year = id % 4, self.today.year + 1
        return {"target": f"{year}-Q{quarter + 1}", "target_month": year * 12 + 3 * quarter}

    def _tagged(self, ideas: list[Drawn]) -> Iterator[Row]:
        for idea in ideas:
            for tag in self.random.sample(range(1, len(TAGS) + 1), self.random.choice((0, 0, 1, 1, 2))):
                yield {"idea_id": idea.row["id"], "tag_id": tag}

    def _revisions(self, ideas: list[Drawn]) -> Iterator[Row]:
        for id, idea in enumerate(ideas, 1):
            row = idea.row
            words = {"title": row["title"], "body": row["body"], "created_at": row["created_at"]}
            yield {"id": id, "idea_id": row["id"], "editor_id": row["author_id"], **words}

    def _votes(self, ideas: list[Drawn]) -> Iterator[Row]:
        for idea in ideas:
            for user, after in zip(idea.voters, idea.moments, strict=True):
                moment = idea.born + timedelta(seconds=after)
                yield {
                    "idea_id": idea.row["id"],
                    "user_id": user,
                    "importance": IMPORTANCES[user % 4],
                    "created_at": moment,
                }

    def _follows(self, ideas: list[Drawn]) -> Iterator[Row]:
        for idea in ideas:
            row = idea.row
            yield {"user_id": row["author_id"], "idea_id": row["id"], "created_at": row["created_at"]}

    def _board_follows(self) -> Iterator[Row]:
        """One member of ten follows a board."""
        for number in range(self.size.members // 10):
            yield {"user_id": 10 * number + 1, "board_id": 1 + number % len(BOARDS), "created_at": self.today}

    def _comments(self, ideas: list[Drawn]) -> Iterator[Row]:
        """Three an idea, on few ideas most; every third is a reply to the first of its idea."""
        large = [FAMILY, *families.large(ideas)]
        where = [DISCUSSED] * DISCUSSED_COMMENTS + [large[n % len(large)] for n in range(FAMILY_COMMENTS)]
        rest = self.size.comments - len(where)
        where += [1 + FAMILY + int((self.size.ideas - FAMILY) * self.random.random() ** 2) for _ in range(rest)]
        roots: dict[int, int] = {}
        for id, idea_id in enumerate(where, 1):
            idea, author = ideas[idea_id - 1], self._member()
            idea.row["comments_count"] += 1
            lang, root = self._lang(), roots.setdefault(idea_id, id)
            moment = idea.born + (self.today - idea.born) * (id / len(where))
            self._said(idea.row, moment, author <= STAFF)
            yield {
                "id": id,
                "idea_id": idea_id,
                "parent_id": root if id % 3 == 0 and root != id else None,
                "author_id": author,
                "body": self.writer.text(lang, 8, 40),
                "lang": lang,
                "is_official": author <= STAFF,
                "created_at": moment,
            }

    def _said(self, row: Row, moment: datetime, by_staff: bool) -> None:
        """Whose turn it is, once this was said: every third word of the team asks something."""
        row["quiet_since"] = max(row["quiet_since"], moment)
        if by_staff:
            row |= {"unread_since": None, "asked_since": moment if self.random.random() < 0.3 else None}
        else:
            row |= {"said_at": moment, "unread_since": row["unread_since"] or moment, "asked_since": None}

    def _merges(self, ideas: list[Drawn]) -> list[Row]:
        merges = families.families(ideas, self.today)
        for merge, facts in families.events(merges):
            self._event(Action.IDEA_MERGED, merge["by_id"], "idea", merge["idea_id"], merge["created_at"], facts)
        return merges

    def _assignments(self, ideas: list[Drawn]) -> Iterator[Row]:
        for number, idea in enumerate(ideas[::40]):
            id, day = idea.row["id"], self.today + timedelta(days=self.random.randint(-9, 30))
            due = day if id % 3 else None
            whose = {"user_id": 1 + number % STAFF, "by_id": ADMIN}
            yield {"idea_id": id, **whose, "due_at": due, "created_at": idea.row["created_at"]}

    def _snoozes(self, ideas: list[Drawn]) -> Iterator[Row]:
        for idea in ideas[::50]:
            until = self.today + timedelta(days=self.random.randint(-9, 9))
            yield {"idea_id": idea.row["id"], "user_id": ADMIN, "until": until, "created_at": self.today}

    def _links(self, ideas: list[Drawn]) -> Iterator[Row]:
        """Every 25th idea belongs together with the one after it: in turns it comes first, or goes with it."""
        for id, (one, other) in enumerate(zip(ideas[::25], ideas[1::25], strict=False), 1):
            ends = sorted((one.row["id"], other.row["id"]))
            bond = ("blocks", "theme")[id % 2]
            yield {"id": id, "bond": bond, "first_id": ends[0], "second_id": ends[1], "created_at": self.today}

    def _suggestions(self, ideas: list[Drawn]) -> Iterator[Row]:
        """Of every 100th idea and the one after it members say that they are the same; half of that is decided."""
        for id, (one, other) in enumerate(self._said_same(ideas), 1):
            ended = {"outcome": "dismissed", "ended_at": self.today} if id % 2 else {"outcome": "", "ended_at": None}
            yield {"id": id, "first_id": one, "second_id": other, "created_at": self.today, **ended}

    def _sayings(self, ideas: list[Drawn]) -> Iterator[Row]:
        """Two people each."""
        for id, (one, _other) in enumerate(self._said_same(ideas), 1):
            for person in (STAFF + 1 + one % 40, STAFF + 41 + one % 40):
                yield {"suggestion_id": id, "user_id": person, "says": "same", "words": "", "created_at": self.today}

    def _said_same(self, ideas: list[Drawn]) -> Iterator[tuple[int, int]]:
        pairs = zip(ideas[::100], ideas[1::100], strict=False)
        return ((min(ends), max(ends)) for ends in ((one.row["id"], other.row["id"]) for one, other in pairs))

    def _conversions(self, ideas: list[Drawn]) -> Iterator[Row]:
        """The author of every 100th was asked whether it may become the other, and said no."""
        for id, idea in enumerate(ideas[::100], 1):
            asked = {"asked_id": idea.row["author_id"], "by_id": ADMIN, "created_at": self.today, "until": self.today}
            kind = Kind.IDEA if idea.row["kind"] == Kind.ISSUE else Kind.ISSUE
            yield {"id": id, "idea_id": idea.row["id"], "kind": kind, "outcome": "refused", "stood": {}, **asked}

    def _splits(self, comments: list[Row]) -> Iterator[Row]:
        """The writer of every 200th comment was asked whether it may become an idea of its own, and said no."""
        for id, row in enumerate(comments[::200], 1):
            asked = {"asked_id": row["author_id"], "by_id": ADMIN, "created_at": self.today, "until": self.today}
            yield {"id": id, "comment_id": row["id"], "kind": Kind.IDEA, "outcome": "refused", "proposed": {}, **asked}

    def _saved_views(self) -> Iterator[Row]:
        for id, (name, query) in enumerate((("Mine", "queue=mine"), ("In French", "queue=all&language=fr")), 1):
            kept = {"name": name, "query": query, "is_shared": id == 2, "created_at": self.today}
            yield {"id": id, "user_id": ADMIN, **kept}

    def _comment_revisions(self, comments: list[Row]) -> Iterator[Row]:
        for row in comments:
            words = {"body": row["body"], "created_at": row["created_at"]}
            yield {"id": row["id"], "comment_id": row["id"], "editor_id": row["author_id"], **words}

    def _phrases(self) -> dict[str, Any]:
        """As many ready phrases as a team can still find its way in."""
        rows = [{"id": id, "position": id, "created_at": self.today} for id in range(1, PHRASES + 1)]
        names = [(id, lang, self.writer.title(lang)[:60]) for id in range(1, PHRASES + 1) for lang in ("en", "fr")]
        said = "{author}: “{title}”, {status}, {board}. "
        texts = [
            {"snippet_id": id, "lang": lang, "name": name, "text": said + self.writer.text(lang, 20, 60)}
            for id, lang, name in names
        ]
        return {"snippet": (rows, len(rows)), "snippet_text": (texts, len(texts))}

    def _captured(self, comments: list[Row]) -> Iterator[Row]:
        """Some of what was said comes from elsewhere."""
        for id, row in enumerate(comments[::VOICE_OF], 1):
            noted = {"by_id": row["author_id"], "created_at": row["created_at"]}
            yield {"id": id, "comment_id": row["id"], "source": "phone", "link": "", **noted}

    def _responses(self, ideas: list[Drawn]) -> dict[str, Any]:
        answered = [idea for idea in ideas if idea.path and idea.row["id"] % 2]
        rows, revisions = [], []
        for id, idea in enumerate(answered, 1):
            body, moment = self.writer.text(idea.row["lang"], 15, 40), idea.row["answered_at"]
            moments = {"created_at": moment, "said_at": moment}
            rows.append({"id": id, "idea_id": idea.row["id"], "author_id": 2, "body": body, **moments})
            revisions.append({"id": id, "response_id": id, "editor_id": 2, "body": body, "created_at": moment})
        return {"official_response": (rows, len(rows)), "response_revision": (revisions, len(rows))}

    def _record(self, ideas: list[Drawn], comments: list[Row]) -> None:
        """What happened: proposals, changes of status, comments; and who was told of a change."""
        for idea in ideas:
            row = idea.row
            self._event(Action.IDEA_PROPOSED, row["author_id"], "idea", row["id"], row["created_at"])
            kinds = (StatusKind.OPEN, *idea.path)
            for number, (old, new) in enumerate(pairwise(kinds)):
                facts = {"old": self.statuses[row["kind"], old], "new": self.statuses[row["kind"], new]}
                facts |= {"old_kind": str(old), "new_kind": str(new), "reason": ""}
                event = self._event(Action.STATUS_CHANGED, 2, "idea", row["id"], idea.step(number), facts)
                self._tell(event, [user for user in idea.voters[:TOLD_A_CHANGE] if user != READER])
        for row in comments:
            facts = {"idea": row["idea_id"], "parent": row["parent_id"]}
            self._event(Action.COMMENT_POSTED, row["author_id"], "comment", row["id"], row["created_at"], facts)
        changes = [event for event in self.events if event["action"] == Action.STATUS_CHANGED]
        posted = [event for event in self.events if event["action"] == Action.COMMENT_POSTED]
        for event in (changes[-READER_TOLD // 2 :] + posted[-READER_TOLD // 2 :])[:READER_TOLD]:
            self._tell(event, [READER])

    def _event(
        self, action: Action, by: int, kind: str, id: int, moment: datetime, facts: dict[str, Any] | None = None
    ) -> Row:
        event = {"id": len(self.events) + 1, "action": str(action), "actor_id": by, "subject_type": kind}
        event |= {
            "subject_id": id,
            "facts": facts or {},
            "created_at": moment,
            "due_at": moment,
            "fanned_out_at": moment,
        }
        self.events.append(event)
        return event

    def _tell(self, event: Row, people: list[int]) -> None:
        self.told += [(id, event) for id in people]

    def _notifications(self) -> Iterator[Row]:
        """Nine of ten were read; the reader who is measured has read all but the newest few."""
        first_unread = len(self.told) - READER_UNREAD
        for number, (user, event) in enumerate(self.told, 1):
            kept = number > first_unread if user == READER else number % 10 == 0
            told = {"id": number, "user_id": user, "event_id": event["id"], "created_at": event["created_at"]}
            yield {**told, "mail": "never", "read_at": None if kept else self.today}

    def _points(self, ideas: list[Drawn]) -> Iterator[Row]:
        shipped = {e["subject_id"]: e for e in self.events if e["facts"].get("new_kind") == StatusKind.SHIPPED}
        for id, (idea_id, event) in enumerate(shipped.items(), 1):
            row = ideas[idea_id - 1].row
            rule = Rule.ISSUE_FIXED if row["kind"] == Kind.ISSUE else Rule.IDEA_SHIPPED
            points = {"rule": str(rule), "points": WORTH[rule], "created_at": event["created_at"]}
            subject = {"subject_type": "idea", "subject_id": idea_id}
            yield {"id": id, "user_id": row["author_id"], "event_id": event["id"], **subject, **points}

    def _releases(self, ideas: list[Drawn]) -> dict[str, Any]:
        shipped = [i for i in ideas if i.path[-1:] == (StatusKind.SHIPPED,) and not i.row["hidden_at"]]
        releases, texts, within, credits = [], [], [], []
        for id in range(1, RELEASES + 1):
            moment = self.today - timedelta(days=20 * (RELEASES - id) + 1)
            releases.append({"id": id, "author_id": 3, "created_at": moment, "published_at": moment})
            for lang in ("en", "fr"):
                words = {"title": self.writer.title(lang), "story": self.writer.text(lang)}
                texts.append({"release_id": id, "lang": lang, **words})
            for idea in shipped[(id - 1) * SHIPPED_A_RELEASE : id * SHIPPED_A_RELEASE]:
                within.append({"release_id": id, "idea_id": idea.row["id"]})
                people = dict.fromkeys([idea.row["author_id"], *idea.voters[:CREDITED]])
                for number, user in enumerate(people):
                    role = CreditRole.SUPPORTER if number else CreditRole.PROPOSER
                    names = {"release_id": id, "idea_id": idea.row["id"], "user_id": user, "role": str(role)}
                    credits.append({"id": len(credits) + 1, **names})
        rows = {"release": releases, "release_text": texts, "release_idea": within, "credit": credits}
        return {table: (found, len(found)) for table, found in rows.items()}

    def _postings(self, ideas: list[Drawn]) -> dict[str, Any]:
        """The search index, by the portal’s own stems and weights."""
        counts: Counter[str] = Counter()

        def rows() -> Iterator[Row]:
            for idea in ideas:
                row = idea.row
                for stem, weight in postings.weights(row["title"], row["body"], row["lang"]).items():
                    counts[stem] += 1
                    yield {"stem": stem, "idea_id": row["id"], "weight": weight}

        def stems() -> Iterator[Row]:
            for stem, number in counts.items():
                yield {"stem": stem, "ideas_count": number}

        return {"posting": (rows(), 25 * len(ideas)), "stem": (stems(), 20_000)}
