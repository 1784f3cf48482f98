"""`bin/bench` makes data that holds together, and says what it found in the form that others read."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.changelog.models import Release
from portal.config import ROOT
from portal.database.types import Base
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.postings import Posting, Stem
from portal.search.results import search
from portal.voting.models import Vote
from tests.conftest import act
from tools.bench.data import fill
from tools.bench.shape import DISCUSSED, DISCUSSED_COMMENTS, Size

pytestmark = pytest.mark.both

KEPT = {"status", "status_name", "transition", "settings"}
KEYS = {"page", "who", "database", "ideas", "rps", "of_hello", "p50_ms", "p99_ms", "cpu_ms", "cpu_of_hello", "queries",
        "bytes"}  # fmt: skip
PAGES = (
    "board",
    "idea with",
    "idea, first asked",
    "vote",
    "search",
    "similar",
    "notifications",
    "feed",
    "roadmap",
    "inbox",
    "audit",
)
# Of the many pages of staff, which are all asked for in test_goals.py, one of each kind.
SOME = "board;idea;vote;search;similar;notifications;feed;roadmap;memory;inbox, one open;audit, searched"
TINY = "--quick --databases sqlite --ideas 30 --hello 0.05 --busy 0.05 --alone 0.05 --requests 40 --people 10"


def emptied() -> None:
    with act():
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in KEPT:
                db.session.execute(table.delete())


def test_what_is_made_agrees_with_itself_and_is_found(app: Flask) -> None:
    emptied()
    fill(Size(40, 60, 400))
    result = app.test_cli_runner().invoke(args=["check"])
    assert result.exit_code == 0, result.output
    assert db.session.scalar(select(func.count()).select_from(Vote)) == 400
    assert all(release.title and release.story for release in db.session.scalars(select(Release)))
    discussed = db.session.get_one(Idea, DISCUSSED)
    assert discussed.comments_count == DISCUSSED_COMMENTS
    assert discussed.id in [card.id for card in search(discussed.title, None)]
    rows = db.session.execute(select(Posting.stem, func.count()).group_by(Posting.stem))
    told = {stem.stem: stem.ideas_count for stem in db.session.scalars(select(Stem))}
    assert told == {stem: number for stem, number in rows}


def test_new_ideas_and_votes_follow_what_was_made(app: Flask) -> None:
    from portal.accounts.models import User

    emptied()
    fill(Size(40, 60, 400))
    with act():
        member = db.session.get_one(User, 60)
        idea = Idea.propose(member, "Something that nobody made up before")
        assert Vote.cast(idea, by=member)
    assert idea.id == 41


def test_a_few_ideas_have_most_votes_and_the_same_seed_gives_the_same(app: Flask) -> None:
    seen = []
    for _ in range(2):
        emptied()
        fill(Size(40, 60, 400), seed=7)
        seen.append(db.session.execute(select(Idea.title, Idea.votes_count).order_by(-Idea.votes_count, Idea.id)).all())
        db.session.rollback()
    assert seen[0] == seen[1]
    votes = [row.votes_count for row in seen[0]]
    assert sum(votes[:10]) > 3 * sum(votes[-10:])


def test_more_votes_than_people_could_cast_are_refused() -> None:
    with pytest.raises(ValueError):
        Size(20, 10, 500)


def test_the_figures_of_a_run_have_their_keys(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    command = [sys.executable, "-m", "tools.bench", *TINY.split(), "--only", SOME, "--json", str(file)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    figures = json.loads(file.read_text())
    assert all(set(figure) == KEYS for figure in figures)
    pages = {figure["page"] for figure in figures}
    assert all(any(page.startswith(name) for page in pages) for name in PAGES)
    assert all(figure["rps"] > 0 for figure in figures)
    assert all(figure["cpu_of_hello"] > 0 for figure in figures if figure["queries"] and figure["cpu_ms"])
    assert "goals met" in ran.stdout and "CPU of hello" in ran.stdout
