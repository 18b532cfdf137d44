"""Draw a chart with matplotlib: as SVG for pages, as PNG for mails. The same value always becomes the same picture.

Uses the library's objects and none of its global state, so that threads may draw at once.
"""

from io import BytesIO
from typing import Literal

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from commsvc.domain.learning.figures.chart import Chart

Theme = Literal["light", "dark"]
_WIDE, _HIGH = 8.4, 2.9
_INK = {"light": "#51605c", "dark": "#9fb0ab"}
_LINE = {"light": "#d8dfdc", "dark": "#2b3735"}
_COLOURS = {"light": ("#0b5f5c", "#99620a"), "dark": ("#5cc2b6", "#e9b04f")}
_MOST_NAMES = 14


def draw(chart: Chart, kind: Literal["svg", "png"], theme: Theme = "light") -> bytes:
    """The picture of a chart; one without data says so."""
    with rc_context({"svg.hashsalt": "commsvc", "font.size": 9.0}):
        figure = Figure(figsize=(_WIDE, _HIGH), layout="constrained")
        axes = figure.add_subplot()
        _frame(axes, theme)
        if chart.empty:
            axes.set_axis_off()
            axes.text(
                0.5,
                0.5,
                "Nothing to show yet",
                ha="center",
                va="center",
                color=_INK[theme],
                fontsize=12,
                transform=axes.transAxes,
            )
        else:
            _values(axes, chart, theme)
        out = BytesIO()
        undated = {"Date": None} if kind == "svg" else {"Software": None}
        figure.savefig(out, format=kind, transparent=kind == "svg", dpi=144, metadata=undated)
    return out.getvalue()


def _frame(axes: Axes, theme: Theme) -> None:
    axes.tick_params(colors=_INK[theme], length=0)
    axes.grid(axis="y", color=_LINE[theme], linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)


def _values(axes: Axes, chart: Chart, theme: Theme) -> None:
    at = range(len(chart.places))
    width = 0.8 / len(chart.lines)
    for n, (line, colour) in enumerate(zip(chart.lines, _COLOURS[theme], strict=False)):
        heights = [float("nan") if v is None else v for v in line.values]
        if chart.over_time:
            axes.plot(
                at, heights, color=colour, marker="os"[n], linewidth=1.8, linestyle=("-", ":")[n], label=line.name
            )
        else:
            shifted = [x - 0.4 + width * (n + 0.5) for x in at]
            axes.bar(shifted, heights, width * 0.9, color=colour, hatch=("", "//")[n], label=line.name)
    if chart.goal is not None:
        axes.axhline(
            chart.goal, color=_INK[theme], linestyle="--", linewidth=1.2, label=f"target {chart.goal:g} {chart.unit}"
        )
    step = -(-len(chart.places) // _MOST_NAMES)
    axes.set_xticks(list(at)[::step], chart.places[::step])
    axes.set_ylim(0, 105 if chart.unit == "%" else None)
    axes.set_ylabel(chart.unit, color=_INK[theme])
    axes.legend(frameon=False, labelcolor=_INK[theme], ncols=3, loc="lower left", bbox_to_anchor=(0, 1))
