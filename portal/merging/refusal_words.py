"""Why two ideas cannot be one, or be said to be, as members read it: what staff can do about it is not theirs to do."""

from portal.i18n import _
from portal.merging.refusals import (
    AcrossPrivacy,
    AnswersDiffer,
    IntoItself,
    MergeRefused,
    OfAnotherKind,
    ShippedIntoOpen,
)


def why_not(refused: MergeRefused) -> str:
    """The sentence for a member who says that two are the same, or for the author who lets theirs join the other."""
    said: dict[type[MergeRefused], str] = {
        IntoItself: _("These are one already: choose another one."),
        OfAnotherKind: _("One is an idea and the other an issue: only two of the same kind can be the same."),
        AnswersDiffer: _("Our team answered the two, and not alike: only they can say which answer holds for both."),
        AcrossPrivacy: _("Not everybody who sees the one sees the other, so they cannot be one."),
        ShippedIntoOpen: _("What has shipped cannot become a part of what has not."),
    }
    hidden = _("One of them is hidden for now. Nothing can be said of it until our team has looked at it.")
    return said.get(type(refused), hidden)
