"""What a page declares, and which links lead nowhere."""

import base64
import hashlib
import re

import pytest

from website.finish import finish, with_policy

HEAD = '<html><head><meta charset="utf-8"></head><body>'


def test_a_page_allows_its_own_scripts_by_their_digest_and_no_others():
    own = '<script>one()</script><script type="module">two\n</script>'
    text = f'{HEAD}<script src="a.js"></script>{own}'
    made = with_policy(text)
    policy = re.search(
        r'<meta charset="utf-8">\s*<meta http-equiv="[^"]+" content="([^"]+)">', made
    )[1]
    digests = [base64.b64encode(hashlib.sha256(c).digest()).decode() for c in (b"one()", b"two\n")]
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == set(digests)
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy.partition("script-src")[2]
    assert "http:" not in policy
    assert "https:" not in policy


def test_a_page_that_does_not_say_its_charset_is_refused():
    with pytest.raises(ValueError, match="charset"):
        with_policy("<html></html>")


def write(folder, **pages):
    for name, body in pages.items():
        (folder / f"{name}.html").write_text(HEAD + body, encoding="utf-8")


def test_links_that_lead_nowhere_are_named_and_others_are_fine(tmp_path):
    write(tmp_path, a='<p id="x"><a href="b.html#y">b</a><a href="#x">x</a>', b='<p id="y">')
    elsewhere = '<a href="https://keras.io/#no">Keras</a><img src="data:image/gif;base64,R0">'
    write(tmp_path, c=elsewhere)
    finish(tmp_path)
    assert "Content-Security-Policy" in (tmp_path / "a.html").read_text(encoding="utf-8")
    write(tmp_path, a='<a href="b.html#z">b</a><img src="no.png"><a href="#no">x</a>')
    write(tmp_path, b='<p id="y">', c=elsewhere)
    with pytest.raises(ValueError, match="lead nowhere") as error:
        finish(tmp_path)
    wrong = ["a.html: b.html#z", "a.html: no.png", "a.html: #no"]
    assert str(error.value).splitlines()[1:] == wrong


def test_what_the_theme_leaves_out_is_put_in_and_scripts_wait_for_the_page(tmp_path):
    corner = '<th scope="col" style="text-align: left"></th>'
    ahead = '<link rel="next" title="B" href="b.html"><script src="a.js"></script>'
    theme = f'<p role="heading">{corner}<div class="table-wrapper docutils">'
    for name in ("a.js", "b.js"):
        (tmp_path / name).touch()
    write(tmp_path, a=f'{theme}{ahead}<script src="b.js" async></script>')
    finish(tmp_path)
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert 'role="heading" aria-level="2"' in text
    assert '<div tabindex="0" class="table-wrapper' in text
    assert "<td></td>" in text
    assert corner not in text
    assert '<script defer src="a.js">' in text
    assert '<script src="b.js" async>' in text
    assert "rel=" not in text  # no page is loaded in advance


STYLES = """</head><head><title>A</title>
<link rel="stylesheet" type="text/css" href="{0}_static/one.css?v=1" />
<link rel="stylesheet" type="text/css" href="{0}_static/mystnb.0.css" />
<link rel="stylesheet" type="text/css" href="{0}_static/two.css" />"""


def test_pages_share_one_stylesheet_and_a_page_with_others_is_refused(tmp_path):
    for folder in ("_static", "below"):
        (tmp_path / folder).mkdir()
    styles = {"one": "/* 1 */ a { b: c }\n", "two": "\n  d { e: f }", "mystnb.0": "no"}
    for name, text in styles.items():
        (tmp_path / "_static" / f"{name}.css").write_text(text, encoding="utf-8")
    pages = {"a": "", "below/b": "../"}  # and what leads to the files from there
    for name, up in pages.items():
        write(tmp_path, **{name: STYLES.format(up)})
    finish(tmp_path)
    for name, up in pages.items():
        text = (tmp_path / f"{name}.html").read_text(encoding="utf-8")
        (address,) = re.findall(r'<link rel="stylesheet"[^>]*href="([^"]+)"', text)
        assert address.startswith(f"{up}_static/style.css?v=")
    style = (tmp_path / "_static" / "style.css").read_text(encoding="utf-8")
    assert style == "a { b: c }\nd { e: f }"
    write(tmp_path, a=STYLES.format(""), c=STYLES.format("").replace("two", "one"))
    with pytest.raises(ValueError, match="other stylesheets"):
        finish(tmp_path)
