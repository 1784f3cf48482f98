"""Who hears of each action, which of their choices decides on mail, who writes it, and while what holds."""

from dataclasses import dataclass
from typing import Any

from portal.accounts.models import User
from portal.activity.catalogue import sentence
from portal.activity.models import Action, Event, Happening
from portal.activity.subjects import Known, Told, row_of, subject_of
from portal.notifications.audiences import (
    Who,
    everyone_in_the_release,
    followers,
    followers_of_its_board,
    its_author,
    nobody,
    other_admins,
    the_person,
    those_who_are_answered,
    those_who_backed_it_before,
    those_who_came_along,
    those_who_care,
    those_who_heard_of_the_closing,
    those_who_knew_of_the_merge,
    those_who_said_so,
    those_who_wait_for_it,
    those_who_wait_longer,
    those_whom_a_board_concerns,
    whoever_asked,
    whoever_merged_it,
    whoever_owes_it,
    whoever_reported,
    whoever_sees_to_it,
    whom_it_names,
    whose_votes,
)
from portal.notifications.preferences import ALWAYS, COMMENTS, DIRECT, LETTER, PROGRESS, Preference
from portal.notifications.undoing import (
    Still,
    has_shaped,
    has_these_jobs,
    has_this_owner,
    has_this_role,
    has_this_target,
    is_answered,
    is_asked,
    is_asked_of_comment,
    is_held,
    is_hidden,
    is_merged,
    is_owed,
    is_promised,
    is_reported,
    is_said_last,
    is_settled,
    is_shown,
    is_suspended,
    reads_otherwise,
    stands_for_itself,
    waits,
    was_not_quietly_undone,
)
from portal.notifications.writing import (
    address,
    answers,
    boards,
    comment,
    converting,
    data,
    digest,
    first_steps,
    jobs,
    merging,
    moderation,
    notes,
    promises,
    release,
    reports,
    response,
    rewriting,
    roles,
    splitting,
    staff,
    status,
    suspension,
    target,
    thanks,
    votes,
)
from portal.notifications.writing.shapes import Mail


@dataclass(frozen=True)
class Telling:
    """A condition on User, and how those people are told: `mail` has all words.

    `still`: only while this holds of the subject; what is undone before it leaves is told to nobody.
    """

    who: Who
    preference: Preference
    mail: Mail | None
    still: Still | None = None
    in_portal: bool = True
    suspended_too: bool = False


silence = Telling(nobody, PROGRESS, None)

TELLING: dict[Action, Telling] = {
    Action.SIGN_IN_REQUESTED: silence,
    Action.MEMBER_JOINED: silence,
    Action.MEMBER_SUSPENDED: Telling(the_person, DIRECT, suspension.SUSPENDED, is_suspended, suspended_too=True),
    Action.MEMBER_REINSTATED: silence,
    Action.MEMBER_ERASED: silence,
    Action.DATA_HANDED_OVER: Telling(the_person, ALWAYS, data.HANDED_OVER, suspended_too=True),
    Action.PROFILE_HIDDEN: Telling(the_person, DIRECT, moderation.PROFILE_HIDDEN, is_hidden),
    Action.PROFILE_RESTORED: Telling(the_person, DIRECT, moderation.PROFILE_RESTORED, is_shown),
    Action.ROLE_CHANGED: Telling(the_person, DIRECT, roles.CHANGED, has_this_role),
    Action.JOBS_CHANGED: Telling(the_person, DIRECT, jobs.CHANGED, has_these_jobs),
    Action.ADDRESS_ASKED: silence,
    Action.ADDRESS_READY: Telling(other_admins, DIRECT, address.READY),
    Action.ADDRESS_OBJECTED: Telling(other_admins, DIRECT, address.OBJECTED),
    Action.ADDRESS_KEPT: silence,
    Action.ADDRESS_CHANGED: silence,
    Action.ADDRESS_TAKEN_BACK: silence,
    Action.IDEA_PROPOSED: Telling(followers_of_its_board, LETTER, staff.PROPOSED, waits),
    Action.IDEA_EDITED: silence,
    Action.IDEA_REWRITTEN: Telling(those_who_backed_it_before, LETTER, rewriting.REWRITTEN, reads_otherwise),
    Action.IDEA_MOVED: silence,
    Action.IDEA_TAGGED: silence,
    Action.IDEA_ASSIGNED: Telling(nobody, PROGRESS, staff.ASSIGNED, has_this_owner),
    Action.IDEA_SNOOZED: silence,
    Action.IDEA_LINKED: silence,
    Action.IDEA_UNLINKED: silence,
    Action.CONVERSION_ASKED: Telling(its_author, DIRECT, converting.ASKED, is_asked),
    Action.CONVERSION_WITHDRAWN: silence,
    Action.CONVERSION_ANSWERED: Telling(whoever_asked, DIRECT, converting.ANSWERED),
    Action.IDEA_CONVERTED: silence,
    Action.IDEA_HIDDEN: Telling(its_author, PROGRESS, moderation.IDEA_HIDDEN, is_hidden),
    Action.IDEA_RESTORED: Telling(its_author, PROGRESS, moderation.IDEA_RESTORED, is_shown),
    Action.IDEA_MERGED: Telling(its_author, DIRECT, merging.MERGED, is_merged),
    Action.IDEA_UNMERGED: Telling(those_who_knew_of_the_merge, PROGRESS, merging.UNMERGED, stands_for_itself),
    Action.MERGE_OBJECTED: Telling(whoever_merged_it, DIRECT, merging.OBJECTED),
    Action.MERGE_SETTLED: Telling(those_who_came_along, PROGRESS, merging.SETTLED, is_merged),
    Action.OBJECTION_SEEN: silence,
    Action.SAME_SAID: silence,
    Action.SAME_TAKEN_BACK: silence,
    Action.SAME_DECLINED: silence,
    Action.SAME_DISMISSED: silence,
    Action.SAME_CAME_TRUE: Telling(those_who_said_so, PROGRESS, merging.CAME_TRUE, is_merged),
    Action.VISIBILITY_CHANGED: silence,
    Action.STATUS_CHANGED: Telling(those_who_care, PROGRESS, status.CHANGED, was_not_quietly_undone),
    Action.TARGET_CHANGED: Telling(those_who_wait_longer, PROGRESS, target.SLIPPED, has_this_target),
    Action.RESPONSE_POSTED: Telling(those_who_are_answered, PROGRESS, response.POSTED, is_answered),
    Action.SOURCE_CORRECTED: silence,
    Action.RESPONSE_EDITED: silence,
    Action.PROMISE_MADE: Telling(those_who_care, PROGRESS, promises.MADE, is_promised),
    Action.PROMISE_MOVED: Telling(those_who_care, PROGRESS, promises.MOVED, is_promised),
    Action.PROMISE_ENTRUSTED: silence,
    Action.PROMISE_KEPT: Telling(those_who_wait_for_it, PROGRESS, promises.KEPT, is_settled),
    Action.PROMISE_TAKEN_BACK: Telling(those_who_wait_for_it, PROGRESS, promises.TAKEN_BACK, is_settled),
    Action.PROMISE_REOPENED: silence,
    Action.PROMISE_DUE_SOON: Telling(whoever_sees_to_it, DIRECT, promises.DUE_SOON, is_promised),
    Action.PROMISE_OVERDUE: Telling(whoever_sees_to_it, DIRECT, promises.OVERDUE, is_promised),
    Action.ANSWER_OWED: Telling(whoever_owes_it, DIRECT, answers.OWED, is_owed),
    Action.ANSWER_REMINDED: Telling(whoever_owes_it, DIRECT, answers.REMINDED, is_owed),
    Action.NOTE_POSTED: Telling(whom_it_names, DIRECT, notes.POSTED, is_shown),
    Action.ACT_UNDONE: silence,
    Action.NEVER_HAPPENED: silence,
    Action.COMMENT_POSTED: Telling(followers, COMMENTS, comment.POSTED),
    Action.COMMENT_EDITED: silence,
    Action.COMMENT_HIDDEN: Telling(its_author, PROGRESS, moderation.COMMENT_HIDDEN, is_hidden),
    Action.COMMENT_RESTORED: Telling(its_author, PROGRESS, moderation.COMMENT_RESTORED, is_shown),
    Action.COMMENT_SHAPED: Telling(its_author, PROGRESS, comment.SHAPED, has_shaped),
    Action.COMMENT_UNSHAPED: silence,
    Action.COMMENT_DELETED: silence,
    Action.COMMENT_SPLIT: silence,
    Action.SPLIT_ASKED: Telling(its_author, DIRECT, splitting.ASKED, is_asked_of_comment),
    Action.SPLIT_WITHDRAWN: silence,
    Action.SPLIT_ANSWERED: Telling(whoever_asked, DIRECT, splitting.ANSWERED),
    Action.SPLIT_TAKEN_BACK: silence,
    Action.VERSION_BLANKED: Telling(its_author, DIRECT, data.VERSION_BLANKED, suspended_too=True),
    Action.RESPONSE_BLANKED: silence,
    Action.REASON_BLANKED: silence,
    Action.PICTURES_CHANGED: silence,
    Action.RELEASE_DRAFTED: silence,
    Action.RELEASE_EDITED: silence,
    Action.RELEASE_DISCARDED: silence,
    Action.RELEASE_PUBLISHED: Telling(everyone_in_the_release, PROGRESS, release.PUBLISHED),
    Action.RELEASE_HIDDEN: Telling(its_author, PROGRESS, moderation.RELEASE, is_hidden),
    Action.RELEASE_RESTORED: Telling(its_author, PROGRESS, moderation.RELEASE, is_shown),
    Action.FLAGGED: Telling(nobody, PROGRESS, staff.FLAGGED, is_reported),
    Action.FLAGS_ANSWERED: Telling(whoever_reported, DIRECT, reports.ANSWERED),
    Action.TEXT_HELD: Telling(its_author, DIRECT, moderation.TEXT_HELD, is_held),
    Action.TEXT_KEPT: silence,
    Action.CRITICISM_ROSE: Telling(nobody, PROGRESS, staff.CRITICISM_ROSE),
    Action.VOTES_SET_ASIDE: Telling(whose_votes, DIRECT, votes.SET_ASIDE, suspended_too=True),
    Action.VOTES_PUT_BACK: Telling(whose_votes, DIRECT, votes.PUT_BACK, suspended_too=True),
    Action.VOTE_ANSWERED: silence,
    Action.PARTNER_PICKED: Telling(the_person, DIRECT, thanks.PICKED),
    Action.PARTNER_THANKED: Telling(the_person, DIRECT, thanks.THANKED),
    Action.MEMBER_WELCOMED: Telling(the_person, DIRECT, thanks.WELCOMED),
    Action.STAFF_LETTER_DUE: Telling(the_person, ALWAYS, staff.LETTER, in_portal=False),
    Action.DIGEST_DUE: Telling(the_person, ALWAYS, digest.DUE, in_portal=False),
    Action.DELIVERY_RETRIED: silence,
    Action.DELIVERY_DISCARDED: silence,
    Action.BOARD_CHANGED: silence,
    Action.BOARD_CLOSING: Telling(those_whom_a_board_concerns, PROGRESS, boards.CLOSING, is_said_last),
    Action.BOARD_OPENED: Telling(those_who_heard_of_the_closing, PROGRESS, boards.OPENED, is_said_last),
    Action.TAG_CHANGED: silence,
    Action.STATUS_EDITED: silence,
    Action.JOB_EDITED: silence,
    Action.SNIPPET_CHANGED: silence,
    Action.SETTINGS_CHANGED: silence,
    Action.TEXT_CHANGED: silence,
    Action.MAIL_TESTED: Telling(the_person, ALWAYS, first_steps.MAIL_TESTED, in_portal=False),
    Action.AUDIT_EXPORTED: silence,
    Action.PORTAL_RESTORED: silence,
}


def line_of(event: Happening, known: Known = row_of) -> str:
    """The event in one sentence for whoever is told of it, in the language being written."""
    mail = TELLING[Action(event.action)].mail
    return mail.line(Told(event, known)) if mail and mail.line else sentence(event, known)


def place_of(event: Happening, subject: Any, reader: User) -> str:
    """Where the reader sees what happened, where that is another page than that of the subject; else nothing."""
    mail = TELLING[Action(event.action)].mail
    return mail.place(event, subject, reader) if mail and mail.place else ""


def is_undone(event: Event) -> bool:
    """Whether what it tells is no longer so, or what it is about is gone."""
    still = TELLING[Action(event.action)].still
    if still is None:
        return False
    subject = subject_of(event)
    return subject is None or not still(subject, event)
