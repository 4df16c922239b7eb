"""Topics that a free text may be about, by the names that its words begin."""

import re
from collections import Counter
from collections.abc import Callable, Iterable

from services.notifications.domain.topics import TopicOption, is_theme

SHORTEST, SHORTEST_ALONE = 4, 6
"""Characters of a word that counts, and of one that is enough by itself to suggest a code."""
MOST_WORDS, MOST = 30, 8
Suggested = Callable[[str], Iterable[TopicOption]]


def topics_in(text: str, suggested: Suggested) -> list[TopicOption]:
    """Return up to eight topics for ``text``: themes, then those that several of its words suggest.

    One long word alone suggests a code only where nothing else does: a short one means too much.
    """
    words = dict.fromkeys(word for word in re.findall(r"[^\W\d_]+", text.casefold()) if len(word) >= SHORTEST)
    counted: Counter[TopicOption] = Counter()
    alone: dict[TopicOption, None] = {}
    for word in list(words)[:MOST_WORDS]:
        found = dict.fromkeys(suggested(word))
        counted.update(dict.fromkeys(found, 1))
        alone |= found if len(word) >= SHORTEST_ALONE else {}
    ordered = [topic for topic, _ in counted.most_common()]
    themes = [topic for topic in ordered if is_theme(topic.code)]
    several = [topic for topic in ordered if counted[topic] > 1]
    return list(dict.fromkeys((*themes, *several) or alone))[:MOST]
