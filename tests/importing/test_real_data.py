"""What strangers wrote for other portals is imported completely. It lies beside the clone, never in it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.changelog.models import draft
from portal.changelog.publishing import publish
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.importing.jsonl import Import, import_folder
from portal.operations import checking
from portal.voting.models import Vote
from tests.browser import Browser
from tests.conftest import act
from tests.mailbox import Mailbox

pytestmark = pytest.mark.real_data

REAL = Path(__file__).parents[3] / "shared" / "data"


@pytest.mark.parametrize(
    "name",
    [
        *(pytest.param(name, marks=pytest.mark.both) for name in ("se_meta_french", "polis_canada")),
        *("se_meta_bicycles", "se_meta_beer", "se_meta_conlang", "polis_bowling_green"),
    ],
)
def test_real_data_imports_completely(app: Flask, name: str, visitor: Browser) -> None:
    if not (REAL / name).exists():
        pytest.skip("the corpora in ../shared/data are not beside this clone")
    meta = json.loads((REAL / name / "META.json").read_text())
    lines = [json.loads(line) for line in (REAL / name / "ideas.jsonl").read_text().splitlines()]
    run = Import(REAL / name)
    report = run.run()
    assert (report.ideas, report.comments, report.refused) == (meta["ideas"], meta["comments"], 0)
    total = db.session.scalar(select(func.sum(Idea.votes_count)).where(Idea.imported_key.startswith(f"{name}:")))
    named = report.votes
    assert total == named + report.imported_support
    assert named + report.imported_support >= sum(line["votes_count"] for line in lines)
    staff = db.session.scalar(select(func.count()).where(Comment.is_official, Comment.imported_key.startswith(name)))
    assert staff == meta["official_comments"]
    assert visitor.get("/?sort=top").status == 200


@pytest.mark.both
def test_staff_answer_ship_and_tell_on_real_ideas(
    tom: User, ines: User, lea: User, hugo: User, run_jobs: Callable[[], None], mailbox: Mailbox, visitor: Browser
) -> None:
    if not (REAL / "se_meta_french").exists():
        pytest.skip("the corpora in ../shared/data are not beside this clone")
    import_folder(REAL / "se_meta_french")
    idea = db.session.scalars(
        select(Idea)
        .join(Status)
        .where(Idea.imported_key.startswith("se_meta_french:"), Idea.lang == "fr", Status.kind == "open")
    ).first()
    assert idea is not None
    votes = idea.votes_count
    with act():
        Vote.cast(idea, by=tom)
        Vote.cast(idea, by=ines)
    with act():
        idea.change_status(Status.first(idea.kind, "planned"), by=lea, reason="Au printemps.")
        idea.respond("Nous nous y mettons.", by=lea)
    with act():
        release = draft(by=hugo)
        release.write(title={"en": "Here it is", "fr": "La voici"}, story={"en": "Done.", "fr": "Fait."})
        release.ideas = [idea]
        publish(release, by=hugo)
    run_jobs()
    page = visitor.get(f"/ideas/{idea.id}")
    assert "Nous nous y mettons." in page.text
    assert idea.votes_count == votes + 2
    assert [mail["Subject"] for mail in mailbox.to(tom)][-1] == "It’s live: Here it is"
    assert len(mailbox.to(ines)) == len(mailbox.to(tom)) == 3
    assert {address for address in mailbox.recipients} == {tom.email, ines.email}, "imported people have no address"
    assert not any(checking.findings().values())


def test_two_real_sources_in_folders_of_one_name_count_exactly_their_sum(app: Flask, tmp_path: Path) -> None:
    """Their ids are the same, from 1 on, and so are names of theirs."""
    names = ("se_meta_beer", "se_meta_conlang")
    if not all((REAL / name).exists() for name in names):
        pytest.skip("the corpora in ../shared/data are not beside this clone")
    reports, metas, wanted = [], [], 0
    for name in names:
        folder = tmp_path / name / "export"
        folder.mkdir(parents=True)
        for kind in ("ideas", "comments", "votes"):
            (folder / f"{kind}.jsonl").symlink_to(REAL / name / f"{kind}.jsonl")
        reports.append(import_folder(folder))
        metas.append(json.loads((REAL / name / "META.json").read_text()))
        ideas = [json.loads(line) for line in (REAL / name / "ideas.jsonl").read_text().splitlines()]
        wanted += sum(line["votes_count"] for line in ideas)
        first = ideas[0]
        here = db.session.scalars(select(Idea).where(Idea.imported_key == f"{reports[-1].source}:{first['id']}")).one()
        assert (here.title, here.votes_count) == (first["title"], first["votes_count"])
    assert [(r.ideas, r.comments, r.refused) for r in reports] == [(m["ideas"], m["comments"], 0) for m in metas]
    ours = Idea.imported_key.is_not(None)
    assert db.session.scalar(select(func.count()).where(ours)) == sum(meta["ideas"] for meta in metas)
    assert db.session.scalar(select(func.sum(Idea.votes_count)).where(ours)) == wanted
    assert not any(checking.findings().values())
