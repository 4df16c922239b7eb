# type: ignore
# What vulture must not report: names that are used, but not by a call in the product's code.
# A new line needs a reason: the heading it stands under.

# Called by `module:function` from a group of commands.
preview
serve_pages
returns
city_key
export
send_files
validate

# Called by tests, chaos, benchmarks and tools only: they start and watch the stack, write officials, compare schemas.
free_block
_.restarts
_.roll
_.restart
temporary_queue
read_batch
breaches

# The readable form of what `single_pass` does in one walk; tests compare the two.
scrubbed

# Called by templates.
_.settled
_.not_settled
_.programme
_.funding
_.on_page
_.without_text
call
_.news

# Called by uvicorn.
_.capture_signals
_.should_exit

# Fields of models, members of enumerations and constants: read by their place in a message, a template or a table.
# citiesshare/local/processes.py
restarts
# citiesshare/local/summary.py
fed
letters_by_state
# services/notifications/adapters/mail_parser.py
obj
# services/notifications/adapters/smtp_pool.py
per_domain_per_minute
# services/notifications/domain/letter_content.py
more_like_you_than
# services/notifications/domain/letters/alert/__init__.py
more_elsewhere
own_attempts
on_its_way
begun_by
more_prices
others_tried
# services/notifications/domain/letters/outcome_checkin/__init__.py
title_language
# services/notifications/domain/letters/question/__init__.py
from_post
# services/notifications/application/questions.py
asking_city
asked_city
# services/notifications/domain/catalogue/world_map.py
radius
# shared/events/records.py
answered_by
answer_language
# services/notifications/domain/officials.py
BARRIER_BUSTER
# services/scoring/domain/alerts/fast_follower.py
FAILED_SOMEWHERE
# services/scoring/domain/calibration.py
predicted
# services/scoring/domain/alerts/fast_follower.py
documented_failures
months_since_first
# services/scoring/domain/message_catalogue.py
TERMS
# services/scoring/domain/city_commitments.py
projects
# services/scoring/domain/diffusion.py
in_currency_per_head
# services/scoring/domain/city_commitments.py
per_adoption
# services/submissions/domain/lifecycle.py
city_before
# services/submissions/domain/ocds/release_models.py
max_extent_date
date_met
measure
observations
end_date_details
final_value_details
has_framework_agreement
has_dynamic_purchasing_system
enquiry_period
award_period
main_procurement_category
techniques
# services/submissions/domain/places/gazetteer.py
latitude
longitude
# services/submissions/domain/similar_records.py
proposal
# services/submissions/domain/topics.py
data_theme
# shared/erasure/receipt.py
finished
# shared/events/scores.py
inputs
# shared/facts/attempts.py
WRONG_PROBLEM
OWNERSHIP
SKILLS
BUDGET
VENDOR
TECHNOLOGY
LAW
TRANSITION
EXTERNAL_SHOCK
expectation
conditions
sunk_cost
# shared/facts/cities.py
staff_per_1000
innovation_unit
barrier_buster
mandate
digital_maturity
procurement_route
budget_per_head
budget_to_cost
skills_present
standards_present
external_funding
gdp_per_head
unemployment
local_suppliers
debt_ratio
density
age_dependency
digital_inclusion
participation
# shared/facts/evidence.py
measured_by
# shared/facts/reuse.py
blueprint
cost_breakdown
contract_documents
documentation
core_named
public_page
open_interfaces
free_export
exit_plan
open_licence
no_proprietary_runtime
no_exclusive_hardware
short_term
city_owns_data
free_maintenance
legal_basis
data_protection
security_review
accessibility
# services/submissions/domain/ocds/single_pass.py
person_schemes
person_numbers
# shared/observability/redaction.py
ASKED
# services/notifications/web/desk/profile.py: read by its template
sharpens
# services/notifications/application/replies_to_failures.py: read by its template
reply_cities
# services/notifications/domain/desk/evaluations.py: read by its templates
assigned_by
