"""Pages that had another name lead on to the new one, from a server or from disk."""

from string import Template

from website.finish import with_policy

# What the notebooks were once called: old and new, in the folder of the notebooks.
MOVED = {
    "07_what_makes_training_fast": "09_what_makes_training_fast",
    "solutions/07_solutions": "solutions/09_solutions",
}
PAGE = Template("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="0; url=$target">
<link rel="canonical" href="$target">
<title>This page has moved</title>
</head>
<body><main><h1>This page has moved</h1><p><a href="$target">It is here now.</a></p></main></body>
</html>
""")


def lead_on(site, moved=MOVED):
    """Write a page for each old name whose notebook is there under its new one.

    An old name that another notebook has now is left to it.

    Parameters
    ----------
    site : pathlib.Path
    moved : dict of str to str, optional
        New names by old ones, without ".html".
    """
    for old, new in moved.items():
        page, target = (site / "notebooks" / f"{name}.html" for name in (old, new))
        if target.exists() and not page.exists():
            page.write_text(with_policy(PAGE.substitute(target=target.name)), encoding="utf-8")
