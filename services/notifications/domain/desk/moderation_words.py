"""The words of the moderation queue, of replies to a failure, and the names of the operator's own pages."""

from services.notifications.domain.translatable import mark

MODERATION_WORDS = {
    "waits": {
        "comment": mark("Comment"),
        "reply": mark("Reply to a failure"),
        "dispute": mark("Dispute of a failure"),
        "question": mark("Question to be published"),
        "answer": mark("Answer to be published"),
        "held": mark("Report that names an office-holder"),
        "place": mark("Buyer whose city is not clear"),
    },
    "doubt": {
        "comment": mark("every comment waits"),
        "reply": mark("every reply waits"),
        "dispute": mark("every dispute waits"),
        "question": mark("every question waits before it is published"),
        "answer": mark("every answer waits before it is published"),
        "office_holder": mark("it names an office-holder"),
        "link": mark("it has a link"),
        "repeated": mark("the same text or link came several times"),
        "no-country": mark("nothing says in which country it is"),
        "countries-differ": mark("its address, currency and sender say different countries"),
        "namesakes": mark("several cities have this name"),
        "office-only": mark("only the address of its office names a city"),
        "delivery-only": mark("only a place of delivery names a city"),
        "not-found": mark("no city of this name is known"),
        "short-name": mark("smaller places have this name, too"),
        "address-differs": mark("its address names another place"),
        "around-a-city": mark("the municipality around the city can have the same name"),
        "other": mark("somebody has to look at it"),
    },
    "verdict": {
        "waiting": mark("waits"),
        "shown": mark("published"),
        "refused": mark("refused"),
        "decided": mark("decided"),
    },
    "moderate": {
        "show": mark("Publish it"),
        "refuse": mark("Refuse it"),
    },
    "refusal": {
        "spam": mark("It is advertising, or was sent many times"),
        "person": mark("It names a person or a party"),
        "off_topic": mark("It is not about this record"),
        "insult": mark("It insults somebody"),
        "other": mark("Another reason"),
    },
    "reply": {
        "reply": mark("Reply"),
        "dispute": mark("Says that this is not so"),
    },
    "say_reply": {
        "reply": mark("We want to add something"),
        "dispute": mark("This is not so"),
    },
    "reply_fate": {
        "waits": mark("on its way to a moderator, or waiting for one"),
        "shown": mark("beside the record"),
        "rejected": mark("not accepted"),
    },
    "legal": {
        "terms": mark("Terms of use"),
        "privacy": mark("Privacy"),
        "accessibility": mark("Accessibility"),
        "imprint": mark("Imprint"),
    },
}
