"""What every page of the site gets at last, and what is checked of all of them."""

import base64
import hashlib
from html.parser import HTMLParser
import re
from urllib.parse import unquote, urlsplit

from website.cells import digest

STYLESHEET = re.compile(r'<link rel="stylesheet"[^>]* href="([^"?]+)[^"]*" */?>\s*')
BUNDLE = "_static/style.css"
NOT_NEEDED = "mystnb"  # in the name of a stylesheet of which site.css has what we need
AHEAD = re.compile(r'<link rel="(?:next|prev)"[^>]*>')  # Firefox would load that page at once
LATER = re.compile(r"<script (?=src=)(?![^>]*\b(?:async|defer)\b)")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SCRIPT = re.compile(r"<script([^>]*)>(.*?)</script>", re.DOTALL)
CHARSET = re.compile(r'<meta charset="utf-8"\s*/?>', re.IGNORECASE)

REPAIRS = {  # what the theme leaves out, and axe-core finds
    ' role="heading">': ' role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="Pages">',
    '<aside class="toc-drawer': '<aside aria-label="On this page" class="toc-drawer',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',  # these may scroll
    '<div class="output text_html"><table>': (
        '<div tabindex="0" class="output text_html table-wrapper"><table>'
    ),
    '<div class="math-wrapper': '<div tabindex="0" class="math-wrapper',
    '<th scope="col" style="text-align: left"></th>': "<td></td>",  # the corner of a table
}


def finish(site):
    """Give each page of a site what it lacks, and raise ValueError where a link leads nowhere.

    Parameters
    ----------
    site : pathlib.Path
    """
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}
    styles = {}
    for path, text in pages.items():
        for part, whole in REPAIRS.items():
            text = text.replace(part, whole)
        text = LATER.sub("<script defer ", AHEAD.sub("", text))
        pages[path] = with_one_style(text, path, styles)
        path.write_text(with_policy(pages[path]), encoding="utf-8")
    for place, style in styles.items():
        place.write_text(style, encoding="utf-8")
    if wrong := broken(site, pages):
        raise ValueError("These links lead nowhere:\n" + "\n".join(wrong))


def with_one_style(text, path, styles):
    """Return a page with one stylesheet in place of all, for each costs the time of a request.

    Parameters
    ----------
    text : str
    path : pathlib.Path
        Of the page.
    styles : dict of pathlib.Path to str
        Gets the path and the text of the stylesheet.
    """
    names = [name for name in STYLESHEET.findall(text) if NOT_NEEDED not in name]
    if not names:
        return text
    parts = [COMMENT.sub("", (path.parent / name).read_text(encoding="utf-8")) for name in names]
    style = "\n".join(line.strip() for line in "\n".join(parts).splitlines() if line.strip())
    folder = names[0].partition("_static/")[0]
    bundle = (path.parent / folder / BUNDLE).resolve()
    if styles.setdefault(bundle, style) != style:
        raise ValueError(f"{path} has other stylesheets than the pages before it")
    link = f'<link rel="stylesheet" href="{folder}{BUNDLE}?v={digest(style.encode())}">'
    return STYLESHEET.sub("", text).replace("</title>", f"</title>\n{link}", 1)


def with_policy(text):
    """Return a page that declares what it may load: files of this site, and its own scripts.

    Widgets bring their code, which host.js imports as a blob, and their styles.
    """
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; "
        f"script-src 'self' blob: {' '.join(sorted(hashes(text)))}"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    made, n = CHARSET.subn(lambda found: f"{found[0]}\n    {meta}", text, count=1)
    if n != 1:
        raise ValueError(f"a page does not say its charset: {text[:100]}")
    return made


def hashes(text):
    """Return the sources, for a policy, of the scripts that stand in a page."""
    codes = [code for attributes, code in SCRIPT.findall(text) if "src=" not in attributes]
    digests = {hashlib.sha256(code.encode()).digest() for code in codes}
    return {f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests}


class Links(HTMLParser):
    """The links and anchors of a page.

    Attributes
    ----------
    links : list of str
        What its elements lead to or load.
    anchors : set of str
    """

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.anchors.add(named.get("id"))
        self.links += [named[name] for name in ("href", "src") if named.get(name) is not None]


def broken(site, pages):
    """Return "page: link" for each link within the site to a file or an anchor that is not there.

    Parameters
    ----------
    site : pathlib.Path
    pages : dict of pathlib.Path to str
    """
    parsed = {path: Links(text) for path, text in pages.items()}
    wrong = []
    for path, links in parsed.items():
        for link in links.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            known = target not in parsed or not anchor or anchor in parsed[target].anchors
            if not target.is_file() or not known:
                wrong.append(f"{path.relative_to(site)}: {link}")
    return wrong
