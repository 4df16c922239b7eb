"""The words of questions to other cities: their states, and the steps of their trail."""

from services.notifications.domain.translatable import mark

QUESTION_WORDS = {
    "question_state": {
        "asked": mark("asked"),
        "read": mark("read"),
        "answered": mark("answered"),
        "declined": mark("not answered"),
    },
    "question_step": {
        "asked": mark("asked"),
        "read": mark("read"),
        "answered": mark("answered"),
        "declined": mark("not answered"),
        "reminded": mark("a reminder was sent"),
        "agreed": mark("agreed to publish it"),
        "taken_back": mark("agrees no more to publish it"),
        "offered": mark("offered times for a call"),
        "chosen": mark("chose a time for the call"),
        "cancelled": mark("cancelled the call"),
    },
}
