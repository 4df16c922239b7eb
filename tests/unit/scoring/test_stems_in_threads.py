"""Texts are read in threads at the same time: each word has the stem that it has alone."""

import random
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import snowballstemmer

from services.scoring.domain.matching.vocabulary import stem

LETTERS = "aeioulstdkmnrv"


@pytest.fixture
def threads_that_change_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("threads_that_change_often")
def test_a_word_has_the_same_stem_however_many_texts_are_read() -> None:
    chance = random.Random(7)
    words = ["".join(chance.choices(LETTERS, k=chance.randint(3, 14))) for _ in range(3000)]
    alone = snowballstemmer.stemmer("estonian")
    expected = [str(alone.stemWord(word)) for word in words]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda word: stem(word, "et"), words)) == expected
