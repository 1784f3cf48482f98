"""E-mail addresses: as people type them, and as mail servers write them."""

import re
import unicodedata

from portal.text import clean_line

LONGEST_ADDRESS = 254
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)


def looks_like_address(value: str) -> bool:
    """Whether mail could go there: something@domain.tld, at most 254 characters, without what breaks a header."""
    odd = len(value) > LONGEST_ADDRESS or ".." in value or value.startswith(".") or ".@" in value
    return not odd and _ADDRESS.fullmatch(value) is not None


def tidy_address(value: str | None) -> str:
    """Lower case, without spaces or controls, the domain as mail servers write it (punycode, IDNA 2008).

    A domain that has no such form stays as it was typed, and is no address.
    """
    name, at, domain = clean_line(value).lower().rpartition("@")
    # Writing what is too long as punycode takes seconds.
    if not domain.isascii() and len(domain) <= LONGEST_ADDRESS:
        domain = _of_2008(domain) or _of_2003(domain) or domain
    return f"{name}{at}{domain}"


def odd_letters(value: str) -> str:
    """The letters before the @ that mail cannot hold without SMTPUTF8, at most five of them."""
    name = value.rpartition("@")[0]
    return "".join(dict.fromkeys(letter for letter in name if not letter.isascii()))[:5]


def has_odd_domain(value: str) -> bool:
    """Whether what stands after the @ is a name that no mail server knows how to write."""
    return not value.rpartition("@")[2].isascii()


def _of_2008(domain: str) -> str:
    # Half a second and some megabytes, for the few whose domain has accents.
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(f"a@{domain}", check_deliverability=False).ascii_domain or ""
    except EmailNotValidError:
        return ""


def _of_2003(domain: str) -> str:
    """As older standards wrote it, where they lost nothing: ß became ss there, and with it another owner's domain.

    Addresses that were kept when that was the rule, such as those of an emoji, go on being the same.
    """
    try:
        written = domain.encode("idna")
        return written.decode() if written.decode("idna") == unicodedata.normalize("NFKC", domain) else ""
    except UnicodeError:
        return ""
