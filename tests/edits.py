"""The forms that change what is there already: the view that takes each, and the page that shows it.

`{path}` is the address that the form is sent to; the other names are those of `tests/security/routes.txt`.
"""

IDEA = "/ideas/{idea}"
EDITS = {
    "ideas.save": "{path}",
    "comments.save": "{path}",
    "accounts.settings": "{path}",
    "notifications.stop": "{path}",
    "notifications.staff_mail": "{path}",
    "admin.change_status": "/ideas/{dark_mode}",
    "admin.aim": IDEA,
    "admin.respond": IDEA,
    "admin.tag": IDEA,
    "admin.move": IDEA,
    "admin.assign_idea": "/admin?idea={idea}&do=assign",
    "admin.snooze_idea": "/admin?idea={idea}&do=snooze",
    "admin.save_view": "/admin/inbox/views/{view}/edit",
    "admin.edit_release": "{path}",
    "admin.change_role": "/admin/members/yuki-tan",
    "admin.change_jobs": "/admin/jobs",
    "admin.move_promise": "/admin/promises/{promise}",
    "admin.entrust_promise": "/admin/promises/{promise}",
    "admin.rename_status": "{path}",
    "admin.colour_status": "/admin/statuses/{status}",
    "admin.change_way": "/admin/statuses/ways/idea?way={status}-{under_review}",
    "admin.move_status": "/admin/statuses",
    "admin.rename_board": "{path}",
    "admin.answer_on_board": "/admin/boards/{board}",
    "admin.close_board": "/admin/boards/{board}",
    "admin.change_field": "{path}",
    "admin.save_board_page": "/admin/boards/{board}",
    "admin.move_board": "/admin/boards",
    "admin.correct_source": "{path}",
    "admin.save_tag": "{path}",
    "admin.save_snippet": "{path}",
    "admin.move_snippet": "/admin/snippets",
    "admin.change_settings": "/admin/settings",
    "admin.save_text": "{path}",
    "admin.save_greeting": "{path}",
}
