"""How Sphinx builds the site from what build.py has laid out."""

import html

from docutils import nodes
from docutils.utils.math import latex2mathml

project = "Beyond Labels"
copyright = "2026 The authors of Beyond Labels"
extensions = ["myst_nb"]

nb_execution_mode = "off"  # the notebooks have been executed
nb_ipywidgets_js = {}  # host.js brings widgets to life
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
html_math_renderer = "mathml"

html_theme = "furo"
html_title = "Beyond Labels"
html_css_files = ["site.css"]
html_favicon = "icon.svg"
html_copy_source = False
html_use_index = False
templates_path = ["theme"]
html_show_search_summary = False  # it would fetch pages, which those opened from disk may not
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#00559c", "color-brand-content": "#00559c"},
    "dark_css_variables": {"color-brand-primary": "#8ec5ff", "color-brand-content": "#8ec5ff"},
}
linkcheck_anchors = False  # many sites make them with scripts
linkcheck_timeout = 60
linkcheck_retries = 2


def visit_math(translator, node):
    """Write a formula as MathML, which browsers draw without a script or a font."""
    tex = node.astext().replace(r"\dots", r"\ldots")  # the only command that docutils lacks
    is_block = isinstance(node, nodes.math_block)
    translator.body.append(latex2mathml.tex2mathml(tex, as_block=is_block))
    raise nodes.SkipNode


def describe(app, pagename, templatename, context, doctree):
    """Give a page its first long paragraph as its description, for those who search for it."""
    texts = (part.astext() for part in doctree.findall(nodes.paragraph)) if doctree else ()
    text = next((" ".join(text.split()) for text in texts if len(text) > 60), project)
    meta = f'<meta name="description" content="{html.escape(text[:300])}">'
    context["metatags"] = context.get("metatags", "") + meta


def setup(app):
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math, None))
    app.connect("html-page-context", describe)
