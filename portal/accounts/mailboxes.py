"""Which spellings of an address are one mailbox, as the large providers themselves say. Nothing is asked of any server.

A rule stands here only where no two people can own the two spellings: whoever reads the mail to one signs in as the
other. So domains of one provider are apart unless it gives them all to one person; a dot counts unless it says not;
and of providers that are silent (Yahoo, whose names may hold a hyphen, Orange, Free, SFR, La Poste, GMX) every address
stands for itself.
"""

from collections.abc import Callable

MASKED = "•••"


def mailbox_of(address: str) -> str:
    """The mailbox that mail to this address reaches, as an address; everywhere else the address itself, lower case."""
    address = address.strip().lower()
    name, _at, domain = address.rpartition("@")
    person, _dot, parent = domain.partition(".")
    # "anything@alice.fastmail.com" is alice's, says https://www.fastmail.help/hc/en-us/articles/360060591053
    if parent in _FASTMAIL:
        name, domain = person, parent
    rule = _RULES.get(domain)
    return (rule(name, domain) or address) if rule else address


def masked(address: str) -> str:
    """An address as a stranger may see it, who was asked by mistake: its first letter and its domain."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}{MASKED}@{domain}"


def is_of_many(domain: str) -> bool:
    """Whether anybody may have an address of this domain: it says nothing about who they are."""
    return domain in OF_MANY or domain.partition(".")[2] in _FASTMAIL


def _tagged(name: str, domain: str) -> str:
    """What follows a plus is a tag; nothing but a tag is no name."""
    name = name.partition("+")[0]
    return f"{name}@{domain}" if name else ""


def _gmail(name: str, domain: str) -> str:
    """Dots do not matter, what follows a plus is a tag, and googlemail.com is the same mailbox.

    https://support.google.com/mail/answer/7436150, .../22370 and .../10313
    """
    return _tagged(name.partition("+")[0].replace(".", ""), "gmail.com")


def _proton(name: str, domain: str) -> str:
    """Dots, hyphens and underscores do not matter. https://proton.me/support/addresses-and-aliases"""
    name = name.partition("+")[0]
    return _tagged(name.replace(".", "").replace("-", "").replace("_", ""), domain)


def _yandex(name: str, domain: str) -> str:
    """A dot is a hyphen, and one person has the name in every domain. https://yandex.com/support/id/authorization/email"""
    return _tagged(name.partition("+")[0].replace(".", "-"), "yandex.ru")


_FASTMAIL = frozenset({"fastmail.com", "fastmail.fm"})
# Plus addressing, says each: https://learn.microsoft.com/exchange/recipients-in-exchange-online/plus-addressing (names
# at Outlook.com cannot hold a plus), https://support.apple.com/102534 (nor at iCloud), and the help of the others.
_WITH_TAGS = """
    outlook.com outlook.fr outlook.de outlook.es outlook.it outlook.be outlook.at outlook.dk outlook.pt outlook.ie
    hotmail.com hotmail.fr hotmail.co.uk hotmail.de hotmail.es hotmail.it hotmail.be hotmail.nl hotmail.ca hotmail.se
    live.com live.fr live.co.uk live.de live.it live.be live.nl live.ca live.se live.dk msn.com windowslive.com
    icloud.com me.com mac.com fastmail.com fastmail.fm posteo.de posteo.net mailbox.org hey.com
    zoho.com zohomail.com zoho.eu zohomail.eu
"""
_WITHOUT_RULE = """
    yahoo.com yahoo.fr yahoo.co.uk yahoo.de yahoo.es yahoo.it yahoo.ca yahoo.co.jp ymail.com rocketmail.com aol.com
    aol.fr orange.fr wanadoo.fr free.fr sfr.fr neuf.fr laposte.net bbox.fr numericable.fr club-internet.fr aliceadsl.fr
    gmx.com gmx.de gmx.net gmx.fr gmx.at gmx.ch web.de t-online.de freenet.de arcor.de 1und1.de mail.de mail.com
    mail.ru bk.ru list.ru inbox.ru rambler.ru libero.it virgilio.it tiscali.it alice.it tin.it telenet.be skynet.be
    proximus.be bluewin.ch sunrise.ch ziggo.nl kpnmail.nl btinternet.com sky.com virginmedia.com talktalk.net
    ntlworld.com comcast.net verizon.net att.net sbcglobal.net cox.net bellsouth.net shaw.ca rogers.com videotron.ca
    sympatico.ca bigpond.com qq.com 163.com 126.com sina.com naver.com hanmail.net daum.net uol.com.br bol.com.br
    terra.com.br tuta.com tutanota.com tuta.io seznam.cz wp.pl o2.pl onet.pl interia.pl abv.bg ukr.net
"""
_RULES: dict[str, Callable[[str, str], str]] = {
    **dict.fromkeys(_WITH_TAGS.split(), _tagged),
    **dict.fromkeys(("gmail.com", "googlemail.com"), _gmail),
    **dict.fromkeys(("proton.me", "protonmail.com", "protonmail.ch", "pm.me"), _proton),
    **dict.fromkeys(("yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "ya.ru"), _yandex),
}
OF_MANY = frozenset({*_RULES, *_WITHOUT_RULE.split()})
