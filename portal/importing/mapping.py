"""What becomes of the words of another tool: told by whoever imports, or certain, or asked, never guessed unseen."""

import json
from collections import Counter
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal.extensions import db
from portal.i18n import LANGUAGES
from portal.ideas.boards import Board
from portal.importing.reading import NotImported

LARGEST = 1 << 20
MOST_UNKNOWN = 1_000
# Our words for how an idea stands, and how the neutral records say it.
STATUSES = {
    "open": "open", "under_review": "review", "planned": "planned", "started": "started", "shipped": "completed",
    "declined": "declined", "hidden": "rejected",
}  # fmt: skip
# What tools and people call these in English, French and German.
CALLED = {
    "open": "open, new, active, received, submitted, to do, todo, backlog, needs review, "
    "nouveau, nouvelle, ouvert, ouverte, à faire, reçu, reçue, offen, neu, eingegangen",
    "under_review": "under review, in review, reviewing, reviewed, considering, under consideration, review, "
    "gathering feedback, future consideration, à étudier, à l'étude, en cours d'étude, en examen, in prüfung, "
    "wird geprüft, zu prüfen",
    "planned": "planned, accepted, approved, scheduled, will implement, on roadmap, selected for development, prévu, "
    "prévue, planifié, planifiée, accepté, acceptée, geplant, angenommen, eingeplant",
    "started": "started, in progress, in development, building, doing, en cours, en développement, commencé, "
    "commencée, in arbeit, in entwicklung, begonnen, in umsetzung",
    "shipped": "shipped, completed, complete, done, released, implemented, delivered, launched, already exists, fait, "
    "faite, terminé, terminée, livré, livrée, réalisé, réalisée, fertig, erledigt, umgesetzt, ausgeliefert, "
    "abgeschlossen",
    "declined": "declined, rejected, not planned, won't do, wont do, won't fix, wontfix, will not implement, refused, "
    "refusé, refusée, rejeté, rejetée, non retenu, non retenue, abgelehnt, verworfen, nicht geplant",
}
OURS = {word.strip(): status for status, words in CALLED.items() for word in words.split(",")}
OURS |= {status.replace("_", " "): status for status in STATUSES}
DATES = ("iso", "day-first", "month-first")


@dataclass(frozen=True)
class Mapping:
    """What was told: columns, statuses, boards and languages by their words there, and how a file is written."""

    columns: dict[str, str | None] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    boards: dict[str, str | None] | None = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)
    lang: str = ""
    encoding: str = ""
    delimiter: str = ""
    dates: str = ""

    def with_options(self, **options: str | None) -> "Mapping":
        """The same, with what the command line says besides."""
        told = {name: value for name, value in options.items() if value}
        return checked(Mapping(**{**{each.name: getattr(self, each.name) for each in fields(self)}, **told}))


def read(path: Path) -> Mapping:
    """The mapping of a file. Raises NotImported with what is wrong in it."""
    try:
        if path.stat().st_size > LARGEST:
            raise NotImported(f"--map {path} is larger than any mapping: check which file you named.")
        said = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise NotImported(f"--map {path} cannot be read: {problem.strerror}.") from problem
    except (ValueError, RecursionError) as problem:
        raise NotImported(f"--map {path} is no JSON: {problem}.") from problem
    if not isinstance(said, dict):
        raise NotImported(f"--map {path} must hold one object in braces.")
    return of(said)


def of(said: dict[str, Any]) -> Mapping:
    """The mapping that this says. Raises NotImported."""
    known = {each.name: each for each in fields(Mapping)}
    for name, value in said.items():
        if name not in known:
            raise NotImported(f"The mapping names {name!r}: write one of {', '.join(known)}.")
        if name in ("columns", "statuses", "boards", "languages"):
            _refuse_no_words(name, value)
        elif not isinstance(value, str):
            raise NotImported(f"{name} in the mapping must be text.")
    return checked(Mapping(**said))


def _refuse_no_words(name: str, value: Any) -> None:
    if value is None and name == "boards":
        return
    nothing = name in ("columns", "boards")
    if not isinstance(value, dict) or not all(isinstance(to, str) or (to is None and nothing) for to in value.values()):
        raise NotImported(f'{name} in the mapping must be an object, such as {{"their word": "ours"}}.')


def checked(mapping: Mapping) -> Mapping:
    """The same, where all that it names is there."""
    for word, status in mapping.statuses.items():
        if status not in STATUSES:
            raise NotImported(f"The status {word!r} is said to be {status!r}: write one of {', '.join(STATUSES)}.")
    for lang in filter(None, (*mapping.languages.values(), mapping.lang)):
        if lang not in LANGUAGES:
            raise NotImported(f"This portal does not speak {lang!r}: write one of {', '.join(LANGUAGES)}.")
    if mapping.dates and mapping.dates not in DATES:
        raise NotImported(f"dates is {mapping.dates!r}: write one of {', '.join(DATES)}.")
    return mapping


def plain(word: str) -> str:
    """A word as it is compared."""
    return " ".join(word.replace("_", " ").replace("’", "'").casefold().split())


class Words:
    """The words of one export, each looked up once; those that nobody knows are counted, to be asked."""

    def __init__(self, mapping: Mapping, own_lang: str, of_tool: dict[str, str] | None = None) -> None:
        self._mapping, self._own = mapping, own_lang
        self._statuses = OURS | {plain(word): status for word, status in (of_tool or {}).items()}
        self._statuses |= {plain(word): status for word, status in mapping.statuses.items()}
        self._boards: dict[str, str | None] = _boards_here()
        here = {slug for slug in self._boards.values() if slug}
        for word, slug in (mapping.boards or {}).items():
            if slug is not None and slug not in here:
                raise NotImported(f"The board {word!r} is said to be {slug!r}: {_these(sorted(here))}.")
            self._boards[plain(word)] = slug
        self._languages = {lang: lang for lang in LANGUAGES}
        self._languages |= {plain(word): lang for word, lang in mapping.languages.items()}
        self.without_language = 0
        self.unknown: dict[str, Counter[str]] = {"statuses": Counter(), "boards": Counter(), "languages": Counter()}
        self.became: dict[str, dict[str, str | None]] = {"statuses": {}, "boards": {}, "languages": {}}

    def translate(self, idea: dict[str, Any]) -> dict[str, Any]:
        """The idea in our words; what is not known stays as it is, and is counted."""
        status, board, lang = (idea.get(name) for name in ("status", "board", "lang"))
        ours = self._found("statuses", status, self._statuses) if status else "open"
        idea["status"] = STATUSES[ours or "open"]
        if board and self._mapping.boards is None:
            self.became["boards"][str(board)[:200]] = board = None
        idea["board"] = self._found("boards", board, self._boards) if board else None
        self.without_language += not lang
        idea["lang"] = self._language(lang) if lang else (self._mapping.lang or self._own)
        return idea

    @property
    def note(self) -> str:
        """What was taken for granted of languages; nothing where it was told."""
        if self._mapping.lang or not self.without_language:
            return ""
        return (
            f"{self.without_language:,} ideas name no language and are taken to be in the portal's own, {self._own}: "
            "say --lang otherwise."
        )

    @property
    def are_known(self) -> bool:
        return not any(self.unknown.values())

    def asked(self) -> dict[str, dict[str, int]]:
        """The words that nobody knows, with how often each stands there."""
        return {kind: dict(words.most_common()) for kind, words in self.unknown.items() if words}

    def _language(self, word: object) -> str:
        if isinstance(word, str) and plain(word) not in self._languages:
            word = word.replace("_", "-").partition("-")[0] if plain(word).replace("_", "-")[2:3] == "-" else word
        return self._found("languages", word, self._languages) or self._own

    def _found(self, kind: str, word: object, known: dict[str, Any]) -> Any:
        said = str(word)[:200]
        if plain(said) in known:
            found = known[plain(said)]
            if len(self.became[kind]) < MOST_UNKNOWN:
                self.became[kind][said] = found
            return found
        if said in self.unknown[kind] or len(self.unknown[kind]) < MOST_UNKNOWN:
            self.unknown[kind][said] += 1
        return None


class Unknown(NotImported):
    """Words of the export that the portal does not know; the message says what to give."""


def refusal(asked: dict[str, dict[str, int]]) -> str:
    """What is to be told before anything is imported, with the entries of `--map` to fill in."""
    lines, entries = [], dict[str, dict[str, str]]()
    for kind, words in asked.items():
        told = ", ".join(f"{word!r} ({count:,})" for word, count in [*words.items()][:20])
        more = f" and {len(words) - 20} more" if len(words) > 20 else ""
        lines.append(f"The portal does not know these {kind}: {told}{more}. {_choices(kind)}")
        entries[kind] = dict.fromkeys([*words][:20], "...")
    return "\n".join(
        [
            *lines,
            "Write what each becomes into a file, and pass it with --map FILE:",
            json.dumps(entries, ensure_ascii=False),
        ]
    )


def _choices(kind: str) -> str:
    if kind == "statuses":
        return f"Each is one of {', '.join(STATUSES)}."
    if kind == "languages":
        return f"Each is one of {', '.join(LANGUAGES)}."
    slugs = sorted({slug for slug in _boards_here().values() if slug})
    return f'{_these(slugs)}, or null for no board; "boards": null leaves out all of them.'


def _these(slugs: list[str]) -> str:
    return f"the boards here are {', '.join(slugs)}" if slugs else "there is no board here"


def _boards_here() -> dict[str, str | None]:
    """The boards by their addresses and by their names in every language; a name that two have names none."""
    found: dict[str, str | None] = {}
    for board in db.session.scalars(select(Board)):
        for name in board.names.values():
            found[plain(name)] = None if plain(name) in found else board.slug
    found = {name: slug for name, slug in found.items() if slug}
    return found | {slug: slug for slug in db.session.scalars(select(Board.slug))}
