"""From how many on a figure may be shown without telling of somebody (P14)."""

FEWEST_PEOPLE = 20
FEWEST_CLICKS = 10


def shown_clicks(clicks: int, audience: int) -> int | None:
    """The clicks of a link; None for an audience under 20, or under 10 clicks."""
    return None if audience < FEWEST_PEOPLE or clicks < FEWEST_CLICKS else clicks
