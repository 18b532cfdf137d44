"""Figures, counted as the pages count them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from commsvc.api.caller import OfFigures
from commsvc.api.paging import Word
from commsvc.api.shapes import FigureShape
from commsvc.desk.measuring import Measuring
from commsvc.domain.learning.figures.catalogue import FIGURES
from commsvc.domain.learning.figures.figure import summary
from commsvc.domain.learning.figures.grouping import counted
from commsvc.domain.playbook.words import Segment, Severity

router = APIRouter(tags=["figures"])
LONGEST = 104


@router.get("/figures")
def figures(
    caller: OfFigures, weeks: Annotated[int, Query(ge=1, le=LONGEST)] = 12, severity: Annotated[Severity | None, Query()] = None,
    segment: Annotated[Segment | None, Query()] = None, area: Word = "",
) -> Sequence[FigureShape]:  # fmt: skip
    """Every figure over the cases received in the last so many weeks, for which all conditions hold."""
    mine = {a.id for a in caller.accounts()}
    knowns = [k for k in Measuring(caller.desk).received(caller.now - timedelta(weeks=weeks), caller.now, caller.reads_as)
              if k.past.account_id in mine and severity in (None, k.past.severity) and segment in (None, k.past.segment)
              and area in ("", k.past.area)]  # fmt: skip
    return [FigureShape.of(f, summary(f.unit, counted(f, knowns, caller.now))) for f in FIGURES.values()]
