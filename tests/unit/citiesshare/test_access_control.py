"""Who says what behind closed doors: nobody gets an account, a city or a folder that is another's."""

import re
from itertools import groupby
from pathlib import Path

import pytest

from citiesshare.local.example_publishers import examples, sender_of
from citiesshare.local.message_senders import message_batches
from citiesshare.local.processes import StackError
from citiesshare.local.sample_messages import sample_messages
from citiesshare.local.stack import Stack
from citiesshare.rabbitmq.permissions import publisher_rights
from shared.messaging.topology import IN


def test_every_message_of_the_sample_is_said_by_a_publisher_whose_account_may_say_it() -> None:
    for letter in sample_messages():
        assert re.match(publisher_rights(sender_of(letter).kind).topics[IN], letter.key)


def test_every_message_is_sent_through_the_account_of_its_source_in_the_order_of_the_sample(
    tmp_path: Path,
) -> None:
    stack = Stack(tmp_path / "data", closed_doors=True)
    assert stack.accounts is not None
    sources = {stack.accounts.amqp_url(each.id): each.source for each in examples()}
    parts = [*message_batches(stack)]
    assert all({letter.source for letter in part.messages} == {sources[part.url]} for part in parts)
    keys = [key for key, _ in groupby(letter.key for part in parts for letter in part.messages)]
    assert keys == [key for key, _ in groupby(letter.key for letter in sample_messages())]


def test_no_city_has_two_publishers_of_its_own_kind() -> None:
    own = [each.publisher for each in examples() if each.kind == "city" and not each.publisher.verifies]
    cities = [city for publisher in own for city in publisher.cities]
    assert len(cities) == len(set(cities)) == 22


def test_a_folder_of_open_doors_is_not_closed_and_gets_no_accounts(tmp_path: Path) -> None:
    (tmp_path / "rabbitmq").mkdir()
    with pytest.raises(StackError, match="is of a stack without --closed-doors"):
        [*message_batches(Stack(tmp_path, closed_doors=True))]
    assert not (tmp_path / "accounts.env").exists()


def test_an_account_whose_key_was_spoiled_in_the_file_keeps_the_others(tmp_path: Path) -> None:
    first = Stack(tmp_path, closed_doors=True).accounts
    assert first is not None
    text = first.file.read_text().replace(f"KEY_LONDON={first.keys['london']}\n", "")
    first.file.write_text(text)
    second = Stack(tmp_path, closed_doors=True).accounts
    assert second is not None
    assert second.keys["london"] != first.keys["london"]
    assert {**second.keys, "london": ""} == {**first.keys, "london": ""}
    assert second.passwords == first.passwords
