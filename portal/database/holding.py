"""Rows that one transaction changes at a time: of two who act, the second waits, and sees what the first did."""

from typing import Any, TypeVar

from sqlalchemy import inspect, select

from portal.extensions import db

Row = TypeVar("Row")


def hold(thing: Any) -> None:
    """Let nobody else change this row until the transaction ends; all that was loaded is read again.

    The caller has begun the write. On SQLite that alone holds everybody else.
    """
    state: Any = inspect(thing)
    mapper = state.mapper
    hold_all(mapper.class_, *(key == own for key, own in zip(mapper.primary_key, state.identity, strict=True)))
    db.session.expire_all()


def hold_all(model: type[Row], *which: Any) -> list[Row]:
    """Hold these rows in the order of their keys, so that nobody waits for who waits for them; they are read again."""
    return _locked(model, which)


def hold_numbers(model: type[Row], *which: Any) -> list[Row]:
    """Hold these rows as one who changes their numbers does; they are read again. Rows that name them may be added
    meanwhile: of two who added one, and each changes the row that both name, none waits for the other for ever.
    """
    return _locked(model, which, key_share=True)


def hold_ids(model: Any, *which: Any) -> list[int]:
    """Hold these rows, by their ids, without reading them: for what is done to thousands in one statement."""
    held = select(model.id).where(*which).order_by(model.id).with_for_update(of=model)
    return list(db.session.scalars(held))


def keep_all(model: type[Row], *which: Any) -> list[Row]:
    """Let nobody hold these rows until the transaction ends; others may keep them as well. They are read again."""
    return _locked(model, which, read=True, key_share=True)


def _locked(model: type[Row], which: Any, **how: bool) -> list[Row]:
    keys = inspect(model).primary_key
    locked = select(model).where(*which).order_by(*keys).with_for_update(of=model, **how)
    return list(db.session.scalars(locked, execution_options={"populate_existing": True}).unique())
