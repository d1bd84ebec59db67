"""Faults the twin commits on demand; knows nothing of how they are carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class SendError:
    """A share of sends is answered with this error and not delivered."""

    code: int
    rate: float
    subcode: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Milliseconds, drawn evenly between the two."""

    low: float = 0
    high: float = 0

    def seconds(self, chance: float) -> float:
        return (self.low + (self.high - self.low) * chance) / 1000


@dataclass(frozen=True, slots=True)
class Faults:
    """Rates are shares between 0 and 1."""

    send_timeout_rate: float = 0.0  # the answer to a send never comes …
    send_timeout_before_delivery: float = 0.0  # … and in this share of cases the message was not delivered either
    send_error: SendError | None = None
    send_latency_ms: Span = field(default_factory=Span)  # between delivering a message and answering the send
    duplicate_webhook_rate: float = 0.0
    reorder_rate: float = 0.0  # an event waits until the next one of its thread has gone
    drop_echo_rate: float = 0.0
    webhook_delay_ms: Span = field(default_factory=Span)
    echo_delay_ms: Span = field(default_factory=Span)
    usage_percent: int | None = None  # what the rate limit headers claim; from 100 on calls are refused

    def to_dict(self) -> dict[str, Any]:
        """As `parse_faults` reads it."""
        return {
            name: [value["low"], value["high"]] if name.endswith("_ms") else value
            for name, value in asdict(self).items()
        }


def parse_faults(values: object) -> Faults:
    """Faults out of JSON; what is not named is switched off. Raises ValueError that names the wrong key."""
    if not isinstance(values, dict):
        raise ValueError("faults are an object")
    unknown = values.keys() - {spec.name for spec in fields(Faults)}
    if unknown:
        raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")
    return Faults(**{name: _parse(name, value) for name, value in values.items() if value is not None})


def _parse(name: str, value: object) -> Any:
    if name == "send_error":
        return _send_error(value)
    if name == "usage_percent":
        return _whole(name, value)
    return _span(name, value) if name.endswith("_ms") else _rate(name, value)


def _rate(name: str, value: object) -> float:
    if not isinstance(value, bool | int | float) or not 0 <= value <= 1:
        raise ValueError(f"{name} is a share between 0 and 1")
    return float(value)


def _span(name: str, value: object) -> Span:
    pair = value if isinstance(value, list) else [value, value]
    numbers = [each for each in pair if isinstance(each, int | float) and not isinstance(each, bool)]
    if len(numbers) != 2 or len(pair) != 2 or not 0 <= numbers[0] <= numbers[1] <= 600_000:
        raise ValueError(f"{name} is [least, most] milliseconds")
    return Span(*numbers)


def _send_error(value: object) -> SendError:
    if not isinstance(value, Mapping):
        raise ValueError("send_error is an object with code and rate")
    subcode = value.get("subcode", value.get("error_subcode"))
    return SendError(
        code=_whole("send_error.code", value.get("code")),
        rate=_rate("send_error.rate", value.get("rate", 1.0)),
        subcode=None if subcode is None else _whole("send_error.subcode", subcode),
    )


def _whole(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{name} is a whole number")
    return value
