"""Which choice of its reader decides whether a message is mailed at once, in the daily digest, or never."""

from enum import StrEnum
from typing import Any

from portal.accounts.choices import MailWhen


class Preference(StrEnum):
    """Which choice of the reader decides on mail."""

    PROGRESS = "progress"
    COMMENTS = "comments"
    DIRECT = "direct"
    LETTER = "letter"
    ALWAYS = "always"


PROGRESS, COMMENTS, DIRECT, LETTER, ALWAYS = Preference


def mail_when(preference: Preference, reader: Any) -> str:
    """When this reader (a User, or a row with `mail_progress` and `mail_comments`) wants mail of this kind."""
    if preference == Preference.ALWAYS:
        return MailWhen.AT_ONCE
    if preference == Preference.DIRECT:
        return MailWhen.NEVER if reader.mail_progress == MailWhen.NEVER else MailWhen.AT_ONCE
    if preference == Preference.LETTER:
        return MailWhen.NEVER if reader.mail_progress == MailWhen.NEVER else MailWhen.DAILY
    return str(reader.mail_progress if preference == Preference.PROGRESS else reader.mail_comments)
