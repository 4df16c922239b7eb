"""A word that names an input: put into its texts, it is found again in whatever was kept of it.

Letters only, lower case: what hides persons and numbers in free texts leaves such a word alone.
"""

import re

LENGTH = 7
BEGIN = "zqx"
FOUND = re.compile(f"{BEGIN}([a-z]{{{LENGTH}}})qz")


def mark(number: int) -> str:
    """The word of input ``number``: ``zqxaaaaabcqz``."""
    letters = []
    for _ in range(LENGTH):
        number, letter = divmod(number, 26)
        letters.append(chr(ord("a") + letter))
    return f"{BEGIN}{''.join(reversed(letters))}qz"


def marks_in(text: str) -> set[int]:
    """The numbers whose words stand in a text."""
    return {_number(letters) for letters in FOUND.findall(text.lower())}


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("a")
    return number
