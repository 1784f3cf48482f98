"""What search engines are told of an idea, as schema.org's DiscussionForumPosting."""

from typing import Any

from portal.accounts.models import User
from portal.i18n import _
from portal.ideas.models import Idea
from portal.text import excerpt
from portal.web.addresses import url_for
from portal.web.site import public_url

TEXT = 5_000


def posting(idea: Idea, comments: list[Any], release: Any) -> dict[str, Any]:
    """The idea, its first comments and the release that tells of it; the caller gives only what everybody may read."""
    told = {"subjectOf": _release(release)} if release else {}
    return {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "url": public_url(idea.url),
        "headline": idea.title,
        "text": excerpt(idea.body, TEXT) or idea.title,
        "inLanguage": idea.lang,
        "author": _person(idea.author),
        "datePublished": idea.created_at.isoformat(timespec="seconds"),
        "dateModified": (idea.edited_at or idea.created_at).isoformat(timespec="seconds"),
        "interactionStatistic": [
            _count("LikeAction", idea.votes_count),
            _count("CommentAction", idea.comments_count),
        ],
        "comment": [_comment(comment) for comment in comments],
        **told,
    }


def _release(release: Any) -> dict[str, str]:
    return {"@type": "BlogPosting", "headline": release.title, "url": public_url(release.url)}


def _comment(comment: Any) -> dict[str, Any]:
    return {
        "@type": "Comment",
        "url": public_url(comment.url),
        "text": excerpt(comment.body, TEXT),
        "author": _person(comment.author),
        "datePublished": comment.created_at.isoformat(timespec="seconds"),
    }


def _person(user: User) -> dict[str, str]:
    if user.is_former:
        return {"@type": "Person", "name": _("a former member")}
    url = public_url(url_for("accounts.show", handle=user.handle))
    return {"@type": "Person", "name": user.display_name, "url": url}


def _count(kind: str, number: int) -> dict[str, Any]:
    return {
        "@type": "InteractionCounter",
        "interactionType": f"https://schema.org/{kind}",
        "userInteractionCount": number,
    }
