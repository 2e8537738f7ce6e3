"""Tables of texts. A wrong argument raises TypeError or ValueError."""

import html

from aehelpers import arguments as arg


class Table:
    """A table of texts: an HTML table on a page, and aligned columns of text elsewhere.

    Printed lines longer than about 55 characters break inside words when a page is enlarged to
    200 %. An HTML table does not, and screen readers recognize its rows and columns.

    Parameters
    ----------
    caption : str
    headings : sequence of str
        At least one: the heading of each column, including the first.
    rows : sequence of sequences of str
        At least one, each as long as `headings`. The first text is the heading of its row.
    """

    @arg.checked(
        caption=str,
        headings=arg.sequence(str, "columns", fewest=1),
        rows=arg.sequence(arg.sequence(str, "columns"), fewest=1),
    )
    def __init__(self, caption, headings, rows):
        self.caption, self.headings, self.rows = caption, headings, rows

    def __repr__(self):
        lines = [self.headings, *self.rows]
        first, *others = [max(map(len, column)) for column in zip(*lines)]
        aligned = [[name.ljust(first), *map(str.rjust, texts, others)] for name, *texts in lines]
        return "\n".join([self.caption, *map("  ".join, aligned)])

    def _repr_html_(self):
        left = 'style="text-align: left"'
        first, *others = (html.escape(text) for text in self.headings)
        head = f'<th scope="col" {left}>{first}</th>'
        head += "".join(f'<th scope="col">{text}</th>' for text in others)
        body = "".join(
            f'<tr><th scope="row" {left}>{html.escape(name)}</th>'
            + "".join(f"<td>{html.escape(text)}</td>" for text in texts)
            + "</tr>"
            for name, *texts in self.rows
        )
        return (
            f"<table><caption {left}>{html.escape(self.caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )
