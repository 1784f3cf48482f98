"""Why somebody is thanked, in one sentence of the reader's language."""

from collections.abc import Callable
from typing import Any

from portal.i18n import _, _l, _n
from portal.recognition.models import Partner
from portal.recognition.rules import Rule

REASONS: dict[Rule, Callable[[int], str]] = {
    Rule.IDEA_SHIPPED: lambda n: _n("Proposed %(num)s idea that shipped.", "Proposed %(num)s ideas that shipped.", n),
    Rule.ISSUE_FIXED: lambda n: _n(
        "Reported %(num)s issue that we fixed.", "Reported %(num)s issues that we fixed.", n
    ),
    Rule.IDEA_SHAPED: lambda n: _n(
        "Helped to shape %(num)s idea that shipped.", "Helped to shape %(num)s ideas that shipped.", n
    ),
    Rule.IDEA_PLANNED: lambda n: _n(
        "Proposed %(num)s idea that we planned.", "Proposed %(num)s ideas that we planned.", n
    ),
    Rule.ISSUE_CONFIRMED: lambda n: _n(
        "Reported %(num)s issue that we confirmed.", "Reported %(num)s issues that we confirmed.", n
    ),
    Rule.COMMENT_SHAPED: lambda n: _n(
        "Wrote %(num)s comment that shaped what we built.", "Wrote %(num)s comments that shaped what we built.", n
    ),
}

RULES: dict[Rule, Any] = {
    Rule.IDEA_SHIPPED: _l("An idea of theirs shipped"),
    Rule.ISSUE_FIXED: _l("An issue that they reported is fixed"),
    Rule.IDEA_SHAPED: _l("An idea that they helped to shape shipped"),
    Rule.IDEA_PLANNED: _l("An idea of theirs was planned"),
    Rule.ISSUE_CONFIRMED: _l("An issue that they reported was confirmed"),
    Rule.COMMENT_SHAPED: _l("A comment of theirs shaped an idea"),
}


YOURS: dict[Rule, Any] = {
    Rule.IDEA_SHIPPED: _l("An idea of yours shipped"),
    Rule.ISSUE_FIXED: _l("An issue that you reported is fixed"),
    Rule.IDEA_SHAPED: _l("An idea that you helped to shape shipped"),
    Rule.IDEA_PLANNED: _l("An idea of yours was planned"),
    Rule.ISSUE_CONFIRMED: _l("An issue that you reported was confirmed"),
    Rule.COMMENT_SHAPED: _l("A comment of yours shaped an idea"),
}


def reason_sentence(partner: Partner) -> str:
    """Why this person was picked: the rule that brought most of their points, as a whole sentence."""
    main = partner.reason.get("main")
    if main is None:
        return _("Helped us to make the product better.")
    return REASONS[Rule(main)](partner.reason["counts"][main])
