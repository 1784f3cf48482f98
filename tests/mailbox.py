"""The portal's outbox, as the people who get its mail would read it."""

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path


class Mailbox:
    """Every message in the outbox, oldest first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def messages(self) -> list[EmailMessage]:
        files = sorted(self.folder.glob("*.eml"))
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]

    @property
    def recipients(self) -> list[str]:
        return sorted(address.addr_spec for message in self.messages for address in message["To"].addresses)

    def to(self, person: object) -> list[EmailMessage]:
        """The messages to this person, or to this address."""
        address = getattr(person, "email", person)
        return [message for message in self.messages if address in str(message["To"])]

    @staticmethod
    def text(message: EmailMessage) -> str:
        """What the plain part says."""
        body = message.get_body(("plain",))
        return body.get_content() if body else ""

    @classmethod
    def link(cls, message: EmailMessage, containing: str = "/") -> str:
        """The path of the first link in the plain part that contains these characters."""
        for url in re.findall(r"https?://\S+", cls.text(message)):
            if containing in url:
                return re.sub(r"^https?://[^/]+", "", url)
        raise AssertionError(f"no link with {containing!r} in:\n{cls.text(message)}")

    @classmethod
    def code(cls, message: EmailMessage) -> str:
        """The six digits in the plain part."""
        found = re.search(r"\b(\d{3}) ?(\d{3})\b", cls.text(message))
        assert found, cls.text(message)
        return found[1] + found[2]
