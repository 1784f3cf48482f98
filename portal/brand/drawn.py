"""What is drawn where the brand gave no logo: its mark, the icon of the browser, and the badge of its people."""

from markupsafe import Markup

WAVES = (
    '<path d="M5 18.5c2.6-2.6 5-2.6 7.4 0s4.8 2.6 7.3 0 4.8-2.6 7.3-.2M5 24.3c2.6-2.6 5-2.6 7.4 0s4.8 2.6 7.3 0'
    ' 4.8-2.6 7.3-.2"/>'
)
DRAWN = Markup(
    '<svg class="drawn" viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">'
    f'<rect width="32" height="32" rx="9"/><circle cx="21" cy="11" r="4"/><g>{WAVES}</g></svg>'
)
BADGE_LETTER = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" fill="{mark}"/>'
    '<text x="16" y="22.4" text-anchor="middle" font-family="system-ui, sans-serif" font-size="18" font-weight="700"'
    ' fill="{line}">{letter}</text></svg>'
)
BADGE_LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" fill="{ground}"/>'
    '<rect width="32" height="32" fill="none" stroke="{mark}" stroke-width="2.5"/>'
    '<image x="7" y="7" width="18" height="18" href="data:{kind};base64,{data}"/></svg>'
)
FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="{mark}"/>'
    '<circle cx="21" cy="11" r="4" fill="{sun}"/><g fill="none" stroke="{line}" stroke-width="2.3"'
    ' stroke-linecap="round">' + WAVES + "</g></svg>"
)
