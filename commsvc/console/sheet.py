"""A table as a CSV file that a spreadsheet opens as text: no cell can become a formula.

Standards: RFC 4180. A cell that begins with = + - @ or a control character gets an apostrophe in front.
"""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from fastapi.responses import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | int | float | None


def sheet(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The file, to be saved under `name`."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8",
                    headers={"Content-Disposition": f'attachment; filename="{name}.csv"'})  # fmt: skip


def safe(cell: Cell) -> Cell:
    """The same cell, as text where it would be reckoned."""
    if isinstance(cell, float):
        return round(cell, 6)
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA) else cell
