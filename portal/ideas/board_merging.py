"""Two boards become one and may be separated again; and a part of the ideas of one becomes a board of its own."""

from sqlalchemy import Column, ForeignKey, Table

from portal.database.types import Base

# Which ideas stood on a board when it became another: what separating them puts back.
merged_board_idea = Table(
    "merged_board_idea",
    Base.metadata,
    Column("board_id", ForeignKey("merged_board.board_id", ondelete="CASCADE"), primary_key=True),
    Column("idea_id", ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True, index=True),
)
