"""Who may do what: one function a rule, (user, thing) -> bool. Templates ask by name: `can.edit_idea(idea)`."""

from collections.abc import Callable
from typing import Any

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user

from portal.extensions import context

Rule = Callable[[Any, Any], bool]
View = Callable[..., Any]


def me() -> Any:
    """The person at the browser: a member, or a visitor whom nobody knows; the `by` of whatever they do.

    The person, not Flask-Login's proxy, which looks them up anew at every question.
    """
    return context().g.get("_login_user") or current_user._get_current_object()


def take_part(user: Any, _: Any = None) -> bool:
    """Members do things; visitors and suspended members read."""
    return bool(user.is_authenticated) and not user.is_suspended


def staff(user: Any, _: Any = None) -> bool:
    return take_part(user) and user.is_staff


def admin(user: Any, _: Any = None) -> bool:
    return take_part(user) and user.is_admin


def vote_on_idea(user: Any, idea: Any) -> bool:
    return take_part(user) and idea.hidden_at is None


def follow_idea(user: Any, idea: Any) -> bool:
    return take_part(user)


def take_out(user: Any, _: Any = None) -> bool:
    """What is theirs, people take with them, stop and withdraw also while they are suspended; and they read."""
    return bool(user.is_authenticated)


read_notifications = change_address = take_out


def comment_on_idea(user: Any, idea: Any) -> bool:
    """Whatever is in sight; on a closed board only who answers there still says something."""
    return take_part(user) and idea.hidden_at is None and (user.is_staff or not idea.is_on_closed_board)


def edit_idea(user: Any, idea: Any) -> bool:
    """Its author, while it is in sight, and staff whose job it is."""
    mine = take_part(user) and idea.author_id == user.id and idea.hidden_at is None
    return mine or (take_part(user) and user.may("edit_idea"))


def edit_comment(user: Any, comment: Any) -> bool:
    return take_part(user) and comment.author_id == user.id and comment.hidden_at is None


def is_theirs(user: Any, thing: Any) -> bool:
    """Whether this person wrote it: a suspended member, too, takes their own words out."""
    return bool(user.is_authenticated) and thing.author_id == user.id


def object_to_merge(user: Any, idea: Any) -> bool:
    """Whoever wrote a merged idea says whether it is the same; for how long, the merge says."""
    return take_part(user) and idea.author_id == user.id


def say_same(user: Any, idea: Any) -> bool:
    """Members say of what stands in sight that it is the same as another."""
    return take_part(user) and idea.hidden_at is None and not idea.is_merged


def answer_same(user: Any, idea: Any) -> bool:
    """Whoever wrote it answers those who say that it is the same as another."""
    return say_same(user, idea) and idea.author_id == user.id


def blank_version(user: Any, thing: Any) -> bool:
    """Its author, and staff, take the words out of earlier versions of a text."""
    return is_theirs(user, thing) or blank_reason(user, thing)


def delete_comment(user: Any, comment: Any) -> bool:
    return is_theirs(user, comment) and comment.deleted_at is None


def delete_picture(user: Any, picture: Any) -> bool:
    """Whoever added a picture takes it away."""
    return bool(user.is_authenticated) and picture.owner_id == user.id


def edit_profile(user: Any, person: Any) -> bool:
    """Everybody their own; what is hidden stays as it is until it is shown again."""
    return take_part(user) and person.id == user.id and person.hidden_at is None


def flag(user: Any, thing: Any) -> bool:
    """Members report what others wrote for everyone to read."""
    for_all = not getattr(thing, "is_note", False) and not getattr(thing, "is_private", False)
    return take_part(user) and thing.author_id != user.id and thing.hidden_at is None and for_all


def publish_issue(user: Any, idea: Any) -> bool:
    """Only its author makes a private issue public; staff may make one private."""
    return (
        take_part(user)
        and idea.kind == "issue"
        and (idea.author_id == user.id or (not idea.is_private and user.may("publish_issue")))
    )


def mark_comment_as_shaping(user: Any, comment: Any) -> bool:
    """Staff and the author of the idea say which comments shaped it; nobody says it of their own, nor of a voice."""
    if not take_part(user) or comment.is_note or comment.captured is not None:
        return False
    of_their_idea = comment.idea.author_id == user.id and comment.author_id != user.id
    return of_their_idea or bool(user.may("mark_comment_as_shaping"))


def see_inbox(user: Any, _: Any = None) -> bool:
    """Everybody of staff reads what waits, whatever their job."""
    return staff(user)


def duty(*names: str) -> Rule:
    """A rule of staff whose job it is: `accounts/duties.py` has it by one of these names, and an admin gives it to
    jobs. Whoever decides about something also sees it.
    """

    def rule(user: Any, _: Any = None) -> bool:
        return take_part(user) and any(map(user.may, names))

    return rule


respond_to_idea, change_status, write_note = duty("respond_to_idea"), duty("change_status"), duty("write_note")
tag_idea, move_idea, blank_reason = duty("tag_idea"), duty("move_idea"), duty("blank_words")
edit_tags = duty("edit_tags")
see_votes, set_votes_aside = duty("see_votes", "set_votes_aside"), duty("set_votes_aside")
hide_idea, hide_comment = duty("hide_idea"), duty("hide_comment")
see_flags, judge_text = duty("see_flags", "judge_text"), duty("judge_text")
publish_release, thank_partner = duty("publish_release"), duty("thank_partner")
see_members, welcome_member = duty("see_members", "welcome_member", "suspend_member"), duty("welcome_member")
see_deliveries, mend_deliveries = duty("see_deliveries", "mend_deliveries"), duty("mend_deliveries")
see_audit, assign_idea = duty("see_audit"), duty("assign_idea")
see_promises = see_figures = see_inbox
promise_a_day, merge_idea = duty("promise_a_day"), duty("merge_idea")
snooze_idea, keep_view, aim_idea = assign_idea, see_inbox, change_status
link_idea = duty("link_idea")
use_snippets, edit_snippets, capture = see_inbox, duty("edit_snippets"), duty("capture")


def convert_idea(user: Any, idea: Any) -> bool:
    """Staff whose job it is let an issue become an idea, or back, while it is in sight."""
    return duty("convert_idea")(user, idea) and idea.hidden_at is None


def answer_conversion(user: Any, idea: Any) -> bool:
    """Its author says whether it may become the other, while it is in sight."""
    return is_theirs(user, idea) and take_part(user) and idea.hidden_at is None


def split_comment(user: Any, comment: Any) -> bool:
    """Staff whose job it is let what everybody reads in a comment become an idea of its own."""
    return split_from(user, comment.idea) and _is_read_by_others(comment)


def split_from(user: Any, idea: Any) -> bool:
    """The same of whatever is said of an idea that is in sight."""
    return duty("split_comment")(user, idea) and idea.hidden_at is None


def answer_split(user: Any, comment: Any) -> bool:
    """Whoever wrote it says whether it may, while it and its idea are in sight."""
    return is_theirs(user, comment) and take_part(user) and _is_read_by_others(comment)


def _is_read_by_others(comment: Any) -> bool:
    """Whether it stands in a discussion, and is no note of the team."""
    in_sight = comment.hidden_at is None and comment.deleted_at is None and comment.idea.hidden_at is None
    return in_sight and not comment.is_note


def change_view(user: Any, view: Any) -> bool:
    """Whoever keeps a list renames and deletes it; of those that the team shares, admins do too."""
    return staff(user) and (view.user_id == user.id or (view.is_shared and user.is_admin))


def note_voice(user: Any, idea: Any) -> bool:
    """Staff note what a customer said elsewhere on whatever is in sight."""
    return capture(user, idea) and idea.hidden_at is None


def suspend_member(user: Any, member: Any) -> bool:
    """Staff suspend members; only admins suspend staff; nobody suspends themselves."""
    others = take_part(user) and user.may("suspend_member") and member.id != user.id
    return others and (not member.is_of_team or user.is_admin)


def suspend_author(user: Any, author: Any) -> bool:
    """From the queue of moderation, members alone: staff are suspended on their own page, where an admin remains."""
    return suspend_member(user, author) and not author.is_of_team and not author.is_former


def change_role(user: Any, member: Any) -> bool:
    return admin(user) and member.id != user.id and not member.is_former and member.email is not None


def hand_over_data(user: Any, member: Any) -> bool:
    """At their request, an admin fetches a person's data for them."""
    return admin(user) and not member.is_former


def erase_member(user: Any, member: Any) -> bool:
    """At their request, an admin erases a person, never themselves here: one admin always remains."""
    return admin(user) and member.id != user.id and not member.is_former


def decide_address(user: Any, member: Any) -> bool:
    """Admins let another address of somebody else through: nobody decides on their own."""
    return admin(user) and member.id != user.id


see_addresses = edit_jobs = edit_boards = edit_statuses = edit_settings = admin


def suspended_too(view: View) -> View:
    """Mark a view that acts for suspended people as well; every other unsafe request of theirs is refused."""
    view.suspended_too = True  # type: ignore[attr-defined]
    return view


def require(rule: Rule, thing: Any = None) -> None:
    """Go on only where the rule allows it: a visitor is asked to sign in, anyone else gets a 403."""
    if rule(me(), thing):
        return
    if not me().is_authenticated and request.method == "GET":
        abort(redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303))
    abort(403)


class Can:
    """The rules, bound to the reader, for templates."""

    def __getattr__(self, name: str) -> Callable[..., bool]:
        rule: Rule = globals()[name]
        reader = me()
        return lambda thing=None: rule(reader, thing)


def refuse_the_suspended() -> None:
    """Whatever a view forgets to ask: suspended people change nothing but by the views that are marked."""
    if request.method in ("GET", "HEAD", "OPTIONS") or request.endpoint is None:
        return
    if getattr(current_app.view_functions[request.endpoint], "suspended_too", False):
        return
    if me().is_authenticated and me().is_suspended:
        abort(403)


def init_app(app: Flask) -> None:
    """Let templates ask by name, and macros know the reader, whom Flask-Login gives to pages alone."""
    app.jinja_env.globals.update(can=Can(), current_user=current_user)
