"""The faults that a caller asks for, as JSON and as values."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """Happens to a share of what it fits."""

    contains: str = ""
    """Part of the function's name, the queue's name or the object's key."""
    share: float = 1.0
    at_most: int | None = None
    """How often, from when it was asked for; None for no bound."""
    between_ms: tuple[int, int] = (0, 0)
    """A delay at random between the two."""
    operations: tuple[str, ...] = ()
    """Operations of S3; all, if none is named."""


KINDS: dict[str, dict[str, str]] = {
    "kill": {"function": "contains", "share": "share", "afterMs": "between_ms", "atMost": "at_most"},
    "duplicate": {"queue": "contains", "share": "share", "afterMs": "between_ms", "atMost": "at_most"},
    "s3": {"keyContains": "contains", "share": "share", "operations": "operations", "atMost": "at_most"},
    "slow": {"keyContains": "contains", "share": "share", "ms": "between_ms", "atMost": "at_most"},
    "torn": {"keyContains": "contains", "share": "share", "atMost": "at_most"},
}
"""What may be said of each kind of fault, and the field of Fault that it becomes."""


def parse_faults(asked: Any) -> dict[str, Fault]:
    """Raises ValueError that says which setting is wrong."""
    if not isinstance(asked, dict):
        raise ValueError("faults are an object")
    return {kind: parse_fault(kind, settings) for kind, settings in asked.items()}


def parse_fault(kind: str, settings: Any) -> Fault:
    names = KINDS.get(kind)
    if names is None:
        raise ValueError(f"no fault is called {kind}: there are {', '.join(KINDS)}")
    if not isinstance(settings, dict) or not settings.keys() <= names.keys():
        raise ValueError(f"{kind} takes {', '.join(names)}")
    return Fault(**{names[name]: parse_value(f"{kind}.{name}", names[name], value) for name, value in settings.items()})


def parse_value(place: str, field: str, value: Any) -> Any:
    match field, value:
        case "contains", str():
            return value
        case "share", int() | float() if 0 <= value <= 1:
            return float(value)
        case "at_most", int() if value >= 0:
            return value
        case "between_ms", int() if value >= 0:
            return (value, value)
        case "between_ms", [int(least), int(most)] if 0 <= least <= most:
            return (least, most)
        case "operations", list() if all(isinstance(operation, str) for operation in value):
            return tuple(value)
    raise ValueError(f"{place} does not take {value!r}")
