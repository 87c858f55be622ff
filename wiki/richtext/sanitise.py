"""The last step: the only HTML that leaves this room has passed through here, and stays as it is."""

import re

import nh3

OWN_MEDIA = "/media/"

_TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "pre", "code"),
    *("em", "strong", "a", "img", "sup", "div", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),  # the library's own choice would be lang and title
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "li": {"id"},
    "sup": {"id"},
}
_LINK = re.compile(
    r"https?://[^\s/\\?#@]+(?:[/?#][^\s\\]*)?"  # no user name before the host: it hides where a link leads
    r"|mailto:[^\s/\\?#@]+@[^\s/\\?#@]+"  # an address only: no subject, body or copies
    r"|/(?![/\\])[^\s\\]*"  # a page of ours
    r"|#[\w:.-]+",
    re.IGNORECASE,
)
_IMAGE = re.compile(re.escape(OWN_MEDIA) + r"[A-Za-z0-9_-]+(?:[/.][A-Za-z0-9_-]+)*")
_START = re.compile(r"[0-9]{1,9}")
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f]")


def is_own_image(url: str) -> bool:
    """Tell whether an address names a file of our own media; one from elsewhere would watch our readers."""
    return _IMAGE.fullmatch(url) is not None


def sanitise(html: str, *, id_prefix: str) -> str:
    """Return the part of some HTML that is safe in any page; ids and the links to them get a prefix."""

    def allowed(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "href":
            if _CONTROL.search(value) or not _LINK.fullmatch(value):
                return None
            return f"#{id_prefix}{value[1:]}" if value.startswith("#") else value
        if attribute == "src":
            return value if is_own_image(value) else None
        if attribute == "start":
            return value if _START.fullmatch(value) else None
        return value

    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style"},
        attributes=_ATTRIBUTES,
        attribute_filter=allowed,
        tag_attribute_values={
            "th": {"align": {"left", "center", "right"}},
            "td": {"align": {"left", "center", "right"}},
        },
        set_tag_attribute_values={"img": {"loading": "lazy"}},
        allowed_classes={"div": {"footnote"}},
        generic_attribute_prefixes=set(),
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener noreferrer",
        id_prefix=id_prefix,
    )


def without_tags(html: str) -> str:
    """Return HTML with every tag removed (and footnote marks with their content); entities stay."""
    return nh3.clean(html, tags=set(), attributes={}, clean_content_tags={"script", "style", "sup"})
