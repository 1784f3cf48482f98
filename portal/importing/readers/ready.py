"""Tables of tools, ready by the columns that each documents; other columns go by what they are called."""

from portal.importing.readers.table import Ready

CANNY = Ready(
    {
        "id": "id", "title": "title", "details": "body", "author": "author", "author name": "author",
        "author email": "author_address", "board": "board", "category": "tags", "created": "created_at",
        "created at": "created_at", "score": "votes_count", "votes": "votes_count", "status": "status", "tags": "tags",
        "url": "source", "by": "ignored", "owner": "ignored", "eta": "ignored", "comment count": "ignored",
        "commentcount": "ignored", "statuschangedat": "ignored",
    },
    {"complete": "shipped", "closed": "declined"},
)  # fmt: skip
USERVOICE = Ready(
    {
        "suggestion.id": "id", "suggestion.title": "title", "suggestion.body": "body",
        "suggestion.portal_url": "source", "suggestion.forum.name": "board", "suggestion.category.name": "tags",
        "suggestion.status.name": "status", "suggestion.labels.name": "tags", "suggestion.parent.id": "original",
        "suggestion.created_timestamp": "created_at", "suggestion.created_by.name": "author",
        "suggestion.created_by.email_address": "author_address", "suggestion.votes_count": "votes_count",
        "suggestion.supporters_count": "votes_count", "suggestion.admin_url": "ignored",
        "suggestion.body_mime_type": "ignored",
    },
)  # fmt: skip
JIRA = Ready(
    {
        "summary": "title", "issue key": "id", "issue id": "ignored", "issue type": "kind", "status": "status",
        "project key": "ignored", "project name": "board", "reporter": "author", "creator": "ignored",
        "created": "created_at", "votes": "votes_count", "labels": "tags", "description": "body", "comment": "comment",
        "priority": "ignored", "resolution": "ignored", "assignee": "ignored", "watchers": "ignored",
        "updated": "ignored", "url": "source", "key": "id", "project_name": "board", "issue_type": "kind",
        "reporter_name": "author", "created_date": "created_at", "vote_count": "votes_count",
    },
    {"to do": "open", "in progress": "started", "done": "shipped", "selected for development": "planned"},
)  # fmt: skip
PRODUCTBOARD = Ready(
    {
        "title": "title", "name": "title", "content": "body", "note_text": "body", "text": "body",
        "description": "body", "user email": "author_address", "user_email": "author_address",
        "customer_email": "author_address", "customer email": "author_address", "user name": "author",
        "company": "ignored", "display url": "source", "source url": "source", "tags": "tags",
        "created at": "created_at", "created_at": "created_at", "status": "status", "owner": "ignored",
        "source": "ignored", "state": "ignored", "votes": "votes_count",
    },
    {"new idea": "open", "candidate": "under_review", "unprocessed": "open", "processed": "under_review"},
)  # fmt: skip
AHA = Ready(
    {
        "idea name": "title", "idea description": "body", "idea reference #": "id", "idea reference": "id",
        "reference num": "id", "idea status": "status", "idea votes": "votes_count", "idea categories": "tags",
        "idea tags": "tags", "tags": "tags", "created by": "author", "created by email": "author_address",
        "idea created at": "created_at", "created date": "created_at", "idea created date": "created_at",
        "admin response": "response", "idea url": "source", "workspace": "board", "product": "board",
    },
    {
        "needs review": "open", "future consideration": "under_review", "likely to implement": "planned",
        "unlikely to implement": "declined", "will not implement": "declined", "already exists": "shipped",
        "planning to implement": "planned",
    },
)  # fmt: skip
IDEASCALE = Ready(
    {
        "idea id": "id", "idea number": "id", "idea title": "title", "idea description": "body",
        "tags (comma separated)": "tags", "tags": "tags", "idea submitter email": "author_address",
        "idea submitter": "author", "author": "author", "campaign": "board", "campaign name": "board",
        "stage": "status", "idea url": "source", "creation date": "created_at", "created date": "created_at",
        "up votes": "votes_count", "upvotes": "votes_count",
    },
)  # fmt: skip
