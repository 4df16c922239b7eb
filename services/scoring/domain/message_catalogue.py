"""Every sentence a score can say, once, in English, and the formatter that fills in its parameters.

``ENGLISH`` is the catalogue; a translation is a dictionary with the same keys. A key without a dot is a
sentence. A key ``parameter.value`` is a term: the sentence's ``{parameter}`` is looked up there, and stands
for itself where the vocabulary has no such term (a city's name, a number). ``say`` raises ``KeyError`` for
an unknown message or parameter.
"""

from collections import defaultdict
from collections.abc import Mapping
from string import Formatter
from typing import NamedTuple

Word = str | int | float
Terms = Mapping[Word, str]
ENGLISH: Mapping[str, str] = {
    # evaluation: value in words, points of how many, the driver, the source
    "problem": (
        "The problem definition is {strength}: {points:.1f} of {of:.0f} points, because {present} of "
        "{items} items are given (source: {source})."
    ),
    "evidence": (
        "The evidence is {strength}: {points:.1f} of {of:.0f} points, because the best of {studies} "
        "studies has SMS {sms}, is {independence}, and {cities} cities had a positive result (source: "
        "{source})."
    ),
    "effect": (
        "The effect is {strength}: {points:.1f} of {of:.0f} points, because {reached:.0f} % of what was"
        " aimed at was reached, measured on {measured} of {kpis} indicators (source: {source})."
    ),
    "delivery": (
        "Delivery was {strength}: {points:.1f} of {of:.0f} points, because cost was {cost} and time "
        "{months} of the plan (source: {source})."
    ),
    "record": (
        "The track record is {strength}: {points:.1f} of {of:.0f} points, because {ended} ended and "
        "{overdue} overdue implementations put success at {success:.0f} % (source: {source})."
    ),
    "record_failed": (
        "The track record is {strength}: {points:.1f} of {of:.0f} points, because {ended} ended and "
        "{overdue} overdue implementations are known, and none that succeeded (source: {source})."
    ),
    "citizens": (
        "Citizens' part is {strength}: {points:.1f} of {of:.0f} points, because involvement is at level"
        " {level} of 4 and {positive} of {answers} answers are positive (source: {source})."
    ),
    "reuse": (
        "Reusability is {strength}: {points:.1f} of {of:.0f} points, because {found} of {items} things "
        "another city needs are there and {unknown} are not known (source: {source})."
    ),
    "given": "{what} is {strength}: {points:.1f} of {of:.0f} points (source: {source}).",
    "cap": "The evaluation is cut by {cut:.1f} points to {most:.0f}, because {cause}.",
    "missing_evaluation": (
        "{what}: no data, counted as {points:.1f} of {of:.0f}; an answer could move the score to "
        "between {low:.1f} and {high:.1f}."
    ),
    # risk: value in words, points, the driver, the source
    "immaturity": (
        "The risk of immaturity is {level}, {points:+.1f} points: the lower readiness is {readiness} of"
        " 9, from {rated} of 2 ratings (source: {source})."
    ),
    "lockin": (
        "The risk of lock-in is {level}, {points:+.1f} points: {bad} of {items} ways out are missing, "
        "{unknown} are not known (source: {source})."
    ),
    "overrun": (
        "The risk to cost and time is {level}, {points:+.1f} points: cost was {cost} and time {months} "
        "of the plan (source: {source})."
    ),
    "organisation_risk": (
        "The organisation's risk is {level}, {points:+.1f} points: {share:.0f} % of what it takes is "
        "there (source: {source})."
    ),
    "resources_risk": (
        "The risk of resources and economy is {level}, {points:+.1f} points: of the resources it takes "
        "{resources} are there, of the economy {economy} (source: {source})."
    ),
    "political": (
        "The political risk is {level}, {points:+.1f} points: the next election is in {election:.0f} "
        "months, delivery takes {delivery:.0f}, and {anchors} anchors hold (source: {source})."
    ),
    "citizens_risk": (
        "The citizens' risk is {level}, {points:+.1f} points: they fit at {alike}, and were heard at "
        "{heard} (source: {source})."
    ),
    "firstmover": (
        "The first mover's risk is {level}, {points:+.1f} points: {ended} implementations have ended "
        "elsewhere (source: {source})."
    ),
    "legal": (
        "The risk of law, data and security is {level}, {points:+.1f} points: {bad} of {items} "
        "questions are bad, {unknown} are not known (source: {source})."
    ),
    "given_risk": "{what}: the risk is {level}, {points:+.1f} points (source: {source}).",
    "missing_risk": (
        "{what}: no data, counted as an average project; an answer could move the risk to between "
        "{low:.1f} and {high:.1f} %."
    ),
    "not_applicable": "{what} does not apply: {because}.",
    # transferability
    "transfer": (
        "{what} is {strength}: {points:.1f} of {of:.0f} points, {known} of {asked} inputs are known, "
        "and the most similar city where it worked is {nearest} (source: {source})."
    ),
    "missing_transfer": (
        "{what}: no data, counted as {points:.1f} of {of:.0f}; an answer could move the score to "
        "between {low:.1f} and {high:.1f}."
    ),
    # likeness
    "alike": "similar {indicator}: {here} and {there}",
    # changes
    "band_changed": "The advice changed from “{before}” to “{after}”.",
    "point_left": "{score} moved from {before:.1f} to {after:.1f}, outside the old interval.",
    "point_moved": "{score} moved from {before:.1f} to {after:.1f}.",
    "driver": "{what} changed {score} by {points:+.1f} points.",
    "framework_changed": "The framework's version changed from {before} to {after}.",
    "first_score": "This is the first score.",
    # notices
    "candour": (
        "None of {ended} ended implementations is reported as failed; where {agreed:.0f} % of projects fail, "
        "that has a chance of {chance:.1f} %. Are failures missing?"
    ),
    "nearest_failure": "You resemble {failed}, where it failed, more than {worked}, where it worked.",
    "only_failure": "You resemble {failed}, where it failed; it is not known to have worked anywhere.",
    "no_data": "There are no data.",
    # terms: what a word parameter stands for
    "strength.1": "very weak",
    "strength.2": "weak",
    "strength.3": "middling",
    "strength.4": "strong",
    "strength.5": "very strong",
    "level.unknown": "an unknown level",
    "level.very low": "very low",
    "level.low": "low",
    "level.average": "average",
    "level.high": "high",
    "level.very high": "very high",
    "independence.self": "self-reported",
    "independence.commissioned": "commissioned",
    "independence.independent": "independent",
    "cause.harm": "the primary indicator moved the wrong way",
    "cause.claim": "there is no study, only an account",
    "because.no_city": "no city was given",
    "nearest.unknown": "not known",
    "source.description": "the city's description",
    "source.studies": "the studies listed",
    "source.kpis": "the indicators reported",
    "source.plan": "planned and actual figures",
    "source.outcomes": "the reported outcomes",
    "source.answers": "the citizens' answers",
    "source.rating": "the readiness ratings",
    "source.profile": "the city's profile",
    "source.claim": "the city's own claim, checked by nobody else",
    "source.given": "given as an intermediate value",
    "score.evaluation": "Evaluation",
    "score.risk": "Risk",
    "score.transferability": "Transferability",
    "what.problem": "Problem definition",
    "what.evidence": "Evidence",
    "what.effect": "Effect",
    "what.delivery": "Delivery to cost and time",
    "what.record": "Track record",
    "what.citizens": "Citizens",
    "what.reuse": "Reusability",
    "what.cap": "The cap",
    "what.immaturity": "Immaturity",
    "what.lockin": "Lock-in",
    "what.organisation": "Organisation",
    "what.resources": "Resources",
    "what.economy": "Economy",
    "what.political": "Political risk",
    "what.firstmover": "First mover",
    "what.legal": "Law, data and security",
    "what.base": "The base rate",
    "indicator.staff_per_1000": "staff per 1000 inhabitants",
    "indicator.innovation_unit": "innovation unit",
    "indicator.barrier_buster": "barrier-buster",
    "indicator.mandate": "mandate",
    "indicator.digital_maturity": "digital maturity",
    "indicator.procurement_route": "procurement route",
    "indicator.budget_per_head": "budget per head",
    "indicator.budget_to_cost": "budget compared with cost",
    "indicator.skills_present": "skills",
    "indicator.standards_present": "infrastructure and standards",
    "indicator.external_funding": "external funding",
    "indicator.gdp_per_head": "GDP per head",
    "indicator.unemployment": "unemployment",
    "indicator.local_suppliers": "capable local suppliers",
    "indicator.debt_ratio": "debt ratio",
    "indicator.population": "population",
    "indicator.density": "density",
    "indicator.age_dependency": "age dependency",
    "indicator.digital_inclusion": "digital inclusion",
    "indicator.participation": "participation",
    "indicator.language": "language",
}
TERMS = frozenset(key.split(".")[0] for key in ENGLISH if "." in key)
"""The parameters that are words."""


class MessageTemplate(NamedTuple):
    """A pattern for ``%``, which needs half the time of ``format``, and what goes into it, in order.

    A parameter that is a word has its terms; any other has none and stands for itself.
    """

    pattern: str
    blanks: tuple[tuple[str, Terms], ...]


class MessageFormatter:
    """A vocabulary ready to be spoken: the sentences and the terms of one language."""

    def __init__(self, vocabulary: Mapping[str, str]) -> None:
        terms: defaultdict[str, dict[Word, str]] = defaultdict(dict)
        for key, text in vocabulary.items():
            name, dot, word = key.partition(".")
            if dot:
                terms[name][word] = text
        self._sentences = {key: _apart(text, terms) for key, text in vocabulary.items() if "." not in key}

    def say(self, message: str, parameters: Mapping[str, Word]) -> str:
        """The sentence in words; raise ``KeyError`` for a message or a parameter that does not exist."""
        pattern, blanks = self._sentences[message]
        return pattern % tuple(
            [
                terms.get(parameters[name], parameters[name]) if terms else parameters[name]
                for name, terms in blanks
            ]
        )


def _apart(text: str, terms: Mapping[str, Terms]) -> MessageTemplate:
    parts = list(Formatter().parse(text))
    pattern = "".join(
        text_before.replace("%", "%%") + (f"%{kind or 's'}" if name else "")
        for text_before, name, kind, _ in parts
    )
    return MessageTemplate(pattern, tuple((name, terms.get(name, {})) for _, name, _, _ in parts if name))


say = MessageFormatter(ENGLISH).say
