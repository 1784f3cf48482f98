"""A board as a file to take along, such as one that closes."""

from flask import abort, redirect, send_file
from werkzeug.wrappers import Response

from portal.extensions import limiter
from portal.ideas.blueprint import bp
from portal.ideas.board_file import csv_of, jsonl_of
from portal.ideas.boards import Board
from portal.middleware import limits
from portal.web.addresses import url_for

KINDS = {"csv": (csv_of, "text/csv"), "jsonl": (jsonl_of, "application/jsonl")}


@bp.get("/boards/<slug>/board.csv", defaults={"kind": "csv"})
@bp.get("/boards/<slug>/board.jsonl", defaults={"kind": "jsonl"})
@limiter.limit(limits.BOARD_FILES.visitors)
def board_file(slug: str, kind: str) -> Response:
    """What everybody may see of the board, as a table or as JSON Lines."""
    board = Board.now_at(slug) or abort(404)
    if slug != board.slug:
        return redirect(url_for("ideas.board_file", slug=board.slug, kind=kind), 301)
    write, mimetype = KINDS[kind]
    file = write(board)
    answer = send_file(file, mimetype, as_attachment=True, download_name=f"{board.slug}.{kind}")
    del answer.headers["Cache-Control"]  # it is kept as any public page is
    answer.call_on_close(file.close)
    return answer
