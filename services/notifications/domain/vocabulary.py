"""The words for criteria, risks, bands, outcomes and causes: in one place, so that every page says the same.

``mark`` only marks a text for the catalogues; the translation happens where the reader's language is known.
"""

from services.notifications.domain.catalogue.words import CATALOGUE_WORDS
from services.notifications.domain.desk.form_words import FORM_WORDS
from services.notifications.domain.desk.moderation_words import MODERATION_WORDS
from services.notifications.domain.desk.profile_words import DIMENSIONS, PROFILE, SHARPENS
from services.notifications.domain.desk.question_words import QUESTION_WORDS
from services.notifications.domain.translatable import combined, mark

OUTCOMES = {
    "succeeded": mark("succeeded"),
    "partial": mark("partly succeeded"),
    "failed": mark("failed"),
    "abandoned": mark("stopped before delivery"),
    "running": mark("still running"),
    "unknown": mark("outcome not known"),
}
CAUSES = {
    "wrong_problem": mark("the wrong problem was solved"),
    "ownership": mark("no owner, or departments did not work together"),
    "skills": mark("skills were missing"),
    "budget": mark("the budget was too small or was overrun"),
    "market": mark("the market or the economy"),
    "citizens": mark("citizens rejected it or did not use it"),
    "vendor": mark("the supplier, or dependence on it"),
    "technology": mark("the technology was immature or did not fit in"),
    "law": mark("law, procurement or data protection"),
    "transition": mark("its sponsor left or the government changed"),
    "external_shock": mark("an outside event"),
    "not_measured": mark("it was never measured"),
}
BANDS = {
    "learn": mark("Learn from it, do not copy it"),
    "build": mark("Build first what is missing"),
    "not": mark("Not enough known: ask or pilot"),
    "above": mark("Riskier than the limit: pilot small"),
    "ready": mark("Ready to adapt"),
    "adapt": mark("Adapt with changes"),
}
BARS = {
    "need": mark("Meets your need"),
    "evaluation": mark("Evidence that it works"),
    "transferability": mark("Fits your city"),
    "risk": mark("Risk of failure"),
    "coverage": mark("Questions about the evidence that are answered"),
}
CRITERIA = {
    "problem": mark("Problem definition"),
    "evidence": mark("Evidence"),
    "effect": mark("Effect"),
    "delivery": mark("Delivery to cost and time"),
    "record": mark("Track record"),
    "citizens": mark("Citizens"),
    "reuse": mark("Reusability"),
    "cap": mark("Upper limit"),
    "immaturity": mark("Immaturity"),
    "lockin": mark("Lock-in"),
    "organisation": mark("Organisation"),
    "resources": mark("Resources"),
    "economy": mark("Economy"),
    "political": mark("Politics"),
    "firstmover": mark("First mover"),
    "legal": mark("Law, data and security"),
    "base": mark("Base rate"),
}
STRENGTHS = {
    "1": mark("very weak"),
    "2": mark("weak"),
    "3": mark("middling"),
    "4": mark("strong"),
    "5": mark("very strong"),
}
LEVELS = {
    "very low": mark("very low"),
    "low": mark("low"),
    "average": mark("average"),
    "high": mark("high"),
    "very high": mark("very high"),
}
INDEPENDENCE = {
    "self": mark("self-reported"),
    "commissioned": mark("commissioned by the city"),
    "independent": mark("independent"),
}
CUTS = {
    "harm": mark("the primary indicator moved the wrong way"),
    "claim": mark("there is no study, only an account"),
}
NOT_ASKED = {"no_city": mark("no city was given")}
SOURCES = {
    "description": mark("the city's description"),
    "studies": mark("the studies listed"),
    "kpis": mark("the indicators reported"),
    "plan": mark("planned and actual figures"),
    "outcomes": mark("the reported outcomes"),
    "answers": mark("the citizens' answers"),
    "rating": mark("the readiness ratings"),
    "profile": mark("the city's profile"),
    "claim": mark("the city's own claim, checked by nobody else"),
    "given": mark("given as an intermediate value"),
    "procurement": mark("procurement records"),
    "catalogue": mark("a public catalogue"),
}
VAGUE = {
    "answers": mark("too few questions about the evidence are answered"),
    "risk": mark("how likely it is to fail is too uncertain"),
}
STUDIES = {
    "0": mark("an account, not a study"),
    "1": mark("a look at one moment"),
    "2": mark("before and after"),
    "3": mark("before and after, beside a place without it"),
    "4": mark("beside a place without it, other influences allowed for"),
    "5": mark("places chosen by lot"),
}
IDEA, LABORATORY, ON_SITE = mark("an idea"), mark("tried in the laboratory"), mark("tried on site")
IN_OPERATION, IN_USE = mark("tried in daily operation"), mark("in regular use")
READINESS = {
    "1": IDEA,
    "2": IDEA,
    "3": LABORATORY,
    "4": LABORATORY,
    "5": ON_SITE,
    "6": ON_SITE,
    "7": IN_OPERATION,
    "8": IN_OPERATION,
    "9": IN_USE,
}
INVOLVEMENT = {
    "0": mark("citizens were informed"),
    "1": mark("citizens were asked"),
    "2": mark("citizens were heard in the plan"),
    "3": mark("citizens planned it together with the city"),
    "4": mark("citizens decided"),
}
UNITS = {"existing_process": mark("An existing process to attach to")}
EVIDENCE_LEVELS = {
    "1": mark("an account only"),
    "2": mark("some positive measurement"),
    "3": mark("compared with what would have happened anyway"),
    "4": mark("independently confirmed"),
    "5": mark("independently confirmed in several cities"),
}
STAGES = {
    "exploring": mark("exploring"),
    "early": mark("early plan"),
    "announced": mark("tender announced"),
    "open": mark("tender open"),
    "decided": mark("decided"),
    "unmet": mark("no solution found"),
    "withdrawn": mark("withdrawn"),
}
VERIFICATIONS = {
    "self": mark("reported by the city itself"),
    "citizen_panel": mark("confirmed by a citizens' panel"),
    "procurement_record": mark("from procurement records"),
    "independent": mark("independently checked"),
}
NOT_TOLD = {
    "other_city": mark("it concerns another city"),
    "not_confirmed": mark("your address is not confirmed yet"),
    "away": mark("you had paused your letters or were away"),
    "standing_by": mark("the person you stand in for was there"),
    "off": mark("you had switched letters off"),
    "kind_off": mark("you had switched off this kind of letter"),
    "other_department": mark("it touches other departments"),
    "other_topic": mark("it is about other topics"),
    "failures_unwanted": mark("you did not want to hear of failures"),
    "below_fit": mark("the fit was below your limit"),
    "above_risk": mark("the risk was above your limit"),
    "below_evidence": mark("the evidence was below your limit"),
    "suppressed": mark("letters to your address came back or were refused"),
    "withdrawn": mark("it was withdrawn before it could be sent"),
    "already_told": mark("you had been told already"),
    "no_match": mark("it matched none of your city's needs"),
}
REASONS = {
    "unit_gap": mark("something we would need is missing"),
    "cost": mark("too expensive for us"),
    "law": mark("our law does not allow it"),
    "have_already": mark("we have something like it"),
    "not_our_problem": mark("it is not our problem"),
    "not_now": mark("not now"),
}
KINDS = {
    "alert": mark("New solutions for your needs"),
    "warning": mark("Warnings before a tender"),
    "update": mark("Changes to what you were told"),
    "partners": mark("Partner cities"),
    "circle": mark("Cities that failed or stopped for the same reason"),
    "lineage": mark("What becomes of what you took over or share"),
    "question": mark("Questions and answers between cities"),
    "digest": mark("Summaries"),
    "outcome_checkin": mark("Questions about your own projects"),
    "drafts": mark("Drafts that procurement data made"),
    "searches": mark("News of your saved searches"),
    "legacy_pack": mark("Hand-over packs"),
}
NEWS = {
    "updated": mark("What you took over has changed at its source"),
    "version": mark("What you took over was improved elsewhere"),
    "failed": mark("What you took over failed elsewhere"),
    "withdrawn": mark("What you took over was withdrawn"),
    "shared_version": mark("Another city took over what you share"),
    "shared_failed": mark("What you share failed elsewhere"),
}
HEADLINES = {
    "updated": mark("Changed at its source"),
    "version": mark("Improved elsewhere"),
    "failed": mark("Failed elsewhere"),
    "withdrawn": mark("Withdrawn"),
    "shared_version": mark("Taken over by another city"),
    "shared_failed": mark("Failed elsewhere"),
}
"""The same as ``NEWS`` in a few words, so that a subject has room for the title."""
ADOPTIONS = {
    "copied": mark("you copied it"),
    "bought": mark("you bought it"),
    "adapted": mark("you adapted it"),
    "built": mark("you built your own"),
}
SAYS = {
    "asks": mark("A question about what you share"),
    "answers": mark("An answer to your question"),
    "declines": mark("Your question was not answered"),
    "reminds": mark("A question still waits for your city"),
    "offers": mark("Times for a call about your question"),
    "calls": mark("A call about a question"),
    "cancels": mark("The call about a question is cancelled"),
}
SIGNS = {
    "+": mark("positive result"),
    "0": mark("no clear result"),
    "-": mark("negative result"),
}
TOOK = {
    "copied": mark("copied"),
    "bought": mark("bought"),
    "adapted": mark("adapted"),
    "built": mark("built its own"),
}
PARTS = {
    "components": mark("Components"),
    "units": mark("What must be in place"),
    "kpis": mark("Indicators"),
    "studies": mark("Studies"),
    "cost": mark("Price"),
    "months": mark("Time to deliver"),
    "provider": mark("Supplier"),
    "buying_route": mark("Route"),
    "first_step": mark("First step"),
    "maturity": mark("Maturity"),
    "lockin": mark("Lock-in"),
    "legal": mark("Law, data and security"),
}
CADENCES = {
    "instant": mark("at once"),
    "daily": mark("daily"),
    "weekly": mark("weekly"),
    "off": mark("never"),
}
ANSWERS = {
    "confirm": mark("Please confirm your address"),
    "confirmed": mark("Confirmed. You will hear from us when something fits."),
    "introduce": mark("Introduce us"),
    "introduced": mark("Thank you. You will be introduced when the other city agrees too."),
    "talk": mark("I would talk about it"),
    "talking": mark("Thank you. You will be introduced to those who agree, too."),
    "sign_in": mark("Sign in"),
}
BUTTONS = {
    "confirm": mark("Confirm"),
    "introduce": mark("Introduce us"),
    "talk": mark("I would talk about it"),
    "sign_in": mark("Sign in"),
}
CLOSED = {
    "broken": mark("This link does not work."),
    "expired": mark("This link is too old."),
    "handed_over": mark("This link was written to somebody who held the post before."),
    "left": mark("This post does not exist any more."),
    "not_confirmed": mark("Your address is not confirmed yet."),
    "used": mark("This link was used before."),
    "unpublished": mark("What this letter was about is not published any more."),
    "too_many": mark("Too many requests came from your connection."),
    "not_asked": mark("This page does not belong to this letter."),
    "stopped_with_post": mark("No more letters come to you from this post."),
    "not_allowed": mark("Your post may not do this."),
    "old_form": mark("This form is too old to be sent."),
    "not_there": mark("There is no such page."),
    "too_fast": mark("Too much was sent in a short time."),
    "no_pdf": mark("The PDF cannot be made just now."),
    "unreadable": mark("What was sent cannot be read."),
    "failed": mark("This page cannot be shown because of an error on our side."),
}
NEXT = {
    "broken": mark("Please open it from the letter once more, or ask for a new link."),
    "expired": mark("Please ask for a new link; it comes to your address."),
    "handed_over": mark("Links end when a post gets a new holder. If you hold it now, ask for a link."),
    "left": mark("No letters are sent to it."),
    "not_confirmed": mark(
        "Please use the button in the letter that asks you to confirm, or ask for another."
    ),
    "used": mark("A sign-in link works once. Please ask for a new link."),
    "unpublished": mark("Its city has withdrawn it, or does not show it yet."),
    "too_many": mark("Please try again in an hour."),
    "not_asked": mark("Please open it from the letter once more, or ask for a new link."),
    "stopped_with_post": mark("The post has a new holder or was given up. You need not do anything."),
    "not_allowed": mark("Please ask whoever looks after your city's posts."),
    "old_form": mark("Nothing was sent. Please go back, open the page again and send it once more."),
    "not_there": mark("It may have been removed. Please begin at the desk."),
    "too_fast": mark("Nothing was sent. Please go back and try again in a minute."),
    "no_pdf": mark("Please go back and print the page, or try again in a minute."),
    "unreadable": mark("Nothing was sent. Please go back, open the page again and send it once more."),
    "failed": mark("Please try again in a minute. The operator finds the error in the log."),
}
MISTAKES = {
    "choose": mark("Please choose one of these."),
    "changed_meanwhile": mark("Somebody else decided meanwhile. Please look at it again."),
    "not_decided": mark("This cannot be decided so. Please choose something else."),
    "own_solution": mark("Your own city shared this. Please ask your colleagues."),
    "nobody_reads": mark("Nobody in that city reads letters now. Please try again later."),
    "too_many_questions": mark("Too many questions were sent today. Please send it again tomorrow."),
    "answered_meanwhile": mark("Somebody in your city answered it meanwhile."),
    "not_published": mark("This cannot be published, or not any more."),
    "slots": mark("Please give one to three times that are still to come."),
    "where": mark("Please say where: a telephone number or the address of a video room."),
    "no_call": mark("This cannot be chosen or cancelled, or not any more."),
    "not_sent": mark("It could not be sent now. What you wrote is still here; please send it again."),
    "choose_outcome": mark("Please choose how it went."),
    "choose_reason": mark("Please choose a reason."),
    "choose_how": mark("Please choose how you adopted it."),
    "say_something": mark("Please write something."),
    "too_long": mark("This is too long."),
    "percent": mark("Please give a number from 0 to 100."),
    "day": mark("Please give a day, such as 2027-01-31."),
    "time": mark("Please give a time, such as 08:30."),
    "both_times": mark("Please give both times, or neither."),
    "address": mark("Please give a whole address, such as name@city.example."),
    "topic": mark("This is not a topic we know. Please choose one from the list."),
    "no_such_topic": mark("No topic is called that. Please try another word."),
    "country": mark("Please choose a country from the list."),
    "zone": mark("Please choose a time zone from the list."),
    "day_ahead": mark("Please give a day that is still to come."),
    "choose_draft": mark("Please choose at least one draft."),
    "too_many_searches": mark("Please end one of your searches first: twenty can be followed."),
    "too_many_drafts": mark("Please choose at most twenty drafts at once."),
    "number": mark("Please give a number in digits, such as 1200 or %(number)s."),
    "too_small": mark("This number is too small."),
    "too_large": mark("This number is too large."),
    "decimals": mark("This currency has fewer decimals. Please round the amount."),
    "currency": mark("Please give the three letters of a currency, such as EUR."),
    "year": mark("Please give the year in four digits, from %(first_year)s to %(last_year)s."),
    "no_such_day": mark("There is no such day. Please look at day, month and year."),
    "days_in_wrong_order": mark("This day is before the day it started. Please check both days."),
    "date": mark("Please give day, month and year in numbers, such as 31, 1 and 2027."),
    "money": mark("Please give an amount and the three letters of its currency, such as 5000 and EUR."),
    "choose_topic": mark("Please choose at least one topic."),
    "no_topic": mark("Without a topic no city finds it. Please choose the broad topic that comes nearest."),
    "none_and_some": mark("Please choose topics, or say that none fits, not both."),
    "not_accepted": mark("This cannot be sent as it is. Please write it differently."),
    "last_administrator": mark("Somebody must look after the posts. Please let another post do so first."),
    "taken": mark("Please choose another title: too many people held this post."),
}
WAYS = {
    "page": mark("on this page"),
    "one_click": mark("by the link that stops letters"),
    "mail": mark("by mail"),
    "undo": mark("by undoing a change"),
    "confirmation": mark("by the link that confirms the address"),
    "hand_over": mark("by handing the post over"),
    "import": mark("by your city's list of officials"),
    "command": mark("by an operator"),
    "desk": mark("by whoever looks after your city's posts"),
}
FIELDS = {
    "cadence": mark("How often"),
    "at": mark("Summaries"),
    "weekday": mark("Summaries"),
    "quiet": mark("Quiet hours"),
    "pause_until": mark("Pause"),
    "thresholds": mark("What is worth a letter"),
    "include_failures": mark("What is worth a letter"),
    "kinds_off": mark("Kinds of letters"),
    "topics": mark("Topics"),
    "topics_off": mark("Topics"),
    "locale": mark("Language"),
    "timezone": mark("Time zone"),
    "name": mark("Holder of the post"),
    "email": mark("Your address"),
    "status": mark("Confirmation of the address"),
    "other": mark("Details of the post"),
}
HOW = {
    "copied": mark("We copied it as it is"),
    "bought": mark("We bought it"),
    "adapted": mark("We adapted it"),
    "built": mark("We built our own"),
}
RECORD_KINDS = {
    "solution": mark("What we share"),
    "need": mark("What we need"),
    "outcome": mark("What we tried"),
    "adoption": mark("What we took over"),
}
STATES = {
    "draft": mark("not confirmed by us yet"),
    "confirmed": mark("confirmed, and kept back"),
    "published": mark("published"),
    "stale": mark("published, but not confirmed for a year"),
    "withdrawn": mark("withdrawn by us"),
}
SEEN = {
    "everybody": mark("Everybody can see it."),
    "from": mark("Only we can see it. Everybody can from the day on which its embargo ends."),
    "transition": mark("Only we can see it, until our administration changes."),
    "draft": mark("Only we can see it, because nobody has confirmed it for us yet."),
    "solution": mark("Only we can see it, because the solution that it is about is not public."),
    "withdrawn": mark("Nobody else can see it, because we withdrew it."),
}
FATES = {
    "on_its_way": mark("on its way"),
    "recorded": mark("recorded"),
    "unchanged": mark("nothing changed: it was recorded like that already"),
    "rejected": mark("not accepted"),
    "partly": mark("only partly accepted"),
}
EFFECTS = {
    "kept": mark("yes"),
    "partly": mark("partly"),
    "not_kept": mark("no"),
}
SENT = {
    "adoption.effect": mark("Reported what came of it"),
    "record.confirmed": mark("Confirmed"),
    "comment.made": mark("Replied to"),
    "record.withdrawn": mark("Withdrawn"),
    "put_back": mark("Put back"),
    "solution.embargoed": mark("Kept back, or shown again"),
    "other": mark("Changed"),
}
_OTHER_RECORD_PARTS = {
    "title": mark("Title"),
    "summary": mark("Description"),
    "description": mark("Description"),
    "problem": mark("Problem definition"),
    "topics": mark("Topics"),
    "outcome": mark("How it went"),
    "why": mark("Why"),
    "failure": mark("What went wrong"),
    "replies": mark("Replies"),
    "started": mark("Dates"),
    "planned_end": mark("Dates"),
    "ended": mark("Dates"),
    "deadline": mark("Dates"),
    "stage": mark("Stage"),
    "budget": mark("Budget"),
    "kept": mark("What was kept and changed"),
    "changed": mark("What was kept and changed"),
    "dropped": mark("What was kept and changed"),
    "effect": mark("What came of it"),
    "translations": mark("Translations"),
    "contact": mark("Contact"),
    "other": mark("Other details"),
}
RECORD_PARTS = combined(_OTHER_RECORD_PARTS, PARTS)
DECISIONS = {
    "confirm": mark("They are right: publish them"),
    "not_ours": mark("They are not ours"),
    "no_solution": mark("They are nothing that others could take over"),
}
THEMES = {
    "waste": mark("Waste and recycling"),
    "street-cleaning": mark("Street cleaning and sanitation"),
    "water-sewage": mark("Water supply and sewage"),
    "environment-air": mark("Environment, air quality and noise"),
    "mobility-transport": mark("Public transport and mobility"),
    "roads-parking": mark("Roads, traffic and parking"),
    "street-lighting": mark("Street lighting"),
    "energy-buildings": mark("Energy and energy efficiency"),
    "housing-buildings": mark("Housing and public buildings"),
    "urban-planning": mark("Urban planning and regeneration"),
    "parks-green": mark("Parks, green space and play"),
    "public-safety": mark("Public safety and emergency"),
    "health-social-care": mark("Health and social care"),
    "education-skills": mark("Education and skills"),
    "culture-sport": mark("Culture, sport and tourism"),
    "digital-government": mark("Digital services, software and data"),
    "connectivity": mark("Connectivity, networks and sensors"),
    "citizen-engagement": mark("Surveys, participation and communication"),
    "food": mark("Food and catering"),
    "administration": mark("Internal administration"),
    "general-works-and-supplies": mark("Other works and supplies"),
}
ROLES = {
    "lead": mark("Lead: hears of everything and sends for the city"),
    "owner": mark("Department owner: hears of its departments and sends for them"),
    "barrier_buster": mark("Barrier-buster: hears of everything and sends for the city"),
    "deputy": mark("Deputy: hears and sends while the person it stands in for is away"),
    "member": mark("Member: reads and drafts"),
}
STATUSES = {
    "pending": mark("asked to confirm the address"),
    "active": mark("active"),
    "paused": mark("letters are paused"),
    "left": mark("given up"),
}
BROWSERS = {
    "edge": "Edge",
    "firefox": "Firefox",
    "chrome": "Chrome",
    "safari": "Safari",
    "other": mark("another browser"),
}
DONE = {
    "saved": mark("Saved."),
    "decided": mark("Decided. It takes effect in some seconds."),
    "asked": mark("Sent. The city gets a letter; its answer comes by letter and stands here."),
    "answered": mark("Sent. Whoever asked gets a letter."),
    "agreed": mark("Sent. It is published when both cities agree and a moderator has seen it."),
    "offered": mark("Sent. Whoever asked gets a letter and chooses."),
    "chosen": mark("Sent. Both cities get a letter with a file for the calendar."),
    "cancelled": mark("Sent. Both cities get a letter."),
    "taken_back": mark("Sent. It is published no more, in some seconds."),
    "replied": mark("Sent. A moderator looks at it first."),
    "search_saved": mark("Saved. What is new comes by letter."),
    "search_ended": mark("You follow it no longer."),
    "session_ended": mark("You are signed out there."),
    "invited": mark("A letter asks this address to confirm. Nothing else is sent to it before."),
    "handed_over": mark("The post has a new holder, who is asked to confirm the address."),
    "described": mark("Sent. It shows here once it is recorded, in some seconds."),
    "given_up": mark("The post is given up. No letters go to it, and nobody can sign in for it."),
}
"""What was done, said on the page that a form leads to."""
_TABLES: dict[str, dict[str, str]] = {
    "outcome": OUTCOMES,
    "cause": CAUSES,
    "band": BANDS,
    "bar": BARS,
    "criterion": CRITERIA,
    "strength": STRENGTHS,
    "level": LEVELS,
    "independence": INDEPENDENCE,
    "cut": CUTS,
    "not_asked": NOT_ASKED,
    "source": SOURCES,
    "unit": UNITS,
    "evidence": EVIDENCE_LEVELS,
    "vague": VAGUE,
    "study": STUDIES,
    "readiness": READINESS,
    "involvement": INVOLVEMENT,
    "stage": STAGES,
    "verification": VERIFICATIONS,
    "not_told": NOT_TOLD,
    "reason": REASONS,
    "kind": KINDS,
    "news": NEWS,
    "headline": HEADLINES,
    "adoption": ADOPTIONS,
    "says": SAYS,
    "sign": SIGNS,
    "took": TOOK,
    "part": PARTS,
    "cadence": CADENCES,
    "answer": ANSWERS,
    "topic_choice": {"none": mark("No topic fits")},
    "button": BUTTONS,
    "closed": CLOSED,
    "next": NEXT,
    "mistake": MISTAKES,
    "way": WAYS,
    "field": FIELDS,
    "how": HOW,
    "record_kind": RECORD_KINDS,
    "state": STATES,
    "seen": SEEN,
    "fate": FATES,
    "sent": SENT,
    "effect": EFFECTS,
    "record_part": RECORD_PARTS,
    "decision": DECISIONS,
    "theme": THEMES,
    "role": ROLES,
    "status": STATUSES,
    "browser": BROWSERS,
    "done": DONE,
    "profile": PROFILE,
    "sharpens": SHARPENS,
    "dimension": DIMENSIONS,
}
VOCABULARY = combined(_TABLES, FORM_WORDS, MODERATION_WORDS, CATALOGUE_WORDS, QUESTION_WORDS)


def words_for(field: str, key: str) -> str:
    """The English words for a key of a vocabulary; bands are known by their first word.

    Raises ``KeyError`` naming the vocabulary where the key is not in it.
    """
    words = VOCABULARY[field]
    wanted = band_key(key) if field == "band" else key.casefold()
    if wanted not in words:
        raise KeyError(f"{field} has no word for {key!r}; add it to domain/vocabulary.py")
    return words[wanted]


def band_key(band: str) -> str:
    """The first word of a band, however it is written: ``Build first`` and ``build_first`` give ``build``."""
    return band.replace("_", " ").replace(",", " ").replace(":", " ").split()[0].casefold()
