"""How much may come in a minute: a bucket of tokens per publisher, in the memory of one replica."""

import math
from dataclasses import dataclass, field

FORGET_ABOVE = 10_000


@dataclass
class Pace:
    """Token buckets by name; a bucket holds a tenth of a minute's tokens, at least ten."""

    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, name: str, per_minute: int, now: float, cost: int = 1) -> int:
        """Take ``cost`` tokens at ``now`` (seconds); return 0, or the seconds to wait before trying again.

        What costs more than a bucket holds waits for a full one.
        """
        size, rate = max(10.0, per_minute / 10), per_minute / 60
        tokens, last = self._buckets.get(name, (size, now))
        tokens = min(size, tokens + (now - last) * rate)
        needed = min(float(cost), size)
        if tokens < needed:
            self._buckets[name] = tokens, now
            return math.ceil((needed - tokens) / rate)
        self._forget(now)
        self._buckets[name] = tokens - cost, now
        return 0

    def _forget(self, now: float) -> None:
        if len(self._buckets) > FORGET_ABOVE:
            self._buckets = {name: kept for name, kept in self._buckets.items() if now - kept[1] < 60}
