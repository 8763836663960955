"""What a measurement gives, and how it is printed."""

from collections.abc import Sequence

Row = tuple[str, float, str, str, bool]  # name, value, unit, target, whether it is met


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned columns, each with whether its target is met."""
    lines = [("measure", "value", "unit", "target", "")]
    lines += [
        (name, f"{value:.3g}", unit, target, "ok" if met else "MISSED")
        for name, value, unit, target, met in rows
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
