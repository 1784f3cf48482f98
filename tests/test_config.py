"""Each setting: what can work is accepted, and what cannot is refused by its name, with what to write and no secret."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.config import ROOT, ConfigError, read

KEY = "k" * 32
PUBLIC = {"PUBLIC_URL": "https://ideas.example.com", "SECRET_KEY": KEY}


def settings(folder: Path, **environ: str) -> dict[str, object]:
    return read({"DATA_DIR": str(folder), **environ})


def refused(folder: Path, **environ: str) -> str:
    with pytest.raises(ConfigError) as problem:
        settings(folder, **environ)
    return str(problem.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://Ideas.EXAMPLE.com/", "https://ideas.example.com"),
        ("HTTPS://ideas.example.com:443", "https://ideas.example.com"),
        ("http://ideas.example.com.:80", "http://ideas.example.com"),
        ("https://ideas.example.com:8443", "https://ideas.example.com:8443"),
        (" https://ideas.example.com \r\n", "https://ideas.example.com"),
        ("https://idées.example", "https://xn--ides-cpa.example"),
        ("https://straße.example", "https://xn--strae-oqa.example"),
        ("https://ＩＤＥＡＳ。example", "https://ideas.example"),
        ("https://[2001:DB8:0::1]:8443", "https://[2001:db8::1]:8443"),
        ("http://192.0.2.7", "http://192.0.2.7"),
    ],
)
def test_an_address_that_people_can_type_is_written_as_browsers_send_it(
    tmp_path: Path, written: str, meant: str
) -> None:
    assert settings(tmp_path, PUBLIC_URL=written, SECRET_KEY=KEY)["PUBLIC_URL"] == meant


@pytest.mark.parametrize(
    "written",
    [
        "ideas.example.com",
        "https://",
        "https://user:tomato@ideas.example.com",
        "https://ideas example.com",
        "https://my_ideas.example.com",
        "https://ideas..example.com",
        "https://-ideas.example.com",
        "https://ideas.example.com:port",
        "https://ideas.example.com:70000",
        "https://ideas.example.com:",
        "https://ideas.example.com:٨٠",
        "https://ideas.example.com/portal",
        "https://ideas.example.com?a=b",
        "https://ideas.example.com#top",
        "https://[2001:db8::1",
        "https://[ideas.example.com]",
        "https://999.0.0.1",
        f"https://{'a' * 64}.example.com",
        "https://\u0378.example",
        '"https://ideas.example.com"',
        "https://ideas.example.com\nhttps://other.example.com",
        "https://ideas.example.com\0",
    ],
)
def test_an_address_that_nobody_can_type_is_refused_with_one_that_works(tmp_path: Path, written: str) -> None:
    said = refused(tmp_path, PUBLIC_URL=written, SECRET_KEY=KEY)
    assert said.startswith("PUBLIC_URL ") and "write" in said and "tomato" not in said


@pytest.mark.parametrize(
    ("name", "written", "wanted"),
    [
        ("HOST", "0.0.0.0", "PUBLIC_URL"),
        ("HOST", "::", "PUBLIC_URL"),
        ("HOST", "my host", "127.0.0.1"),
        ("HOST", "http://127.0.0.1", "127.0.0.1"),
        ("PORT", "0", "1 to 65535"),
        ("PORT", "70000", "1 to 65535"),
        ("PORT", "http", "1 to 65535"),
        ("PORT", "²", "1 to 65535"),
        ("WEB_WORKERS", "two", "1 to 64"),
        ("WEB_WORKERS", "0", "1 to 64"),
        ("WEB_WORKERS", "-1", "1 to 64"),
        ("WEB_WORKERS", "1e3", "1 to 64"),
        ("PROXY_HOPS", "٣", "0 to 20"),
        ("PROXY_HOPS", "9" * 5000, "0 to 20"),
        ("LEASE_SECONDS", "0", "1 to 86400"),
        ("LEASE_SECONDS", "1.5", "1 to 86400"),
        ("SWEEP_SECONDS", "'15'", "without"),
        ("SEED", "tomato", "demo or none"),
        ("LOG_LEVEL", "loud", "info or debug"),
        ("LOG_FORMAT", "xml", "json or text"),
        ("RATE_LIMITS", "maybe", "on or off"),
        ("SECRET_KEY", "short", "openssl rand -hex 32"),
        ("METRICS_TOKEN", "short", "openssl rand -hex 16"),
        ("DATA_DIR", "~/portal", "whole path"),
        ("DATA_DIR", "/proc/nowhere", "another folder"),
        ("DATA_DIR", "/dev/null", "another folder"),
        ("PROMETHEUS_MULTIPROC_DIR", "/dev/null", "another folder"),
    ],
)
def test_a_value_that_cannot_work_is_refused_by_name_with_what_to_write(
    tmp_path: Path, name: str, written: str, wanted: str
) -> None:
    said = refused(tmp_path, **{name: written})
    assert said.startswith(f"{name} ") and wanted in said and "\n" not in said and len(said) < 250


@pytest.mark.parametrize("name", ["PUBLIC_URL", "SECRET_KEY", "DATABASE_URL", "REDIS_URL", "SMTP_URL", "MAIL_FROM"])
@pytest.mark.parametrize("value", ["", "  ", "\r\n"])
def test_an_empty_setting_is_one_that_is_not_set(tmp_path: Path, name: str, value: str) -> None:
    assert settings(tmp_path, **{name: value}) == settings(tmp_path)


def test_numbers_and_words_may_have_blanks_around_and_capitals(tmp_path: Path) -> None:
    read = settings(
        tmp_path, WEB_WORKERS=" 3\r", LOG_LEVEL="Warning", SEED="NONE ", RATE_LIMITS="Off", REDIS_URL=" none"
    )
    assert (read["WEB_WORKERS"], read["LOG_LEVEL"], read["SEED"]) == (3, "warning", "none")
    assert (read["RATE_LIMITS"], read["REDIS_URL"]) == (False, None)


@pytest.mark.parametrize(("public", "seed"), [({}, "demo"), (PUBLIC, "none")])
def test_only_a_portal_of_this_machine_is_filled_with_the_demo_unasked(
    tmp_path: Path, public: dict[str, str], seed: str
) -> None:
    assert settings(tmp_path, **public)["SEED"] == seed


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "ideas.lan"])
@pytest.mark.parametrize("public", ["", "http://127.0.0.1:8000", "http://[::1]:8000", "http://LOCALHOST:8000"])
def test_a_portal_that_others_reach_needs_the_address_that_they_type(tmp_path: Path, host: str, public: str) -> None:
    """Else it is one for developing, whose /dev/mail shows everybody's links to sign in."""
    said = refused(tmp_path, HOST=host, PUBLIC_URL=public)
    assert said.startswith(f"HOST is {host!r}") and "PUBLIC_URL" in said
    assert settings(tmp_path, HOST=host, **PUBLIC)["HOST"] == host


@pytest.mark.parametrize(
    ("host", "address"),
    [("::1", "http://[::1]:8000"), ("[::1]", "http://[::1]:8000"), ("localhost", "http://localhost:8000")],
)
def test_without_an_address_the_portal_is_where_it_listens(tmp_path: Path, host: str, address: str) -> None:
    assert settings(tmp_path, HOST=host)["PUBLIC_URL"] == address


def test_all_that_is_wrong_is_said_at_once_a_sentence_each(tmp_path: Path) -> None:
    said = refused(
        tmp_path, PUBLIC_URL="https://a_b.example", WEB_WORKERS="two", SMTP_URL="mail.example.com"
    ).splitlines()
    assert [line.split()[0] for line in said] == ["PUBLIC_URL", "SMTP_URL", "WEB_WORKERS"]
    assert all(line.endswith(".") for line in said)


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("ideas@example.com", "", "ideas@example.com"),
        ("Ideas <ideas@example.com>", "Ideas", "ideas@example.com"),
        ('"Idées, Inc." <ideas@example.com>', "Idées, Inc.", "ideas@example.com"),
        ("<ideas@example.com>", "", "ideas@example.com"),
        ("ideas+portal@Straße.example", "", "ideas+portal@xn--strae-oqa.example"),
        ("ideas@[192.0.2.7]", "", "ideas@[192.0.2.7]"),
        ("ideas@[2001:db8::1]", "", "ideas@[IPv6:2001:db8::1]"),
        ("ideas@mailhost", "", "ideas@mailhost"),
    ],
)
def test_a_sender_may_have_a_name(tmp_path: Path, written: str, name: str, address: str) -> None:
    found = settings(tmp_path, MAIL_FROM=written)
    assert (found["MAIL_FROM_NAME"], found["MAIL_FROM"]) == (name, address)


@pytest.mark.parametrize(
    "written",
    [
        "ideas",
        "@example.com",
        "ideas@",
        "Ideas ideas@example.com",
        "a@example.com, b@example.com",
        "Ideas <a@example.com> <b@example.com>",
        "josé@example.com",
        "id eas@example.com",
        "ideas@my_host.example",
        "a..b@example.com",
        "Ideas <ideas@example.com",
        "Ideas\r\nBcc: all@example.com <ideas@example.com>",
        '"Ideas <ideas@example.com>"',
    ],
)
def test_a_sender_that_no_mail_can_have_is_refused(tmp_path: Path, written: str) -> None:
    assert refused(tmp_path, MAIL_FROM=written).startswith("MAIL_FROM ")


def test_a_portal_without_a_name_of_its_own_writes_from_its_number(tmp_path: Path) -> None:
    assert (
        settings(tmp_path, PUBLIC_URL="https://[2001:db8::1]", SECRET_KEY=KEY)["MAIL_FROM"]
        == "portal@[IPv6:2001:db8::1]"
    )


@pytest.mark.parametrize("left", ["", "short"])
def test_a_key_that_was_half_written_is_no_key(tmp_path: Path, left: str) -> None:
    (tmp_path / "secret_key").write_text(left)
    assert "secret_key" in refused(tmp_path)


@pytest.mark.parametrize("name", ["100 %", "what?", "a#b", "é [1]"])
def test_any_folder_may_hold_the_data(tmp_path: Path, name: str) -> None:
    from sqlalchemy import make_url

    url = str(settings(tmp_path / name)["SQLALCHEMY_DATABASE_URI"])
    assert make_url(url).database == str(tmp_path / name / "portal.db")


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///portal.db", "sqlite:///:memory:", "sqlite:////nowhere/portal.db", "sqlite:////tmp"]
)
def test_a_file_that_cannot_be_the_database_is_refused(tmp_path: Path, url: str) -> None:
    assert refused(tmp_path, DATABASE_URL=url).startswith("DATABASE_URL ")


def test_the_check_says_all_and_starts_nothing(tmp_path: Path) -> None:
    def check(**environ: str) -> subprocess.CompletedProcess[str]:
        known = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data"), **environ}
        command = [sys.executable, "-m", "portal.config"]
        return subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True)

    wrong = check(PORT="http", SECRET_KEY="short")
    assert wrong.returncode == 1 and not wrong.stdout
    assert [line.split()[0] for line in wrong.stderr.splitlines()] == ["PORT", "SECRET_KEY"]
    right = check()
    assert right.returncode == 0 and right.stdout == "Every setting can work.\n" and not right.stderr
