"""Pages that are no notebooks, those of docs/ and the home page, and what they say of notebooks."""

import re
import tomllib

from website.cells import anchor

ADDRESS = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+)/tree/([\w./-]+)")
NOBODY = "OWNER/"  # of the address until `make address` has set it
ROW = re.compile(r"^\| (.*?) *\| (.*?) *\| (.*?) *\| \[notebook", re.MULTILINE)
OF_A_NOTEBOOK = re.compile(
    r"^\| \[([^\]]+)\]\((notebooks/\w+\.ipynb)\)(.*?) \| (.*?) \|", re.MULTILINE
)
SPEED = """\
# How fast this site is

{table}

Measured by `make lighthouse` with Lighthouse {version}, on a site served from the same machine and
not compressed: scores from 0 to 100, the time until the largest part of what one sees first is
there, and what is loaded before one scrolls. A *phone* has slow 4G and a quarter of the machine's
speed. Of two runs, the one counts in which the machine was least busy with other things.
"""


def address(pyproject):
    """Return ("owner/repository", "branch"), or None until somebody has set it.

    Parameters
    ----------
    pyproject : str
        The text of pyproject.toml.
    """
    urls = tomllib.loads(pyproject)["project"]["urls"]
    repository, branch = ADDRESS.fullmatch(urls["Repository"]).groups()
    return None if repository.startswith(NOBODY) else (repository, branch)


def places(path, address):
    """Return where a notebook can be opened with a kernel: the name of each place and its link."""
    if address is None:
        return {}
    repository, branch = address
    inside = path.replace("/", "%2F")
    return {
        "Binder": f"https://mybinder.org/v2/gh/{repository}/{branch}?labpath={inside}",
        "Colab": f"https://colab.research.google.com/github/{repository}/blob/{branch}/{path}",
    }


def note(path, home, address):
    """Return in HTML what the page of a notebook cannot do, and where it can be done.

    Parameters
    ----------
    path : str
        Of the notebook in the repository.
    home : str
        The address of the home page, as seen from the notebook's.
    address : tuple or None
        See `address`.
    """
    links = [f'<a href="{home}#run-it">on your computer</a>']
    links += [f'<a href="{link}">in {name}</a>' for name, link in places(path, address).items()]
    return (
        '<p class="kernel-note">What moves here needs no Python. To train, to draw other images '
        f"and to solve the exercises, open <code>{path}</code> {' or '.join(links)}.</p>"
    )


def speed(rows):
    """Return the page about how fast the site is, in Markdown.

    Parameters
    ----------
    rows : list of dict
        As `make lighthouse` stores them.
    """
    headings = ["page", "seen on a", "performance", "accessibility", "best practices", "SEO"]
    headings += ["largest paint", "loaded"]
    lines = [headings, ["---", "---", *["--:"] * 6]]
    for row in rows:
        scores = [str(row[name]) for name in ("performance", "accessibility", "best-practices")]
        amounts = [f"{row['largest_paint_ms'] / 1000:.1f} s", f"{row['bytes'] / 1e6:.2f} MB"]
        lines.append([short(row["page"]), row["device"], *scores, str(row["seo"]), *amounts])
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return SPEED.format(table=table, version=rows[0]["lighthouse"])


def short(page):
    """Return what a page is called in a table: "home", or "notebook 2"."""
    number = re.match(r"notebooks/(\d+)_", page)
    return f"notebook {int(number[1])}" if number else "home"


def cards(readme):
    """Return (title, path, idea) of each notebook in the README's table."""
    return [(title + rest, path, idea) for title, path, rest, idea in OF_A_NOTEBOOK.findall(readme)]


def answer(readme):
    """Return what the README says of the course's question."""
    return _between(readme, "answer")


def measured(readme):
    """Return what the README says of the time and the memory that notebooks take."""
    return _between(readme, "notebooks measured")


def _between(readme, name):
    _, text, _ = re.split(f"<!-- (?:end of )?{name} -->\n", readme)
    return text


def meanings(glossary):
    """Return what each term of the glossary means, as plain text, by the term in small letters."""
    return {
        term.lower(): re.sub(r"[$*`]|\[([^\]]*)\]\([^)]*\)", r"\1", meaning)
        for term, _, meaning in ROW.findall(glossary)
        if term != "term"
    }


def with_anchors(glossary):
    """Return the glossary with an identity for each term."""
    return ROW.sub(
        lambda row: row[0].replace(row[1], f'<span id="{anchor(row[1])}">{row[1]}</span>', 1),
        glossary,
    )


def for_sphinx(text):
    """Return a page of docs/ for Sphinx, which makes the anchors itself and knows no README."""
    text = re.sub(r'^<a id="[\w-]+"></a>\n', "", text, flags=re.MULTILINE)
    text = text.replace("../README.md#the-notebooks", "../index.md#time-and-memory")
    return text.replace("../README.md#start", "../index.md#run-it")
