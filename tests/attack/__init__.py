"""``python -m tests.attack``: many bad inputs at a local stack with closed doors, and a judge beside it.

``judge`` is the table of who may say what; it never asks the product. ``foreign``, ``mangling``, ``mails``,
``pages`` and ``files`` make the inputs, ``plan`` says which number is which, ``senders`` and ``reading`` are
the ways in, ``guard`` and ``probe`` watch the services, ``aftermath`` looks at what was kept.
"""
