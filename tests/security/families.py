"""Texts that make a reader of Markdown work: each sign that it stops at, alone, in lines, in growing runs, closed."""

SIGNS = (
    "![", "[", "(", "*a_", "*a", "**a", "_a", "~~a", "<", "`", "``a`", "&", "&#", "\\", "[a](<", "[a](", '[a](b "',
    "![a](b", "[a]: b\n", "[a]: <", "[a]:\n", "> ", ">", "- ", "1. ", "> - ", "- - ", "+ - * ", "# a\n", "|", "a|b\n",
    "```\n", "> ```\n", "    a\n", "<a@b.c>", "<http://a>", "[a][b]", "[[a]](", "]", "![]()", "*a*", "a\n=\n", "a\n\n",
    "- a\n  - ", "  \n", "<!--", "<a b='", "[a]: b (\n", "*[a*](b)", "h\u00e9 ", "e\u0301",
    "http://a ", "https://a", "www.a.b ", "www.", "http://a(", "http://a) ", "http://a;", "http://a&b;", "http://a*", "[http://a",
    "![http://a](b) ", "![a](http://b) ", "http://", "http:", "www.a.b\n",
)  # fmt: skip


def texts(length: int) -> dict[str, str]:
    """So many characters of each family."""
    found = {}
    for sign in SIGNS:
        some, half = length // len(sign), length // 2
        found[f"{sign!r}"] = sign * some
        found[f"{sign!r} a line"] = (sign + "\n") * (length // (len(sign) + 1))
        if len(sign) < 3:
            found[f"{sign!r} in runs"] = " ".join(sign * n for n in range(1, int((2 * some) ** 0.5)))
        if "[" in sign:
            found[f"{sign!r} and closed"] = sign * (half // len(sign)) + "](b)"[: len(sign) + 2] * (half // 5)
    return {name: text[:length] for name, text in {**found, **_shapes(length)}.items()}


def _shapes(length: int) -> dict[str, str]:
    rows = length // 8
    return {
        "a list that goes deeper": "\n".join("  " * n + "- a" for n in range(int(length**0.5))),
        "definitions that are used": "".join(f"[a{n}]: b\n" for n in range(rows // 4)) + "\n" + "[a1]" * rows,
        "one long address, used often": "[a]: /" + "b" * (length // 2) + "\n\n" + "[a]" * (length // 6),
        "a wide head over many rows": "|" * 300 + "\n" + "|-" * 300 + "|\n" + "a\n" * 1_900,
        "pictures in pictures": "![" * 300 + "a" + "](b)" * 300,
        "quotes of many lines": (">" * 50 + "a\n") * (length // 52),
        "a quote that goes on": "> " * 50 + "a\n" * (length // 3),
        "every kind": "a **b ![c `d [e _f &g <h \\i ~~j \n" * (length // 34),
    }
