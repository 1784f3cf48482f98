"""What each job of staff lets them do: a row for each rule, with who has it until an admin says otherwise.

`permissions.py` asks by these names (`user.may("change_status")`). What an admin chose stands in the settings, which
come with whoever is signed in; a rule that it does not name yet goes to the jobs that have it here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.i18n import _l
from portal.settings import settings


class Job(StrEnum):
    """What one of staff is here for. They have one or more."""

    PRODUCT = "product"
    MARKETING = "marketing"
    COMMUNITY = "community"


PRODUCT, MARKETING, COMMUNITY = Job
JOBS: dict[Job, Any] = {
    PRODUCT: _l("Product manager"),
    MARKETING: _l("Marketer"),
    COMMUNITY: _l("Community manager"),
}


class Area(StrEnum):
    """The parts of the staff area."""

    ANSWER = "answer"
    PUBLISH = "publish"
    PEOPLE = "people"
    SETTINGS = "settings"


ANSWER, PUBLISH, PEOPLE, SETTINGS = Area
AREAS: dict[Area, Any] = {
    ANSWER: _l("Answer"),
    PUBLISH: _l("Publish"),
    PEOPLE: _l("People"),
    SETTINGS: _l("Settings"),
}


@dataclass(frozen=True)
class Duty:
    """A rule of `permissions.py` as the table of jobs shows it, and the jobs that have it at first."""

    area: Area
    words: Any
    jobs: frozenset[Job]


def _duty(area: Area, words: Any, *jobs: Job) -> Duty:
    return Duty(area, words, frozenset(jobs))


DUTIES: dict[str, Duty] = {
    "respond_to_idea": _duty(ANSWER, _l("Write the official response"), PRODUCT),
    "change_status": _duty(ANSWER, _l("Change the status"), PRODUCT, MARKETING),
    "edit_snippets": _duty(ANSWER, _l("Write ready phrases"), PRODUCT, MARKETING, COMMUNITY),
    "capture": _duty(ANSWER, _l("Note what customers said elsewhere"), PRODUCT, MARKETING, COMMUNITY),
    "write_note": _duty(ANSWER, _l("Write staff notes"), PRODUCT, MARKETING, COMMUNITY),
    "promise_a_day": _duty(ANSWER, _l("Promise a day, move it, or take it back"), PRODUCT),
    "assign_idea": _duty(ANSWER, _l("Say who has it in hand, and put it off"), PRODUCT, MARKETING, COMMUNITY),
    "tag_idea": _duty(ANSWER, _l("Choose tags"), PRODUCT, COMMUNITY),
    "edit_tags": _duty(ANSWER, _l("Rename, merge and delete tags"), PRODUCT, COMMUNITY),
    "move_idea": _duty(ANSWER, _l("Move to another board"), PRODUCT, COMMUNITY),
    "merge_idea": _duty(ANSWER, _l("Merge ideas that are the same, and let them part"), PRODUCT, COMMUNITY),
    "link_idea": _duty(ANSWER, _l("Say which ideas belong together"), PRODUCT, COMMUNITY),
    "convert_idea": _duty(ANSWER, _l("Make an idea of an issue, and back"), PRODUCT, COMMUNITY),
    "split_comment": _duty(ANSWER, _l("Make a comment an idea of its own"), PRODUCT, COMMUNITY),
    "edit_idea": _duty(ANSWER, _l("Edit what others proposed"), PRODUCT, COMMUNITY),
    "mark_comment_as_shaping": _duty(ANSWER, _l("Say which comments shaped an idea"), PRODUCT, COMMUNITY),
    "publish_issue": _duty(ANSWER, _l("Make an issue private"), PRODUCT, COMMUNITY),
    "see_votes": _duty(ANSWER, _l("See who voted"), PRODUCT, MARKETING, COMMUNITY),
    "set_votes_aside": _duty(ANSWER, _l("Set votes aside"), PRODUCT, COMMUNITY),
    "publish_release": _duty(PUBLISH, _l("Write and publish releases"), PRODUCT, MARKETING),
    "thank_partner": _duty(PUBLISH, _l("See top partners and thank them"), MARKETING, COMMUNITY),
    "see_members": _duty(PEOPLE, _l("See members and their addresses"), PRODUCT, MARKETING, COMMUNITY),
    "welcome_member": _duty(PEOPLE, _l("Welcome newcomers"), MARKETING, COMMUNITY),
    "suspend_member": _duty(PEOPLE, _l("Suspend members"), COMMUNITY),
    "see_flags": _duty(PEOPLE, _l("See what was reported"), PRODUCT, COMMUNITY),
    "judge_text": _duty(PEOPLE, _l("Decide about what was reported"), COMMUNITY),
    "hide_idea": _duty(PEOPLE, _l("Hide ideas and issues"), PRODUCT, COMMUNITY),
    "hide_comment": _duty(PEOPLE, _l("Hide comments"), PRODUCT, COMMUNITY),
    "blank_words": _duty(PEOPLE, _l("Take words out of earlier versions and reasons"), PRODUCT, COMMUNITY),
    "see_deliveries": _duty(SETTINGS, _l("See which messages could not be sent"), PRODUCT, MARKETING, COMMUNITY),
    "mend_deliveries": _duty(SETTINGS, _l("Send messages again, or discard them"), PRODUCT, COMMUNITY),
    "see_audit": _duty(SETTINGS, _l("Read, search and export the audit"), PRODUCT, MARKETING, COMMUNITY),
}


def jobs_with(rule: str, chosen: Mapping[str, list[str]] | None = None) -> frozenset[str]:
    """The jobs that have this rule, as it was chosen for this portal."""
    kept = (settings().duties if chosen is None else chosen).get(rule)
    return frozenset(DUTIES[rule].jobs if kept is None else kept)


def rules_of(jobs: frozenset[Job]) -> list[str]:
    """All that somebody with these jobs may do."""
    return [rule for rule in DUTIES if not jobs_with(rule).isdisjoint(jobs)]
