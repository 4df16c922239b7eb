"""The words of the catalogue for facets, orders, and what a solution says of law, reuse and dependence."""

from services.notifications.domain.translatable import mark

FACET_NAMES = {
    "topic": mark("Topic"),
    "outcome": mark("How it went"),
    "country": mark("Country"),
    "size": mark("Size of the city"),
    "cost": mark("Cost"),
    "evidence": mark("Evidence"),
    "language": mark("Language"),
    "year": mark("Year"),
}
SIZES = {
    "under_50k": mark("fewer than 50,000 people"),
    "50k_250k": mark("50,000 to 250,000 people"),
    "250k_1m": mark("250,000 to 1 million people"),
    "over_1m": mark("more than 1 million people"),
}
COSTS = {
    "under_50k": mark("less than 50,000 euros"),
    "50k_250k": mark("50,000 to 250,000 euros"),
    "250k_1m": mark("250,000 to 1 million euros"),
    "1m_10m": mark("1 to 10 million euros"),
    "over_10m": mark("more than 10 million euros"),
}
FEEDS = {
    "title": mark("What cities tried"),
    "atom": mark("feed for a news reader (Atom)"),
    "json": mark("feed as JSON"),
}
TRIED = {
    "failed": mark("What failed or was stopped"),
    "worked": mark("What worked"),
    "going_on": mark("What is going on"),
}
SORTINGS = {
    "relevance": mark("best answer first"),
    "learning": mark("most to learn first"),
    "newest": mark("newest first"),
    "fit": mark("best for your city first"),
}
LAW = {
    "legal_basis": mark("There is a legal basis"),
    "procurement_route": mark("The route of procurement is clear"),
    "data_protection": mark("Data protection is settled"),
    "security_review": mark("Security was reviewed"),
    "accessibility": mark("It is accessible to everybody"),
}
REUSE = {
    "blueprint": mark("A blueprint"),
    "cost_breakdown": mark("The costs one by one"),
    "contract_documents": mark("The contract and tender documents"),
    "licence": mark("A licence that allows reuse"),
    "contact_willing": mark("Somebody who answers questions"),
    "documentation": mark("Documentation"),
    "core_named": mark("Which parts a copy needs"),
    "public_page": mark("A public page"),
}
LOCKIN = {
    "open_interfaces": mark("Open interfaces"),
    "free_export": mark("Data can be taken out free of charge"),
    "exit_plan": mark("A plan for leaving"),
    "suppliers": mark("Several suppliers"),
    "open_licence": mark("An open licence"),
    "no_proprietary_runtime": mark("Runs without one maker's software"),
    "no_exclusive_hardware": mark("Runs without one maker's devices"),
    "short_term": mark("A short contract"),
    "city_owns_data": mark("The city owns the data"),
    "free_maintenance": mark("Others may maintain it"),
}
DOCUMENTS = {
    "contract": mark("Contract"),
    "tender": mark("Tender documents"),
    "specification": mark("Specification"),
    "due_diligence": mark("Due diligence"),
    "evaluation": mark("Evaluation"),
    "guide": mark("Guide"),
    "other": mark("Other document"),
}
DOCUMENT_USERS = {
    "everybody": mark("everybody may use it"),
    "public_bodies": mark("public bodies may use it"),
    "on_request": mark("may be used after asking the city"),
}
CATALOGUE_WORDS = {
    "document": DOCUMENTS,
    "document_users": DOCUMENT_USERS,
    "facet": FACET_NAMES,
    "size": SIZES,
    "cost": COSTS,
    "feed": FEEDS,
    "tried": TRIED,
    "sorting": SORTINGS,
    "law": LAW,
    "reuse": REUSE,
    "lockin": LOCKIN,
}
