"""``python -m tests.attack``: many bad inputs at a local stack with closed doors, and a judge beside it.

``judge`` is the table of who may say what; it never asks the product. ``foreign``, ``mangling``, ``mails``,
``requests`` and ``files`` make the inputs, ``plan`` says which number is which, ``ways`` sends them, ``probe``
watches how the services answer meanwhile, ``aftermath`` looks at what was accepted.
"""
