"""French and English: who reads what, and how dates and numbers look to them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, Response, current_app, g, has_app_context, has_request_context, request
from flask_babel import LazyString, force_locale, get_locale, lazy_ngettext
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response as BaseResponse

from portal.clock import now
from portal.extensions import babel, context
from portal.permissions import me
from portal.settings import settings

TRANSLATIONS = Path(__file__).parent / "translations"


def _(sentence: str, /, **values: Any) -> str:
    """The sentence in the reader's language."""
    text = _catalogue(locale()).gettext(sentence)
    return text % values if values else text


def _l(sentence: str, /, **values: Any) -> LazyString:
    """A sentence that is written once somebody reads it, in their language."""
    return LazyString(_, sentence, **values)


_ln = lazy_ngettext


class Language(NamedTuple):
    """A language: what it and the reader call it, what it calls its version of a page, and how it writes dates."""

    name: str
    called: Any
    version: str
    formats: str


KNOWN = {
    "en": Language("English", _l("English"), "English version", "en_GB"),
    "fr": Language("Français", _l("French"), "Version française", "fr"),
}
LANGUAGES = {code: known.name for code, known in KNOWN.items()}
VERSIONS = {code: known.version for code, known in KNOWN.items()}


def languages() -> dict[str, str]:
    """The languages of this portal as each calls itself, by code, its own first: only they are asked for and shown.

    A request asks once: what it does later, for whom it knows or not, costs the same.
    """
    spoken: list[str] = g.get("spoken") or settings().spoken
    return {lang: LANGUAGES[lang] for lang in spoken if lang in LANGUAGES}


def called(lang: str) -> str:
    """What the reader calls a language."""
    return str(KNOWN[lang].called)


def spoken(lang: str) -> str:
    """This language where the portal speaks it, or else its own."""
    ours = languages()
    return lang if lang in ours else next(iter(ours))


@contextmanager
def reading_in(lang: str) -> Iterator[None]:
    """Write for somebody who reads this language; in the portal's own where it does not speak theirs."""
    noted = context().g
    before, noted.lang = noted.get("lang"), spoken(lang)
    try:
        with force_locale(noted.lang):
            yield
    finally:
        noted.lang = before
        if before is None:
            del noted.lang


def _n(singular: str, plural: str, n: int, /, **values: Any) -> str:
    """The sentence for so many things; `%(num)s` in it is the number as the reader writes it, unless given."""
    return _catalogue(locale()).ngettext(singular, plural, n) % {"num": num(n), **values}


def sentences(*said: str) -> str:
    """Whole sentences after each other; those that are empty are left out."""
    return " ".join(filter(None, said))


def init_app(app: Flask) -> None:
    """Choose the reader's language and zone for each request, and give the templates their filters."""
    compile_catalogues()
    babel.init_app(app, locale_selector=choose_locale, timezone_selector=choose_timezone)
    app.add_template_filter(day)
    app.add_template_filter(dated)
    app.add_template_filter(ago)
    app.add_template_filter(when)
    app.add_template_filter(clock)
    app.add_template_filter(iso)
    app.add_template_filter(num)
    app.add_template_filter(signed)
    app.jinja_env.globals.update(_=_, _n=_n, languages=languages, called=called, spoken=spoken)
    app.jinja_env.globals.update(LANGUAGES=LANGUAGES, VERSIONS=VERSIONS)
    app.context_processor(lambda: {"locale": locale()})


def locale() -> str:
    """`en` or `fr`: the language that is being read or written now, as it was noted before the view ran."""
    noted = context().g.get("lang") if has_app_context() else None
    if noted:
        return str(noted)
    found = get_locale()
    return found.language if found and found.language in LANGUAGES else "en"


def choose_locale() -> str:
    """`?lang=`, then the member's, then the cookie's, then what the browser asks for, then the portal's.

    What is made for all who read one language (`g.lang`) is made in that one; a page is, too, once it is known.
    """
    if "lang" in g or not has_request_context():
        return g.get("lang", "en")
    ours = languages()
    member = me().lang if me().is_authenticated else ""
    for wanted in (request.args.get("lang", ""), member, request.cookies.get("lang", "")):
        if wanted in ours:
            return str(wanted)
    return asked_by_browser(request.headers.get("Accept-Language", ""), (*ours,)) or next(iter(ours))


@lru_cache(maxsize=256)
def asked_by_browser(accept_language: str, ours: tuple[str, ...] = (*LANGUAGES,)) -> str:
    """Which of these languages this header asks for; empty where it asks for none."""
    return parse_accept_header(accept_language, LanguageAccept).best_match(ours) or ""


def choose_timezone() -> str:
    """The member's time zone, or UTC; what is made for all who read in one zone (`g.timezone`) is made in that one."""
    noted = context().g.get("timezone")
    if noted:
        return str(noted)
    reader = me() if has_request_context() else None
    return reader.timezone if reader and reader.is_authenticated else "UTC"


def day(moment: datetime) -> str:
    """12 May, or 12 May 2024 when it was in another year than the reader's."""
    local = _local(moment)
    pattern = "d MMMM" if local.year == _local(now()).year else "d MMMM y"
    return _dated(local.date(), pattern, locale())


def dated(day: date) -> str:
    """A day of the calendar, which is the same for every reader: 12 May, or 12 May 2024 when it is in another year."""
    return _dated(day, "d MMMM" if day.year == _local(now()).year else "d MMMM y", locale())


def ago(moment: datetime) -> str:
    """How long ago, in words up to a month, then the day."""
    passed = now() - moment
    if passed < timedelta(minutes=1):
        return _("just now")
    if passed < timedelta(hours=1):
        minutes = passed.seconds // 60
        return _n("%(num)s minute ago", "%(num)s minutes ago", minutes)
    if passed < timedelta(days=1):
        return _n("%(num)s hour ago", "%(num)s hours ago", passed.seconds // 3600)
    if passed < timedelta(days=14):
        return _n("%(num)s day ago", "%(num)s days ago", passed.days)
    if passed < timedelta(days=31):
        return _n("%(num)s week ago", "%(num)s weeks ago", passed.days // 7)
    return day(moment)


def duration(passed: timedelta) -> str:
    """3 minutes, 5 hours or 7 days: the largest of them that it fills."""
    if passed < timedelta(hours=1):
        return _n("%(num)s minute", "%(num)s minutes", max(1, passed.seconds // 60))
    if passed < timedelta(days=1):
        return _n("%(num)s hour", "%(num)s hours", passed.seconds // 3600)
    return _n("%(num)s day", "%(num)s days", passed.days)


def when(moment: datetime) -> str:
    """The full date and time in the reader's zone."""
    # The time on the reader's clock: moments with a zone are equal wherever they are, and would be kept as one.
    return _timed(_local(moment).replace(second=0, microsecond=0, tzinfo=None), locale())


def clock(moment: datetime) -> str:
    """14:32, with the zone where that is not the reader's own: pages for visitors are in UTC."""
    zone = choose_timezone()
    return f"{_local(moment):%H:%M}" + (" UTC" if zone == "UTC" else "")


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def num(value: float) -> str:
    """1,204 or 1 204 (with a narrow no-break space); 1.8 or 1,8."""
    return _numbered(value, locale())


def signed(value: int) -> str:
    """+1,204 or −15: what came, or went (with a minus sign, which is as wide as the plus)."""
    return ("+" if value > 0 else "−" if value < 0 else "") + num(abs(value))


def compile_catalogues() -> None:
    """Write each catalogue's .mo where it is missing or older than its .po; several processes may start at once."""
    for po in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source:
            catalogue = read_po(source)
        fresh = mo.with_suffix(f".{os.getpid()}.new")
        with fresh.open("wb") as out:
            write_mo(out, catalogue)
        fresh.replace(mo)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(choose_timezone()))


@cache
def _catalogue(lang: str) -> NullTranslations:
    return Translations.load(str(TRANSLATIONS), [lang])


# Babel reads its patterns again for every date and number, and a page shows the same ones over and over.
@lru_cache(maxsize=4096)
def _dated(day: date, pattern: str, lang: str) -> str:
    return _ordinal(format_date(day, pattern, locale=KNOWN[lang].formats), lang)


def date_as(day: date, pattern: str) -> str:
    """The date in a pattern of Unicode’s (`d MMM y`), in the reader's language."""
    return _dated(day, pattern, locale())


@lru_cache(maxsize=4096)
def _timed(moment: datetime, lang: str) -> str:
    pattern = "d MMMM y 'à' HH:mm" if lang == "fr" else "d MMMM y, HH:mm"
    return _ordinal(format_datetime(moment, pattern, locale=KNOWN[lang].formats), lang)


@lru_cache(maxsize=4096)
def _numbered(value: float, lang: str) -> str:
    return format_decimal(value, locale=KNOWN[lang].formats)


def _ordinal(date: str, lang: str) -> str:
    """French counts the first of a month, and no other day: 1er mai, 2 mai."""
    return f"1er{date[1:]}" if lang == "fr" and date.startswith("1 ") else date


def remember_language(response: Response) -> Response:
    """Keep the language that a visitor asked for by `?lang=`."""
    asked = request.args.get("lang", "")
    known = request.method == "GET" and "spoken" in g and asked in languages()
    if known and not me().is_authenticated:
        keep_language(response, asked)
    return response


def keep_language(response: BaseResponse, lang: str) -> None:
    """Let a visitor's browser remember the language, for a year."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie("lang", lang, max_age=31_536_000, samesite="Lax", httponly=True, secure=secure)
