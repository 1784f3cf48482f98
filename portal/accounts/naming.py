"""How somebody is called where others read it, and whether credits name them: as they chose, on every surface.

Each is one rule, of a person (`person.credited_name`) and as SQL (`User.credited_name.is_not(None)`).
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, String, and_, bindparam, case, false, func, or_, true
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.choices import CreditAs
from portal.i18n import _


class Naming:
    """The names of a person: their own, and the pseudonym that they may have chosen (`choices.py`)."""

    own_name: Mapped[str] = mapped_column("display_name", String(80))

    if TYPE_CHECKING:
        credit_as: Mapped[str]
        pseudonym: Mapped[str]
        named_as_supporter: Mapped[bool]
        is_former: Any

    @hybrid_property
    def display_name(self) -> str:
        """The name that everybody reads wherever this person is named: their own, or the pseudonym that they chose.

        Who gave none is a member, in the reader's language.
        """
        chosen = self.pseudonym if self.credit_as == CreditAs.PSEUDONYM else ""
        return chosen or self.own_name or _("a member")

    @display_name.inplace.setter
    def _set_own_name(self, name: str) -> None:
        self.own_name = name

    @display_name.inplace.expression
    @classmethod
    def _display_name(cls) -> ColumnElement[str]:
        chosen = and_(cls.credit_as == CreditAs.PSEUDONYM, cls.pseudonym != "")
        # Asked as the statement runs: one that is built once is read in every language.
        nameless = bindparam("nameless", callable_=lambda: _("a member"), type_=String, unique=True)
        return case((chosen, cls.pseudonym), (cls.own_name == "", nameless), else_=cls.own_name)

    @hybrid_property
    def credited_name(self) -> str | None:
        """The name under which credits show this person, or None where they chose not to be named, or gave no name."""
        shown: dict[str, str] = {CreditAs.NAME: self.own_name, CreditAs.PSEUDONYM: self.pseudonym}
        return None if self.is_former else shown.get(self.credit_as) or None

    @credited_name.inplace.expression
    @classmethod
    def _credited_name(cls) -> ColumnElement[str | None]:
        return case(
            (cls.is_former, None),
            (cls.credit_as == CreditAs.NAME, func.nullif(cls.own_name, "")),
            (cls.credit_as == CreditAs.PSEUDONYM, func.nullif(cls.pseudonym, "")),
        )

    @hybrid_property
    def is_credited_openly(self) -> bool:
        """Whether credits show them by their own name, with face and page: a pseudonym has neither."""
        return self.credit_as == CreditAs.NAME and self.credited_name is not None

    @is_credited_openly.inplace.expression
    @classmethod
    def _is_credited_openly(cls) -> ColumnElement[bool]:
        return and_(cls.credit_as == CreditAs.NAME, cls.credited_name.is_not(None))

    @hybrid_method
    def is_named_for(self, more_than_a_vote: Any) -> Any:
        """Whether a credit names them: for a vote alone only where they chose so. Given a condition, one too."""
        if self.credited_name is None:
            return false()
        return true() if self.named_as_supporter else more_than_a_vote

    @is_named_for.inplace.expression  # type: ignore[attr-defined]
    @classmethod
    def _is_named_for(cls, more_than_a_vote: Any) -> ColumnElement[bool]:
        return and_(cls.credited_name.is_not(None), or_(more_than_a_vote, cls.named_as_supporter))

    @property
    def is_nameless(self) -> bool:
        """Whether they have not said yet what to call them, not even by a pseudonym."""
        return not (self.own_name or self.credited_name or self.is_former)

    @classmethod
    def named_like(cls, words: str) -> ColumnElement[bool]:
        """The condition of people with these words in one of their names: for staff, who see both."""
        return or_(*(name.icontains(words, autoescape=True) for name in (cls.own_name, cls.pseudonym)))
