"""The words of the forms: questions, hints, why an answer helps, examples, and names of steps."""

from services.notifications.domain.translatable import mark

FORMS = {
    "report": mark("We tried something"),
    "need": mark("We need something"),
    "adopt": mark("We took something over"),
}
STEPS = {
    "what": mark("What it was"),
    "problem": mark("Which problem it was for"),
    "topics": mark("What it is about"),
    "outcome": mark("How it went"),
    "course": mark("Time and money"),
    "why": mark("Why it went that way"),
    "kept": mark("What you protected and learnt"),
    "cause": mark("The main cause"),
    "expectation": mark("What you expected"),
    "result": mark("What happened"),
    "sign": mark("The first sign"),
    "change": mark("What you changed"),
    "conditions": mark("When it would work"),
    "sunk": mark("What is lost"),
    "evidence": mark("Where to read more"),
    "audience": mark("Who sees it, and from when"),
    "need": mark("What you need"),
    "plan": mark("Time, money and route"),
    "how": mark("How you took it over"),
    "components": mark("What you kept, changed and dropped"),
}
QUESTIONS = {
    "title": mark("What is it called?"),
    "summary": mark("What did you do?"),
    "statement": mark("Which problem was it for?"),
    "service_owner": mark("Which department answers for it?"),
    "baseline_kpi": mark("What did you count or measure before?"),
    "baseline_value": mark("How much was it?"),
    "baseline_unit": mark("In which unit?"),
    "baseline_date": mark("When was that?"),
    "topics": mark("Which of these is it about?"),
    "outcome": mark("How did it go?"),
    "started": mark("When did it begin?"),
    "ended": mark("When did it end?"),
    "cost": mark("What did it cost?"),
    "months": mark("How long did it take?"),
    "why": mark("Why did it go that way?"),
    "learnt": mark("What did you protect, and what did you learn?"),
    "cause": mark("What was the main cause?"),
    "expectation": mark("What did you expect?"),
    "result": mark("What happened instead?"),
    "first_warning_sign": mark("What was the first sign that something was wrong?"),
    "decision_to_change": mark("What did you decide to change?"),
    "conditions": mark("Under which conditions would it work?"),
    "sunk_cost": mark("How much money cannot be recovered?"),
    "evidence": mark("Where can other cities read about it?"),
    "embargo": mark("When may other cities see it?"),
    "embargo_until": mark("From which day?"),
    "contact": mark("Whom may other cities ask?"),
    "need_title": mark("What do you need?"),
    "description": mark("What is the problem?"),
    "stage": mark("How far are you?"),
    "deadline": mark("By when do you need it?"),
    "route": mark("How would you buy it or begin with it?"),
    "budget": mark("How much money is there?"),
    "departments": mark("Which departments answer for it?"),
    "how": mark("How did you take it over?"),
}
HINTS = {
    "title": mark("A few words that a person in another city understands."),
    "baseline_kpi": mark("Such as vans at the tram stop. An estimate is enough if you say that it is one."),
    "baseline_unit": mark("Such as vans per day."),
    "evidence": mark("An address on the web, or the name of a report."),
    "contact": mark("A post, never the name of a person."),
    "route": mark("Such as a tender next spring, or a trial in one district."),
    "departments": mark("One on each line."),
    "need_title": mark("A few words that a person in another city understands."),
}
WHY = {
    "kept": mark("Most of what was learnt is worth keeping. Other cities begin with it."),
    "cause": mark("Cities with the same risk look for it in time."),
    "expectation": mark("Other cities see whether they expect the same."),
    "result": mark("What happened counts more than who was responsible. Please name no person."),
    "sign": mark("Other cities stop earlier when they know what to look for."),
    "change": mark("This is what other cities copy first."),
    "conditions": mark("It may work elsewhere, or later."),
    "sunk": mark("Other cities see how small they can begin."),
    "evidence": mark("What can be read again is believed."),
    "problem": mark("Cities with the same problem find it by this."),
    "topics": mark("Cities that look for this topic get a letter."),
    "course": mark("Other cities plan with these numbers."),
}
EXAMPLES = {
    "learnt": mark(
        "The new loading bays stayed. We learnt that drivers decide when they come, not dispatchers."
    ),
    "expectation": mark("Half of the deliveries would move to the night."),
    "result": mark("A tenth did. Drivers were paid nothing extra at night."),
    "first_warning_sign": mark("Nobody came to the second meeting with the drivers."),
    "decision_to_change": mark("We asked the drivers first and began with one street."),
    "conditions": mark("Where a night rate is agreed before the trial begins."),
}
EMBARGOES = {
    "none": mark("At once"),
    "day": mark("From a day"),
    "transition": mark("After our next change of administration"),
}
TAKEN = {
    "kept": mark("We kept it"),
    "changed": mark("We changed it"),
    "dropped": mark("We left it out"),
}
FORM_WORDS: dict[str, dict[str, str]] = {
    "form": FORMS,
    "step": STEPS,
    "question": QUESTIONS,
    "hint": HINTS,
    "why": WHY,
    "example": EXAMPLES,
    "embargo": EMBARGOES,
    "taken": TAKEN,
}
