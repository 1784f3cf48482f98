"""All that the portal holds of a person: a row for each table of the database, and nobody else keeps a list of them.

What exports, erases, purges and tells of privacy reads this table.
"""

from dataclasses import dataclass
from typing import Any

from portal.accounts.email_tokens import EmailToken, PendingAction
from portal.accounts.models import User
from portal.accounts.moving import AddressChange
from portal.accounts.sessions import SignedIn
from portal.activity.models import Event
from portal.changelog.models import Credit, Release
from portal.comments.models import Comment, CommentRevision
from portal.comments.splits import Split
from portal.i18n import _l
from portal.ideas.attachments import Attachment
from portal.ideas.boards import Board
from portal.ideas.captured import Captured
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse, ResponseRevision
from portal.ideas.revisions import Revision
from portal.ideas.values import IdeaValue
from portal.importing.models import ImportRun
from portal.merging.conversions import Conversion
from portal.merging.models import Merge
from portal.merging.suggestions import Say
from portal.moderation.models import Flag, Suspension
from portal.moderation.networks import VoteNetwork
from portal.notifications.models import BoardFollow, Delivery, Follow, Notification, StaffMail, StaffMailBoard, Topic
from portal.privacy import entries, erasure_rules, retention, row_words, written
from portal.privacy import notice_lines as lines
from portal.privacy.entries import Section, rows_of
from portal.privacy.erasure_rules import Erasure, as_they_wish, asked_no_more, deleted, let_go, nameless
from portal.privacy.notice_lines import Line
from portal.privacy.retention import Retention
from portal.recognition.models import Partner, PointEntry, ThankYou
from portal.settings import Settings
from portal.triage.acts import Act
from portal.triage.assigning import Assignment
from portal.triage.ledger import Promise, PromiseDay
from portal.triage.saved_views import SavedView
from portal.triage.snoozing import Snooze
from portal.voting.models import SetAside, Vote


@dataclass(frozen=True)
class With:
    """Handed over with what it belongs to, in the section of this key."""

    section: str


@dataclass(frozen=True)
class Withheld:
    """Not in the file that a person takes along, and why: the end of a sentence."""

    why: Any


@dataclass(frozen=True)
class Holding:
    """What a table holds of a person.

    `whose`: the columns that say whose it is, by account or by address; `by`: those that name who else had to do with
    it. Then what the privacy text calls it, what the export hands over, what erasing the account does, and after how
    long it is deleted by itself.
    """

    model: Any
    whose: tuple[Any, ...]
    line: Line
    handed_over: Section | With | Withheld
    erased: Erasure
    purged: tuple[Retention, ...] = ()
    by: tuple[Any, ...] = ()


CONVERSATIONS = _l("So that conversations still make sense.")
BRANDS = _l("The brand said it.")
OUTCOMES = _l("So that what was given for an idea adds up.")
DECISIONS = _l("So that what our team decided can be followed.")

# The export has its sections in this order. Erasing begins at the end, so that the account itself goes last.
HOLDINGS: tuple[Holding, ...] = (
    Holding(
        User, (User.id, User.email, User.mailbox), lines.PROFILE,
        Section("profile", _l("You"), entries.profile),
        erasure_rules.FORGOTTEN,
    ),
    Holding(
        Idea, (Idea.author_id,), lines.IDEAS,
        Section("ideas", _l("Ideas and issues"), written.ideas),
        as_they_wish("texts", CONVERSATIONS),
    ),
    Holding(
        IdeaValue, (IdeaValue.idea_id,), lines.FIELDS,
        With("ideas"),
        as_they_wish("texts", CONVERSATIONS),
    ),
    Holding(
        Comment, (Comment.author_id,), lines.COMMENTS,
        Section("comments", _l("Comments"), written.comments),
        as_they_wish("comments", CONVERSATIONS),
    ),
    Holding(
        Revision, (Revision.editor_id,), lines.VERSIONS,
        With("ideas"),
        as_they_wish("versions", CONVERSATIONS),
    ),
    Holding(
        CommentRevision, (CommentRevision.editor_id,), lines.VERSIONS,
        With("comments"),
        as_they_wish("versions", CONVERSATIONS),
    ),
    Holding(
        Attachment, (Attachment.owner_id,), lines.PICTURES,
        With("ideas"),
        as_they_wish("pictures", CONVERSATIONS),
        purged=(retention.UNSENT_PICTURES,),
    ),
    Holding(
        OfficialResponse, (OfficialResponse.author_id,), lines.RESPONSES,
        Section("responses", _l("Official responses"), written.responses),
        nameless(BRANDS),
    ),
    Holding(
        ResponseRevision, (ResponseRevision.editor_id,), lines.RESPONSES,
        With("responses"),
        nameless(BRANDS),
    ),
    Holding(
        Captured, (Captured.by_id,), lines.CAPTURED,
        Section("captured", _l("What you noted for customers"), written.captured),
        nameless(CONVERSATIONS),
    ),
    Holding(
        Conversion, (Conversion.asked_id,), lines.QUESTIONS,
        Section(
            "questions", _l("What our team asked you about your ideas and issues"),
            rows_of(
                Conversion, ("idea_id", "kind", "created_at", "until", "outcome"), row_words.question,
                whose=(Conversion.asked_id,),
            ),
        ),
        let_go(Conversion.asked_id, Conversion.by_id),
        purged=(retention.QUESTIONS,),
        by=(Conversion.by_id,),
    ),
    Holding(
        Split, (Split.asked_id,), lines.QUESTIONS_ABOUT_COMMENTS,
        Section(
            "questions_about_comments", _l("What our team asked you about your comments"),
            rows_of(
                Split, ("comment_id", "idea_id", "kind", "created_at", "until", "outcome"),
                row_words.question_about_comment, whose=(Split.asked_id,),
            ),
        ),
        asked_no_more(Split),
        by=(Split.by_id,),
    ),
    Holding(
        Release, (Release.author_id,), lines.RELEASES,
        Withheld(_l("they are words of the brand.")),
        nameless(BRANDS),
    ),
    Holding(
        Promise, (Promise.made_by_id,), lines.PROMISES,
        Withheld(_l("they are words of the brand.")),
        nameless(BRANDS),
        by=(Promise.owner_id, Promise.settled_by_id),
    ),
    Holding(
        PromiseDay, (PromiseDay.by_id,), lines.PROMISES,
        Withheld(_l("they are words of the brand.")),
        nameless(BRANDS),
    ),
    Holding(
        Board, (Board.owner_id,), lines.BOARDS,
        Section(
            "boards", _l("Boards on which you answer"),
            rows_of(Board, ("slug",), whose=(Board.owner_id, Board.support_id)),
        ),
        let_go(Board.owner_id, Board.support_id),
        by=(Board.support_id,),
    ),
    Holding(
        Settings, (Settings.support_id,), lines.SUPPORT,
        Section(
            "support", _l("That you are named as support"),
            rows_of(Settings, ("name",), whose=(Settings.support_id,)),
        ),
        let_go(Settings.support_id),
    ),
    Holding(
        ImportRun, (ImportRun.by_id,), lines.IMPORTS,
        Section(
            "imports", _l("The imports that you began"),
            rows_of(ImportRun, ("source", "tool", "state", "started_at"), whose=(ImportRun.by_id,)),
        ),
        let_go(ImportRun.by_id),
    ),
    Holding(
        Notification, (Notification.user_id,), lines.NOTIFICATIONS,
        Section("notifications", _l("What you were told"), entries.notifications),
        deleted(Notification.user_id),
    ),
    Holding(
        Vote, (Vote.user_id,), lines.VOTES,
        Section(
            "votes", _l("Ideas that you vote for, and issues that you have too"),
            rows_of(Vote, ("idea_id", "importance", "is_counted", "created_at"), row_words.vote),
        ),
        erasure_rules.WITHDRAWN,
    ),
    Holding(
        SetAside, (SetAside.user_id,), lines.SET_ASIDE,
        Section(
            "votes_set_aside", _l("Votes of yours that do not count"),
            rows_of(SetAside, ("idea_id", "reason", "answer", "created_at", "answered_at", "undone_at")),
        ),
        deleted(SetAside.user_id),
        by=(SetAside.by_id, SetAside.undone_by_id),
    ),
    Holding(
        Merge, (Merge.by_id, Merge.undone_by_id), lines.MERGES,
        Section(
            "merges", _l("Ideas that you merged, and merges that you undid"),
            rows_of(
                Merge, ("idea_id", "into_id", "reason", "created_at", "objection", "objected_at", "undone_at"),
                row_words.merge, whose=(Merge.by_id, Merge.undone_by_id),
            ),
        ),
        as_they_wish("texts", DECISIONS),
        by=(Merge.objection_seen_by_id,),
    ),
    Holding(
        Say, (Say.user_id,), lines.SAID_SAME,
        Section(
            "said_same", _l("Ideas that you said are the same, or are not"),
            entries.said_same,
        ),
        deleted(Say.user_id),
    ),
    Holding(
        VoteNetwork, (VoteNetwork.user_id,), lines.NETWORKS,
        Section(
            "networks_of_votes", _l("Votes of which the network is remembered for seven days"),
            rows_of(VoteNetwork, ("idea_id", "created_at")),
        ),
        deleted(VoteNetwork.user_id),
        purged=(retention.VOTE_NETWORKS,),
    ),
    Holding(
        Follow, (Follow.user_id,), lines.FOLLOWS,
        Section(
            "follows", _l("Ideas and issues that you follow"),
            rows_of(Follow, ("idea_id", "muted", "created_at"), row_words.follow),
        ),
        deleted(Follow.user_id),
    ),
    Holding(
        BoardFollow, (BoardFollow.user_id,), lines.FOLLOWS,
        Section(
            "boards_followed", _l("Boards that you follow"),
            rows_of(BoardFollow, ("board_id", "created_at")),
        ),
        deleted(BoardFollow.user_id),
    ),
    Holding(
        StaffMail, (StaffMail.user_id,), lines.TEAM_MAIL,
        Section("team_mail", _l("What you hear of as one of the team"), rows_of(StaffMail, tuple(Topic))),
        deleted(StaffMail.user_id),
    ),
    Holding(
        StaffMailBoard, (StaffMailBoard.user_id,), lines.TEAM_MAIL,
        Section("team_mail_boards", _l("The boards of which you hear"), rows_of(StaffMailBoard, ("board_id",))),
        deleted(StaffMailBoard.user_id),
    ),
    Holding(
        Assignment, (Assignment.user_id,), lines.IN_HAND,
        Section(
            "in_hand", _l("What you have in hand"),
            rows_of(Assignment, ("idea_id", "due_at", "created_at"), row_words.in_hand),
        ),
        deleted(Assignment.user_id),
        by=(Assignment.by_id,),
    ),
    Holding(
        Snooze, (Snooze.user_id,), lines.IN_HAND,
        Section(
            "put_off", _l("What you put off for the team"),
            rows_of(Snooze, ("idea_id", "until", "created_at"), row_words.put_off),
        ),
        deleted(Snooze.user_id),
    ),
    Holding(
        SavedView, (SavedView.user_id,), lines.SAVED_VIEWS,
        Section(
            "saved_views", _l("The views of the inbox that you saved"),
            rows_of(SavedView, ("name", "query", "is_shared", "created_at"), row_words.saved_view),
        ),
        deleted(SavedView.user_id),
    ),
    Holding(
        PointEntry, (PointEntry.user_id,), lines.POINTS,
        Section(
            "points", _l("Your points"),
            rows_of(
                PointEntry, ("id", "rule", "points", "subject_type", "subject_id", "created_at", "undoes_id"),
                row_words.points,
            ),
        ),
        nameless(OUTCOMES),
    ),
    Holding(
        ThankYou, (ThankYou.user_id,), lines.THANKS,
        Section(
            "thanks", _l("Thanks and a welcome from the team"),
            rows_of(ThankYou, ("body", "created_at"), row_words.thanks),
        ),
        deleted(ThankYou.user_id),
        by=(ThankYou.author_id,),
    ),
    Holding(
        Flag, (Flag.user_id,), lines.REPORTS,
        Section(
            "reports", _l("What you reported"),
            rows_of(
                Flag, ("subject_type", "subject_id", "reason", "words", "created_at", "judged_at", "judgement"),
                row_words.report,
            ),
        ),
        nameless(DECISIONS),
        by=(Flag.author_id, Flag.judged_by_id),
    ),
    Holding(
        Credit, (Credit.user_id,), lines.CREDITS,
        Section(
            "credits", _l("Where you are credited"),
            rows_of(Credit, ("release_id", "idea_id", "role"), row_words.credit),
        ),
        nameless(OUTCOMES),
    ),
    Holding(
        AddressChange, (AddressChange.user_id, AddressChange.old_email, AddressChange.new_email), lines.ADDRESS_CHANGES,
        Section(
            "address_changes", _l("Changes of your e-mail address"),
            rows_of(
                AddressChange,
                (
                    "old_email", "new_email", "lost_old", "asked_at", "old_confirmed_at", "new_confirmed_at",
                    "ended_at", "ended_as", "reason", "done_at", "undone_at",
                ),
            ),
        ),
        deleted(AddressChange.user_id),
        purged=(retention.ENDED_ADDRESS_CHANGES, retention.UNANSWERED_ADDRESS_CHANGES),
        by=(AddressChange.decided_by_id,),
    ),
    Holding(
        SignedIn, (SignedIn.user_id,), lines.SESSIONS,
        Section(
            "sessions", _l("Where you were signed in"),
            rows_of(SignedIn, ("user_agent", "created_at", "revoked_at"), row_words.session),
        ),
        deleted(SignedIn.user_id),
    ),
    Holding(
        Partner, (Partner.user_id,), lines.PARTNERS,
        Section("partners", _l("Weeks in which you were a top partner"), entries.partners),
        deleted(Partner.user_id),
    ),
    Holding(
        Suspension, (Suspension.user_id,), lines.SUSPENSIONS,
        Section("suspensions", _l("Suspensions"), entries.suspensions),
        nameless(DECISIONS),
        by=(Suspension.by_id,),
    ),
    Holding(
        PendingAction, (PendingAction.token_id,), lines.WAITING,
        Section("waiting", _l("What waits for your confirmation by mail"), entries.waiting),
        erasure_rules.DROPPED_WITH_THEIR_MESSAGE,
        purged=(retention.SIGN_IN_MESSAGES,),
    ),
    Holding(
        EmailToken, (EmailToken.email, EmailToken.mailbox), lines.SIGN_IN_MESSAGES,
        Withheld(_l("they are keys, and keep nothing else of you.")),
        erasure_rules.DROPPED,
        purged=(retention.SIGN_IN_MESSAGES,),
    ),
    Holding(
        Event, (Event.actor_id,), lines.JOURNAL,
        Withheld(_l("what you did stands there with what you did it to.")),
        nameless(DECISIONS),
    ),
    Holding(
        Act, (Act.by_id,), lines.ACTS,
        Withheld(_l("it stays for seconds, and what it was stands where you did it.")),
        erasure_rules.ACTS_DROPPED,
        purged=(retention.ACTS,),
    ),
    Holding(
        Delivery, (Delivery.recipient,), lines.DELIVERIES,
        Withheld(_l("what you were told stands there among the notifications.")),
        erasure_rules.CANCELLED,
    ),
)  # fmt: skip
SECTIONS = tuple(each.handed_over for each in HOLDINGS if isinstance(each.handed_over, Section))

# Tables that hold nothing of a person, and why that is so.
NOTHING_OF_A_PERSON = {
    "board_field": "the brand’s own order",
    "board_field_text": "the brand’s own words",
    "board_name": "the brand’s own words",
    "field_choice": "the brand’s own order",
    "field_choice_name": "the brand’s own words",
    "board_text": "the brand’s own words",
    "idea_link": "which ideas belong together",
    "idea_tag": "which tag an idea has",
    "obligation": "which idea is owed an answer, and by when; whose it is, says who has the idea in hand",
    "portal_text": "the brand’s own words",
    "merged_board": "which board became which",
    "merged_board_idea": "which board an idea stood on",
    "merged_tag": "which tag became which",
    "merged_tag_idea": "which tag an idea had",
    "posting": "where a word stands, made anew from the idea whenever it is edited",
    "release_idea": "which ideas a release tells of",
    "release_text": "the brand’s own words",
    "schedule_run": "when a job ran",
    "sent_form": "a digest that names nobody, and nothing that was written",
    "snippet": "the brand’s own order",
    "snippet_text": "the brand’s own words",
    "status": "the brand’s own order",
    "suggestion": "which ideas are said to be the same; who says so, stands beside it",
    "status_name": "the brand’s own words",
    "stem": "how many ideas hold a word",
    "tag": "the brand’s own words",
    "tag_address": "what a tag was called before",
    "tag_text": "the brand’s own words",
    "transition": "the brand’s own order",
}
