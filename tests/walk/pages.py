"""Every page of the portal, in every state it can be in: what is walked, checked with axe, and photographed."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

VISITOR, MEMBER, STAFF, ADMIN = "", "tom-becker", "lea-martin", "nora-klein"
Act = Callable[[Page], None]
OLDER, NEWER = "title=A+plan&body=", {"title": "A plan at sea", "body": "With the radio off there is no plan."}
# Another page is there, or htmx has put what was wrong into this one.
ANSWERED = """() => {
  const root = document.documentElement;  // there is none at the very beginning of a page
  return root && (!("before" in root.dataset) || document.querySelector(".summary"));
}"""


@dataclass(frozen=True)
class Sample:
    """One page in one state. `name` is unique, and the name of its pictures.

    `path` is filled in with the facts of its portal (`demo`, `empty` or `new`); `who` is a handle, or "" for a visitor;
    `act` is what the person does there before one looks; `media` is "print" for what comes out of a printer.
    """

    name: str
    path: str
    who: str = VISITOR
    act: Act | None = None
    portal: str = "demo"
    media: str = "screen"

    def __str__(self) -> str:
        return self.name


def send(form: str, **typed: str) -> Act:
    """Fill in the form and send it, however wrong; then stay on the page that answers."""

    def act(page: Page) -> None:
        for name, text in typed.items():
            page.locator(f'{form} [name="{name}"]').fill(text)
        page.evaluate("document.documentElement.dataset.before = ''")
        page.locator(f"{form} :is(button:not([type=button]), input[type=submit])").last.click()
        page.wait_for_function(ANSWERED)
        page.wait_for_load_state()

    return act


def open_details(selector: str) -> Act:
    """Unfold what is folded."""
    return lambda page: page.locator(f"{selector} > summary").first.click()


def open_dialog(page: Page) -> None:
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()


def type_title(page: Page) -> None:
    """Type what others have asked for already, in place of a draft of before, and wait for what is similar."""
    title = page.locator("main input[name=title]").first
    title.clear()
    title.press_sequentially("copy a week of shifts")
    page.locator(".dups li").first.wait_for()


def send_unasked(page: Page) -> None:
    """Send an idea before what is similar was shown, as without scripts: it is asked about on the next page."""
    page.route("**/ideas/similar*", lambda route: route.abort())
    send("#proposal", title="Copy a week of shifts")(page)
    page.unroute("**/ideas/similar*")


def hide_without_reason(page: Page) -> None:
    """Hide a reported text, and say nothing of why."""
    open_details("main details:has([value=hidden])")(page)
    send("main form:has([value=hidden])", reason="")(page)


def hide_all_without_reason(page: Page) -> None:
    """Hide several ideas, and say nothing of why: the last button of this form, which only previews, is not seen."""
    page.evaluate("document.documentElement.dataset.before = ''")
    page.locator("main form.bulk .btn--primary").click()
    page.wait_for_function(ANSWERED)
    page.wait_for_load_state()


def overtaken(form: str, shown: str, **typed: str) -> Act:
    """Send a form that was shown with something else than what stands there by now."""

    def act(page: Page) -> None:
        page.locator(f"{form} [name=seen]").evaluate("(field, shown) => { field.value = shown }", shown)
        send(form, **typed)(page)

    return act


def draft_overtaken(page: Page) -> None:
    """Save a draft whose title, story and ideas somebody else changed."""
    page.locator("#choose input").first.click()
    words = {"title_en": "Plans at sea", "story_en": "With the radio off there is no plan."}
    overtaken("main form.stack", "title_en=A&story_en=B&ideas=0", **words)(page)


def stale(page: Page) -> None:
    """Send a form whose session is gone."""
    page.context.clear_cookies()
    send("#proposal", title="A form that was open over night")(page)


def wrong_code(page: Page) -> None:
    """Ask for a code, and type half of it."""
    send("main form", email="ada@example.org")(page)
    page.locator("#code").fill("123")
    page.locator("#code-form .btn--primary").click()
    page.locator("#code-error").wait_for()


def mistyped(page: Page) -> None:
    """Ask for a code with an address that is wrong, and go on to correct it."""
    send("main form", email="ada@exmaple.org")(page)
    page.locator("button[formaction='/sign-in/address']").click()
    page.locator("#email").wait_for()


BOARD = (
    Sample("board", "/"),
    Sample("board-member", "/", MEMBER),
    Sample("board-staff", "/", STAFF),
    Sample("board-filtered", "/?sort=top&status=planned"),
    Sample("board-filter-open", "/?sort=new", MEMBER, open_details("details.filter")),
    Sample("board-nothing-fits", "/?status=declined&kind=issue"),
    Sample("board-following", "/?sort=following", MEMBER),
    Sample("board-similar", "/", VISITOR, type_title),
    Sample("board-account", "/", MEMBER, open_details("details.menu")),
    Sample("board-keys", "/", MEMBER, open_dialog),
    Sample("board-print", "/", VISITOR, media="print"),
)
IDEAS = (
    Sample("idea", "/ideas/{copy_week}"),
    Sample("idea-voted", "/ideas/{offline}", MEMBER),
    Sample("idea-staff", "/ideas/{copy_week}", STAFF),
    Sample("idea-new", "/ideas/{dark_mode}", MEMBER),
    Sample("idea-shipped", "/ideas/{calendars}"),
    Sample("idea-declined", "/ideas/{fax}"),
    Sample("idea-french", "/ideas/{rest_warning}"),
    Sample("idea-long", "/ideas/{long}", MEMBER),
    Sample("idea-long-visitor", "/ideas/{long}"),
    Sample("idea-merged", "/ideas/{merged}", MEMBER),
    Sample("idea-merged-visitor", "/ideas/{merged}"),
    Sample("idea-merged-staff", "/ideas/{merged}", STAFF),
    Sample("merge-objection", "/ideas/{merged}/merge/objection", MEMBER),
    Sample("merge-objection-wrong", "/ideas/{merged}/merge/objection", MEMBER, send("#joined form", words="x" * 2001)),
    Sample("idea-same", "/ideas/{repeat_week}", MEMBER),
    Sample("same", "/ideas/{dark_mode}/same", MEMBER),
    Sample("same-found", "/ideas/{dark_mode}/same?q=week", MEMBER),
    Sample("same-nothing", "/ideas/{dark_mode}/same?q=kanban", MEMBER),
    Sample("same-answer", "/ideas/{offline}/same/answer?with={calendars}", MEMBER),
    Sample("idea-hidden", "/ideas/{hidden}", STAFF),
    Sample("idea-print", "/ideas/{copy_week}", VISITOR, media="print"),
    Sample("idea-history", "/ideas/{offline}/history"),
    Sample("idea-edit", "/ideas/{offline}/edit", MEMBER),
    Sample("idea-edit-wrong", "/ideas/{offline}/edit", MEMBER, send("main form.form", title="")),
    Sample("idea-history-own", "/ideas/{offline}/history", MEMBER, open_details(".history__i details")),
    Sample("idea-deleted-comment", "/ideas/{fax}"),
    Sample("picture-delete", "/pictures/{picture}/delete", MEMBER),
    Sample("idea-edit-pictures", "/ideas/{long}/edit", MEMBER),
    Sample("response-history", "/ideas/{copy_week}/response/history"),
    Sample("issue", "/ideas/{double_shift}"),
    Sample("issue-private", "/ideas/{salary_leak}", "camille-roux"),
    Sample("issue-private-staff", "/ideas/{salary_leak}", STAFF),
    Sample("comment-split", "/comments/{asked_comment}/split", MEMBER),
    Sample("comment-split-wrong", "/comments/{asked_comment}/split", MEMBER, send("#split", title="")),
    Sample("comment-split-not-asked", "/comments/{comment}/split", MEMBER),
    Sample("idea-began", "/ideas/{split_idea}"),
    Sample("idea-kind", "/ideas/{salary_leak}/kind", "camille-roux"),
    Sample("idea-kind-asked", "/ideas/{double_shift}/kind", "yuki-tan"),
    Sample("idea-asked", "/ideas/{double_shift}", "yuki-tan"),
    Sample("idea-kind-not-asked", "/ideas/{offline}/kind", MEMBER),
    Sample("vote", "/ideas/{offline}/vote"),
    Sample("vote-member", "/ideas/{offline}/vote", MEMBER),
    Sample("vote-set-aside", "/ideas/{swap}/vote/set-aside", MEMBER),
    Sample("vote-set-aside-wrong", "/ideas/{swap}/vote/set-aside", MEMBER, send("main form", answer="")),
    Sample("idea-set-aside", "/ideas/{swap}", MEMBER),
    Sample("vote-wrong", "/ideas/{offline}/vote", VISITOR, send("main form", email="nobody@nowhere")),
    Sample("comment-new", "/ideas/{offline}/comments/new"),
    Sample("comment-new-wrong", "/ideas/{offline}/comments/new", VISITOR, send("main form", email="nobody")),
    Sample("idea-edit-overtaken", "/ideas/{offline}/edit", MEMBER, overtaken("main form.form", OLDER, **NEWER)),
    Sample("comment-edit", "/comments/{comment}/edit", MEMBER),
    Sample("comment-delete", "/comments/{comment}/delete", MEMBER),
    Sample("comment-history", "/comments/{comment}/history"),
    Sample("comment-replies", "/comments/{comment}/replies"),
    Sample("comment-empty", "/ideas/{offline}", MEMBER, send("#compose", body="")),
)
PROPOSING = (
    Sample("propose", "/ideas/new"),
    Sample("propose-member", "/ideas/new", MEMBER),
    Sample("propose-similar", "/ideas/new", MEMBER, type_title),
    Sample("propose-wrong", "/ideas/new", VISITOR, send("#proposal", title="Short", email="nobody@nowhere")),
    Sample("propose-asked", "/ideas/new", MEMBER, send_unasked),
    Sample("report", "/ideas/new?kind=issue"),
    Sample("report-wrong", "/ideas/new?kind=issue", MEMBER, send("#proposal", title="")),
    Sample("similar", "/ideas/similar?title=copy+a+week"),
    Sample("form-stale", "/ideas/new", MEMBER, stale),
)
FINDING = (
    Sample("search", "/search"),
    Sample("search-found", "/search?q=schedule", MEMBER),
    Sample("search-nothing", "/search?q=kanban"),
    Sample("boards", "/boards"),
    Sample("one-board", "/boards/planning"),
    Sample("tag", "/tags/several-sites"),
    Sample("tag-plain", "/tags/phone", STAFF),
    Sample("roadmap", "/roadmap"),
    Sample("promises", "/promises"),
    Sample("idea-promised", "/ideas/{offline}"),
    Sample("roadmap-member", "/roadmap", MEMBER),
    Sample("roadmap-print", "/roadmap", VISITOR, media="print"),
    Sample("news", "/changelog"),
    Sample("news-member", "/changelog", MEMBER),
    Sample("release", "/changelog/{release}"),
    Sample("share-idea", "/ideas/{offline}/share"),
    Sample("share-release", "/changelog/{release}/share"),
    Sample("share-news", "/changelog/share", MEMBER),
    Sample("release-draft", "/changelog/{draft}", STAFF),
    Sample("people", "/people"),
    Sample("people-member", "/people", MEMBER),
    Sample("profile", "/people/tom-becker"),
    Sample("profile-own", "/people/tom-becker", MEMBER),
    Sample("profile-own-empty", "/people/noah-clarke", "noah-clarke"),
    Sample("profile-long-name", "/people/{endless}"),
)
CIVIL = (
    Sample("flag-idea", "/ideas/{copy_week}/flag", MEMBER),
    Sample("flag-comment", "/comments/{comment}/flag"),
    Sample("flag-comment-wrong", "/comments/{comment}/flag", VISITOR, send("main form", email="nobody")),
    Sample("flag-sent", "/ideas/{fax}/flag", MEMBER),
    Sample("flag-release", "/changelog/{release}/flag"),
    Sample("flag-profile", "/people/tom-becker/flag"),
    Sample("idea-held", "/ideas/{held}", "ned-marsh"),
    Sample("profile-hidden", "/people/sam-poole", STAFF),
    Sample("admin-moderation", "/admin/moderation", STAFF),
    Sample("admin-moderation-wrong", "/admin/moderation?open=idea-{fax}", STAFF, hide_without_reason),
    Sample("admin-moderation-first", "/admin/moderation?queue=first", STAFF),
    Sample("admin-reason", "/admin/steps/{step}/reason", STAFF),
    Sample("admin-reason-wrong", "/admin/steps/{step}/reason", STAFF, send("main form", words="Nothing of it")),
    Sample("admin-votes", "/admin/moderation/votes", STAFF),
    Sample("admin-votes-idea", "/admin/ideas/{swap}/votes", STAFF),
    Sample("admin-votes-pattern", "/admin/ideas/{dark_mode}/votes?domain=catering.example", STAFF),
    Sample("admin-votes-wrong", "/admin/ideas/{swap}/votes", STAFF, send("main form[action$=set-aside]", reason="")),
    Sample("empty-votes", "/admin/moderation/votes", ADMIN, portal="empty"),
    Sample("empty-moderation", "/admin/moderation", ADMIN, portal="empty"),
)
TEXTS = (
    Sample("conduct", "/conduct"),
    Sample("privacy", "/privacy"),
    Sample("accessibility", "/accessibility"),
)
ENTRANCE = (
    Sample("sign-in", "/sign-in"),
    Sample("sign-in-wrong", "/sign-in", VISITOR, send("main form", email="nobody@nowhere")),
    Sample("code", "/sign-in", VISITOR, send("main form", email="ada@example.org")),
    Sample("code-wrong", "/sign-in", VISITOR, wrong_code),
    Sample("address-correct", "/sign-in", VISITOR, mistyped),
    Sample("confirm-new", "/sign-in/{new_link}"),
    Sample("confirm-new-wrong", "/sign-in/{new_link}", VISITOR, send("main form", display_name="www.cheap.example")),
    Sample("confirm-known", "/sign-in/{known_link}"),
    Sample("link-used", "/sign-in/{used_link}"),
    Sample("link-expired", "/sign-in/{expired_link}"),
    Sample("link-unknown", "/sign-in/0.0"),
    Sample("suspended", "/sign-in/{suspended_link}", VISITOR, send("main form")),
    Sample("suspended-refused", "/ideas/new", "sam-poole"),
    Sample("code-held", "/ideas/{offline}/vote", VISITOR, send("main form", email="ada@example.org")),
    Sample("confirm-held", "/sign-in/{held_link}"),
)
OWN = (
    Sample("notifications", "/notifications", MEMBER),
    Sample("notifications-all", "/notifications?show=all", MEMBER),
    Sample("notifications-thanks", "/notifications?show=thanks", ADMIN),
    Sample("waiting", "/waiting", "yuki-tan"),
    Sample("settings", "/settings", MEMBER),
    Sample("settings-saved", "/settings", MEMBER, send("form:has([name=display_name])")),
    Sample("settings-wrong", "/settings", MEMBER, send("form:has([name=display_name])", display_name="")),
    Sample("points", "/settings/points", "ines-moreau"),
    Sample("points-none", "/settings/points", STAFF),
    Sample("staff-mail", "/settings/team", STAFF),
    Sample("address", "/settings/address", MEMBER),
    Sample("address-asked", "/settings/address", "yuki-tan"),
    Sample("address-wrong", "/settings/address", MEMBER, send("main form.form", email="nobody@nowhere")),
    Sample("address-old", "/address/old/{asked_old}"),
    Sample("address-new", "/address/new/{asked_new}"),
    Sample("address-lost", "/address/old/{lost_old}"),
    Sample("address-back", "/address/back/{back}"),
    Sample("erase", "/settings/erase", MEMBER),
    Sample("erase-wrong", "/settings/erase", MEMBER, send("main form.form")),
    Sample("erase-only-admin", "/settings/erase", ADMIN),
    Sample("unsubscribe", "/unsubscribe/{stop}"),
    Sample("unsubscribe-unknown", "/unsubscribe/nothing"),
)
CONSOLE = (
    Sample("admin-inbox", "/admin", STAFF),
    Sample("admin-inbox-open", "/admin?idea={dark_mode}", STAFF),
    Sample("admin-inbox-answer", "/admin?queue=unanswered&idea={dark_mode}&do=answer", STAFF),
    Sample("admin-inbox-assign", "/admin?idea={dark_mode}&do=assign", STAFF),
    Sample("admin-kind", "/admin/ideas/{double_shift}/kind", STAFF),
    Sample("admin-kind-private", "/admin/ideas/{salary_leak}/kind", STAFF),
    Sample("admin-kind-refused", "/admin/ideas/{fax}/kind", STAFF),
    Sample("admin-split", "/admin/comments/{comment}/split", STAFF),
    Sample("admin-split-look", "/admin/comments/{comment}/split", STAFF, send("#split", body="Mondays are closed.")),
    Sample("admin-split-asked", "/admin/comments/{asked_comment}/split", STAFF),
    Sample("admin-split-made", "/admin/comments/{split_comment}/split", STAFF),
    Sample("admin-links", "/admin/ideas/{dark_mode}/links?q=the", STAFF),
    Sample(
        "admin-links-wrong", "/admin/ideas/{dark_mode}/links?q=the", STAFF, send("main form[method=post]:has(.choices)")
    ),
    Sample("admin-inbox-snooze", "/admin?idea={dark_mode}&do=snooze", STAFF),
    Sample("admin-inbox-assign-wrong", "/admin?idea={dark_mode}&do=assign", STAFF, send("#do form", due="1999-01-01")),
    Sample("admin-inbox-mine", "/admin?queue=mine", STAFF),
    Sample("admin-inbox-narrowed", "/admin?queue=all&sort=votes&language=fr&board=999&q=a", STAFF),
    Sample("admin-inbox-nothing", "/admin?q=kanban", STAFF),
    Sample("admin-view", "/admin/inbox/views/{view}/edit", STAFF),
    Sample("admin-view-new", "/admin/inbox/views/new?queue=mine", STAFF),
    Sample("admin-view-wrong", "/admin/inbox/views/new", STAFF, send("main form.form", name="")),
    Sample("admin-merge-choose", "/admin/ideas/{dark_mode}/merge", STAFF),
    Sample("admin-merge-found", "/admin/ideas/{dark_mode}/merge?q=week", STAFF),
    Sample("admin-merge-nothing", "/admin/ideas/{dark_mode}/merge?q=kanban", STAFF),
    Sample("admin-merge", "/admin/ideas/{letters}/merge?with={copy_week}", STAFF),
    Sample("admin-merge-refused", "/admin/ideas/{dark_mode}/merge?with={dark_mode}", STAFF),
    Sample("admin-merge-wrong", "/admin/ideas/{dark_mode}/merge?with={swap}", STAFF, send("form#merge", reason="")),
    Sample("admin-same", "/admin/same", STAFF),
    Sample("admin-disputed", "/admin/disputed", STAFF),
    Sample("admin-similar", "/admin/ideas/{dark_mode}/similar", STAFF),
    Sample("admin-ideas", "/admin/ideas", STAFF),
    Sample("admin-bulk", "/admin/bulk?ids=1&ids=2&ids=3&ids=4", STAFF),
    Sample("admin-bulk-wrong", "/admin/bulk?ids=1&ids=2&do=hidden", STAFF, hide_all_without_reason),
    Sample("admin-bulk-assign", "/admin/bulk?do=assign&ids=1&ids=2&ids=3", STAFF),
    Sample("admin-bulk-snooze", "/admin/bulk?do=snooze&ids=1&ids=2", STAFF),
    Sample("admin-bulk-nothing", "/admin/bulk", STAFF),
    Sample("admin-ideas-nothing", "/admin/ideas?q=kanban", STAFF),
    Sample("admin-promises", "/admin/promises", STAFF),
    Sample("admin-promises-slipped", "/admin/promises?show=slipped", STAFF),
    Sample("admin-promise-new", "/admin/promises/new", STAFF),
    Sample("admin-promise-make", "/admin/promises/new?idea={payroll}", STAFF),
    Sample("admin-promise-wrong", "/admin/promises/new?idea={payroll}", STAFF, send("main form.form", day="")),
    Sample("admin-promise", "/admin/promises/{promise}", STAFF),
    Sample("admin-promise-taken-back", "/admin/promises/{broken}", STAFF),
    Sample("admin-promise-reason", "/admin/promises/{broken}/reason", STAFF),
    Sample("admin-merge-parted", "/admin/ideas/{rest_warning}/merge", STAFF),
    Sample("admin-merge-reason", "/admin/merges/{parted}/reason", STAFF),
    Sample("admin-merge-objection", "/admin/merges/{parted}/objection", STAFF),
    Sample("admin-releases", "/admin/releases", STAFF),
    Sample("admin-release", "/admin/releases/{draft}/edit", STAFF),
    Sample("admin-release-blank", "/admin/releases/{blank}/edit", STAFF),
    Sample("admin-release-new", "/admin/releases/new", STAFF),
    Sample("admin-release-delete", "/admin/releases/{draft}/delete", STAFF),
    Sample("admin-release-overtaken", "/admin/releases/{draft}/edit", STAFF, draft_overtaken),
    Sample("admin-release-published", "/admin/releases/{release}/edit", STAFF),
    Sample("admin-publish", "/admin/releases/{draft}/publish", STAFF),
    Sample("admin-publish-not-yet", "/admin/releases/{blank}/publish", STAFF),
    Sample("admin-members", "/admin/members", ADMIN),
    Sample("admin-member", "/admin/members/tom-becker", ADMIN),
    Sample("admin-hand-over", "/admin/members/tom-becker/data", ADMIN),
    Sample("admin-hand-over-wrong", "/admin/members/tom-becker/data", ADMIN, send("main form.form", handle="tom")),
    Sample("admin-erase", "/admin/members/tom-becker/erase", ADMIN),
    Sample("moderation-deleted", "/admin/moderation?open=comment-{gone}", STAFF),
    Sample("admin-welcome", "/admin/members/{endless}/welcome", STAFF),
    Sample("admin-welcome-wrong", "/admin/members/{endless}/welcome", STAFF, send("main form", text="Hi")),
    Sample("admin-welcome-not", "/admin/members/tom-becker/welcome", STAFF),
    Sample("admin-members-new", "/admin/members?state=new", STAFF),
    Sample("admin-member-suspended", "/admin/members/sam-poole", ADMIN),
    Sample("admin-addresses", "/admin/addresses", ADMIN),
    Sample("admin-partners", "/admin/partners", STAFF),
    Sample("admin-partner", "/admin/partners/{partner}", STAFF),
    Sample("admin-statuses", "/admin/statuses", ADMIN),
    Sample("admin-status", "/admin/statuses/{status}", ADMIN),
    Sample("admin-jobs", "/admin/jobs", ADMIN),
    Sample("admin-jobs-read", "/admin/jobs", STAFF),
    Sample("admin-ways", "/admin/statuses/ways/idea?way={status}-{under_review}", ADMIN),
    Sample("admin-ways-issues", "/admin/statuses/ways/issue", STAFF),
    Sample("admin-ways-forbidden", "/admin/statuses/ways/idea?forbidden={shipped}-{under_review}", ADMIN),
    Sample("admin-ways-wrong", "/admin/statuses/ways/idea", ADMIN, send("main form:has([name=old])")),
    Sample("admin-boards", "/admin/boards", ADMIN),
    Sample("admin-board", "/admin/boards/{board}", ADMIN),
    Sample("admin-board-close-wrong", "/admin/boards/{board}", ADMIN, send('[action$="/close"]', closes_on="2020-1-1")),
    Sample("admin-board-merge", "/admin/boards/{board}/merge", ADMIN),
    Sample("admin-board-merge-shown", "/admin/boards/{board}/merge?into={asks_nothing}", ADMIN),
    Sample("admin-board-split", "/admin/boards/{asks_nothing}/split", ADMIN),
    Sample("admin-board-split-shown", "/admin/boards/{asks_nothing}/split?tag=&q=shift", ADMIN),
    Sample("one-board-member", "/boards/planning", MEMBER),
    Sample("admin-board-fields", "/admin/boards/{asking}/fields", ADMIN),
    Sample("new-asked", "/ideas/new?board=mobile", MEMBER),
    Sample("admin-board-fields-none", "/admin/boards/{asks_nothing}/fields", ADMIN),
    Sample("admin-board-fields-wrong", "/admin/boards/{asking}/fields", ADMIN, send("main form.form", name_en="")),
    Sample("admin-board-field", "/admin/boards/{asking}/fields/{field}", ADMIN),
    Sample("admin-tags", "/admin/tags", STAFF),
    Sample("admin-tags-wrong", "/admin/tags", STAFF, send("main form.form", name="Phone, tablet")),
    Sample("admin-tag", "/admin/tags/{tag}", STAFF),
    Sample("admin-tag-merge", "/admin/tags/{tag}/merge?into={other_tag}", STAFF),
    Sample("admin-tag-delete", "/admin/tags/{tag}/delete", STAFF),
    Sample("admin-snippets", "/admin/snippets", STAFF),
    Sample("admin-snippets-wrong", "/admin/snippets", STAFF, send("main form.form", text_en="Hello {auteur}")),
    Sample("admin-snippet", "/admin/snippets/{snippet}", STAFF),
    Sample("admin-snippet-delete", "/admin/snippets/{snippet}/delete", STAFF),
    Sample("idea-phrases", "/ideas/{offline}?snippet={snippet}", STAFF, open_details("#staff-tools .phrases")),
    Sample("admin-capture", "/admin/capture", STAFF),
    Sample("admin-capture-similar", "/admin/capture", STAFF, type_title),
    Sample("admin-capture-issue", "/admin/capture?kind=issue", STAFF),
    Sample("admin-capture-wrong", "/admin/capture", STAFF, send("main form.form", link="example.org")),
    Sample("admin-voice", "/admin/capture?idea={offline}", STAFF),
    Sample("admin-captured", "/admin/captured/{captured}", STAFF),
    Sample("idea-voice", "/ideas/{swap}"),
    Sample("idea-noted", "/ideas/{letters}"),
    Sample("admin-greeting", "/admin/greeting", STAFF),
    Sample("admin-figures", "/admin/figures?period=12-months", STAFF, open_details(".figure details")),
    Sample("admin-audit", "/admin/audit", ADMIN),
    Sample("admin-audit-found", "/admin/audit?q=hugo&who=team", STAFF),
    Sample("admin-deliveries", "/admin/deliveries", ADMIN),
    Sample("admin-settings", "/admin/settings", ADMIN),
    Sample("admin-texts", "/admin/texts", ADMIN),
    Sample("admin-text", "/admin/texts/conduct", ADMIN),
    Sample("admin-emails", "/admin/emails", STAFF),
    Sample("admin-email", "/admin/emails/planned", STAFF),
    Sample("admin-settings-preview", "/admin/settings/preview?hue=20&chroma=0.12", ADMIN),
)
BEGINNING = (
    Sample("first-run", "/", portal="new"),
    Sample("set-up", "/set-up/{set_up}", portal="new"),
    Sample("set-up-wrong", "/set-up/{set_up}", VISITOR, send("main form"), portal="new"),
    Sample("set-up-spent", "/set-up/0.0"),
    Sample("empty-board", "/", portal="empty"),
    Sample("empty-board-staff", "/", ADMIN, portal="empty"),
    Sample("empty-roadmap", "/roadmap", portal="empty"),
    Sample("empty-news", "/changelog", portal="empty"),
    Sample("empty-people", "/people", portal="empty"),
    Sample("empty-promises", "/admin/promises", ADMIN, portal="empty"),
    Sample("empty-inbox", "/admin", ADMIN, portal="empty"),
    Sample("empty-ideas", "/admin/ideas", ADMIN, portal="empty"),
    Sample("empty-releases", "/admin/releases", ADMIN, portal="empty"),
    Sample("empty-partners", "/admin/partners", ADMIN, portal="empty"),
    Sample("empty-boards", "/boards", portal="empty"),
    Sample("empty-tags", "/admin/tags", ADMIN, portal="empty"),
    Sample("empty-snippets", "/admin/snippets", ADMIN, portal="empty"),
    Sample("empty-deliveries", "/admin/deliveries", ADMIN, portal="empty"),
    Sample("empty-figures", "/admin/figures", ADMIN, portal="empty"),
    Sample("empty-notifications", "/notifications", ADMIN, portal="empty"),
)
ERRORS = (
    *(Sample(f"error-{code}", f"/goes-wrong/{code}") for code in (400, 413, 415, 422, 429, 500, 503)),
    Sample("error-403", "/admin", MEMBER),
    Sample("error-404", "/nothing-here"),
    Sample("error-405", "/sign-out"),
    Sample("offline", "/offline"),
    Sample("error-host", "http://elsewhere.localhost:{port}/"),
)
DEVELOPING = (
    Sample("design", "/design"),
    Sample("dev-mail", "/dev/mail"),
    Sample("dev-message", "/dev/mail/{mail}"),
)

SAMPLES = BOARD + IDEAS + PROPOSING + FINDING + CIVIL + TEXTS + ENTRANCE + OWN + CONSOLE
SAMPLES += BEGINNING + ERRORS + DEVELOPING

NOT_A_PAGE = {
    "admin.email_body": "the inside of the frame of `admin-email`, as mail programs get it",
    "brand.badge": "a picture",
    "brand.icon": "a picture",
    "design.states": "a style sheet",
    "brand.logo_dark": "a picture",
    "brand.logo_light": "a picture",
    "accounts.linked_picture": "a picture",
    "accounts.typed_picture": "a picture",
    "accounts.waiting_picture": "a picture",
    "sharing.board": "a picture",
    "sharing.one_board": "a picture",
    "ideas.board_file": "a file",
    "sharing.idea": "a picture",
    "sharing.oembed": "JSON for other sites",
    "sharing.release": "a picture",
    "web.worker": "a script",
    "accounts.data": "a file to download",
    "admin.figures_file": "a file to download",
    "accounts.enter_code": "has no address of its own: the sample `code` is sent there",
    "accounts.correct_address": "is for who waits for a code: the sample `address-correct` is led there",
    "activity.feed": "Atom",
    "activity.idea_feed": "Atom",
    "activity.robots": "plain text for robots",
    "activity.sitemap": "XML for robots",
    "admin.preview_css": "a style sheet",
    "web.assets": "styles, scripts, fonts and pictures",
    "comments.show": "leads to the idea’s page",
    "dev.body": "the inside of the frame of `dev-message`, as mail programs get it",
    "web.healthz": "plain text for machines",
    "ideas.upload": "a picture",
    "operations.metrics": "figures for Prometheus",
    "web.readyz": "plain text for machines",
    "web.security_txt": "plain text for those who found a hole",
    "brand.theme": "a style sheet",
}
