"""Blocks of ports: two stacks on one machine never get the same, whoever asks and whenever."""

import socket
import subprocess
import sys

from citiesshare.local.ports import BLOCKS, HOST, NAMES, Ports, free_block

ASK = "from citiesshare.local.ports import free_block; print(free_block(), flush=True); input()"


def test_a_block_is_given_once() -> None:
    assert len({free_block() for _ in range(5)}) == 5


def test_processes_that_ask_at_the_same_time_get_blocks_of_their_own() -> None:
    asked = [
        subprocess.Popen([sys.executable, "-c", ASK], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    given = {process.stdout.readline() for process in asked if process.stdout}
    for process in asked:
        process.communicate(b"\n")
    assert len(given) == 3


def test_a_block_with_somebody_on_one_of_its_ports_is_passed_over() -> None:
    base = free_block()
    following = base + BLOCKS.step
    with socket.socket() as somebody:
        somebody.bind((HOST, Ports(following)["mongo"]))
        assert free_block() != following


def test_blocks_with_the_port_that_holds_them_do_not_touch() -> None:
    assert len(NAMES) + 1 <= BLOCKS.step
    assert Ports(BLOCKS[-1])[NAMES[-1]] < 32_768
