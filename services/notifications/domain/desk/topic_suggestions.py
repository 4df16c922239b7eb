"""Topics that a free text may be about, by the names that its words begin."""

import re
from collections import Counter
from collections.abc import Callable, Iterable

from services.notifications.domain.topics import TopicOption

SHORTEST, MOST_WORDS, MOST = 4, 30, 8
Suggested = Callable[[str], Iterable[TopicOption]]


def topics_in(text: str, suggested: Suggested) -> list[TopicOption]:
    """Return up to eight topics for ``text``, those that most of its words suggest first."""
    words = dict.fromkeys(word for word in re.findall(r"[^\W\d_]+", text.casefold()) if len(word) >= SHORTEST)
    counted: Counter[TopicOption] = Counter()
    for word in list(words)[:MOST_WORDS]:
        counted.update(dict.fromkeys(suggested(word), 1))
    return [topic for topic, _ in counted.most_common(MOST)]
