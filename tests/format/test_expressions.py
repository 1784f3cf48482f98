"""What `bin/format` does to expressions that no other tool breaks: the lines change, and nothing that is said."""

from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tools.format.blanks import kept
from tools.format.commands import WIDTH
from tools.format.expressions import broken, flat

ROOT = Path(__file__).parents[2]
LONG = "a sentence that says so much about so many things that no line of a template is wide enough for it"
EVERY = [
    f'<p>{{{{ ui.field(form.title, hint=_("{LONG}"), rows=3, lang="en") }}}}</p>\n',
    f'<p>{{{{ _("{LONG}, %(a)s", a=one) if issue else _("{LONG}, and that") }}}}</p>\n',
    f'{{% set words = {{"one": _("{LONG}"), "two": {{"three": [1, 2]}}}}[why] %}}\n',
    f'{{% with heading = _("{LONG}"), about = _("{LONG}"), picture = none %}}{{% endwith %}}\n',
    f'<a href="/" title="{{{{ _("{LONG} {LONG}") }}}}">{{{{ icon("x") }}}}</a>\n',
    f"{{%- if a and (b or c) and something(that='{LONG}', those=\"%}}\", these={{}}) -%}}x{{%- endif -%}}\n",
]


def parsed(template: str) -> nodes.Template:
    """What Jinja reads, without the places where it stands."""
    return Environment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"]).parse(template)


@pytest.mark.parametrize("template", EVERY)
def test_a_long_expression_says_the_same_on_short_lines(template: str) -> None:
    lines = broken(flat(template))
    assert parsed(lines) == parsed(template)
    assert max(len(line) for line in lines.splitlines()) <= WIDTH


@pytest.mark.parametrize("template", EVERY)
def test_what_is_laid_out_stays_as_it_is(template: str) -> None:
    once = broken(flat(template))
    assert broken(flat(once)) == once


def test_every_template_says_the_same_on_one_line() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        assert parsed(flat(path.read_text())) == parsed(path.read_text()), path


def test_a_short_one_is_left_alone() -> None:
    assert broken(flat("{{ a if b else c }}\n")) == "{{ a if b else c }}\n"


def test_a_conditional_attribute_does_not_touch_the_next() -> None:
    source = "<li\n  {% if a %}data-a{% endif %}\n  {% if b %}data-b{% endif %}\n>\n"
    sent = Environment(trim_blocks=True, lstrip_blocks=True).from_string(kept(source)).render(a=1, b=1)
    assert sent.split() == ["<li", "data-a", "data-b>"]
    assert kept(kept(source)) == kept(source)
