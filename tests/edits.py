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
    "admin.respond": IDEA,
    "admin.tag": IDEA,
    "admin.move": IDEA,
    "admin.edit_release": "{path}",
    "admin.change_role": "/admin/members/yuki-tan",
    "admin.rename_status": "{path}",
    "admin.move_status": "/admin/statuses",
    "admin.rename_board": "{path}",
    "admin.move_board": "/admin/boards",
    "admin.change_settings": "/admin/settings",
    "admin.save_text": "{path}",
    "admin.save_greeting": "{path}",
}
