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
    keys = inspect(model).primary_key
    held = select(model).where(*which).order_by(*keys).with_for_update(of=model)
    return list(db.session.scalars(held, execution_options={"populate_existing": True}).unique())


def hold_ids(model: Any, *which: Any) -> list[int]:
    """Hold these rows, by their ids, without reading them: for what is done to thousands in one statement."""
    held = select(model.id).where(*which).order_by(model.id).with_for_update(of=model)
    return list(db.session.scalars(held))


def keep_all(model: type[Row], *which: Any) -> list[Row]:
    """Let nobody hold these rows until the transaction ends; others may keep them as well. They are read again."""
    keys = inspect(model).primary_key
    kept = select(model).where(*which).order_by(*keys).with_for_update(read=True, key_share=True, of=model)
    return list(db.session.scalars(kept, execution_options={"populate_existing": True}).unique())
