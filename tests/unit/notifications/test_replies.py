"""What of a reply is passed on: the new words, and nothing that opens a door or names an address."""

import pytest

from services.notifications.domain.replies import MOST, new_words

SITE = "https://citiesshare.example"


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        (
            "Who runs it?\r\n\r\nOn Monday CitiesShare <r+key@reply.example> wrote:\r\n> 82%\r\n> x",
            "Who runs it?",
        ),
        ("Who runs it?\n\n-----Original Message-----\nFrom: x", "Who runs it?"),
        ("Who runs it?\n________________________________\nFrom: x", "Who runs it?"),
        ("Who runs it?\n-- \nMaria Nowak\nmaria@krakow.example.org", "Who runs it?"),
        (f"Who runs it?\nSee all: {SITE}/s/abcdef\nmore", "Who runs it?"),
        ("One\n\n\n\n\nTwo", "One\n\nTwo"),
        ("Write to maria.nowak@krakow.example.org, please", "Write to …, please"),
        ("> only a quotation", ""),
        ("", ""),
    ],
)
def test_only_what_is_new_is_passed_on(mail: str, words: str) -> None:
    assert new_words(mail, SITE) == words


def test_a_question_that_ends_with_a_colon_stays_where_nothing_is_quoted() -> None:
    assert new_words("We would ask three things:\nwho, when, how", SITE).startswith(
        "We would ask three things:"
    )


def test_a_long_reply_is_cut() -> None:
    assert len(new_words("a" * 20_000, SITE)) == MOST
