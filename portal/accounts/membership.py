"""What somebody is here: of the team or a member, suspended, gone, imported; and whether they can be reached at all.

Each is one rule, of a person (`person.is_here`) and as a condition (`select(User).where(User.is_here)`).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, String, and_, bindparam, not_, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.duties import Job, jobs_with


class Role(StrEnum):
    MEMBER = "member"
    STAFF = "staff"
    ADMIN = "admin"


TEAM = (Role.STAFF, Role.ADMIN)


class Membership:
    """The role, and what became of the account. `chosen_jobs` is None where nobody chose: then staff have all three."""

    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    role: Mapped[str] = mapped_column(String(10), default=Role.MEMBER)
    chosen_jobs: Mapped[str | None] = mapped_column(String(60))
    suspended_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    @hybrid_property
    def is_of_team(self) -> bool:
        """Whether they have a role in the team, be they suspended or not."""
        return self.role in TEAM

    @is_of_team.inplace.expression
    @classmethod
    def _is_of_team(cls) -> ColumnElement[bool]:
        return cls.role.in_(TEAM)

    @hybrid_property
    def is_staff(self) -> bool:
        """Whether they see and do what staff do: while they are suspended, nobody does."""
        return self.is_of_team and not self.is_suspended

    @is_staff.inplace.expression
    @classmethod
    def _is_staff(cls) -> ColumnElement[bool]:
        return and_(cls.is_of_team, not_(cls.is_suspended))

    @hybrid_property
    def is_admin(self) -> bool:
        """Whether they decide about the portal itself."""
        return self.role == Role.ADMIN and not self.is_suspended

    @is_admin.inplace.expression
    @classmethod
    def _is_admin(cls) -> ColumnElement[bool]:
        return and_(cls.role == Role.ADMIN, not_(cls.is_suspended))

    @property
    def jobs(self) -> list[str]:
        """Which jobs they have, in our order, once they are of the team."""
        mine = None if self.chosen_jobs is None else self.chosen_jobs.split(",")
        return [str(job) for job in Job if mine is None or job in mine]

    def may(self, rule: str) -> bool:
        """Whether this is theirs to do: an admin's always, of staff where one of their jobs has the rule."""
        return self.is_admin or (self.is_staff and not jobs_with(rule).isdisjoint(self.jobs))

    @classmethod
    def who_may(cls, *rules: str) -> ColumnElement[bool]:
        """The same as a condition, of one of these rules or another."""
        jobs = sorted(frozenset[str]().union(*map(jobs_with, rules)))
        theirs = [cls.chosen_jobs.contains(job) for job in jobs]
        unchosen = [cls.chosen_jobs.is_(None)] if jobs else []
        return and_(cls.is_staff, or_(cls.role == Role.ADMIN, *unchosen, *theirs))

    @hybrid_property
    def is_suspended(self) -> bool:
        """Whether staff have suspended them: they read, and take out what is theirs."""
        return self.suspended_at is not None

    @is_suspended.inplace.expression
    @classmethod
    def _is_suspended(cls) -> ColumnElement[bool]:
        return cls.suspended_at.is_not(None)

    @hybrid_property
    def is_former(self) -> bool:
        """Whether they left, and were erased."""
        return self.erased_at is not None

    @is_former.inplace.expression
    @classmethod
    def _is_former(cls) -> ColumnElement[bool]:
        return cls.erased_at.is_not(None)

    @hybrid_property
    def is_imported(self) -> bool:
        """Whether they only came with an import: nobody has proved an address yet."""
        return self.email is None and self.erased_at is None

    @is_imported.inplace.expression
    @classmethod
    def _is_imported(cls) -> ColumnElement[bool]:
        return and_(cls.email.is_(None), cls.erased_at.is_(None))

    @hybrid_property
    def is_here(self) -> bool:
        """Whether they open an account, read what they are told, and can be thanked: neither imported nor gone."""
        return self.email is not None and self.erased_at is None

    @is_here.inplace.expression
    @classmethod
    def _is_here(cls) -> ColumnElement[bool]:
        return and_(cls.email.is_not(None), cls.erased_at.is_(None))

    @hybrid_property
    def takes_part(self) -> bool:
        """Whether they are here, and not suspended."""
        return self.is_here and not self.is_suspended

    @takes_part.inplace.expression
    @classmethod
    def _takes_part(cls) -> ColumnElement[bool]:
        return and_(cls.is_here, not_(cls.is_suspended))


class Somebody(NamedTuple):
    """A person of whom only the role is known while a statement is built; who it is comes as the parameter `reader`."""

    is_staff: bool
    id: Any = bindparam("reader", type_=Integer)
    is_authenticated: bool = True

    @classmethod
    def like(cls, user: Any) -> "Somebody | None":
        """Whoever sees what this person sees of what is not theirs; None for a visitor."""
        return cls(user.is_staff) if user is not None and user.is_authenticated else None
