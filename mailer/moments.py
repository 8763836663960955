"""Moments as the store keeps them: UTC, to the millisecond, in text that sorts as time does."""

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """`2026-11-25T20:00:00.000Z` (RFC 3339); `moment` has a time zone."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def moment(text: str) -> datetime:
    """What `stamp` wrote, in UTC."""
    return datetime.fromisoformat(text)
