"""What waits for an answer, longest first."""

from flask import abort, request

from portal import permissions
from portal.admin import queues
from portal.admin.idea_tools import find_idea
from portal.admin.views import bp
from portal.ideas.asking import asked_id
from portal.permissions import require


@bp.get("", strict_slashes=False)
def inbox() -> str:
    """The queue that `?queue=` names, with the idea of `?idea=`, or else its first, open beside it."""
    require(permissions.see_inbox)
    name = request.args.get("queue", "all")
    if name not in queues.QUEUES:
        abort(404)
    asked = asked_id("idea")
    return queues.draw(name, find_idea(asked, permissions.see_inbox) if asked else None)
