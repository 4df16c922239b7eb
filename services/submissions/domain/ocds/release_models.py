"""Which fields of an OCDS release are read, and what each should be.

OCDS 1.1.5 with what 1.0 writes differently, the final status of 1.2, and the registered extensions that tell
needs and outcomes (lots, contract_completion, metrics, performance_failures, techniques,
tenderClassification, implementationStatus, location). All else a publisher sends is ignored here.
"""

from typing import Annotated

from pydantic import Field

from services.submissions.domain.ocds.field_types import (
    Amount,
    Code,
    Codes,
    End,
    Flag,
    Key,
    Moment,
    Number,
    ReleasePart,
    WholeListMerge,
    Words,
)


class Value(ReleasePart):
    """An amount as published; ``amount`` is None when it is not known."""

    amount: Amount = None
    currency: Key = None


class OcdsClassification(ReleasePart):
    """A code of some classification, with its words."""

    scheme: Key = None
    id: Key = None
    description: Words = None


class Identifier(ReleasePart):
    """An organisation's number in a register."""

    scheme: Key = None
    id: Key = None
    legal_name: Words = None


class Address(ReleasePart):
    """Where an office is: not whose need it is."""

    locality: Words = None
    region: Words = None
    country_name: Words = None
    country_code: Key = Field(None, alias="countryCode")


class Details(ReleasePart):
    """What a register says about an organisation."""

    scale: Code = None
    legal_entity_type_detail: Words = None
    classifications: Annotated[tuple[OcdsClassification, ...], WholeListMerge] = ()


class Organization(ReleasePart):
    """A party, or a reference to one; 1.0 writes the whole organisation where 1.1 writes a reference."""

    id: Key = None
    name: Words = None
    identifier: Identifier | None = None
    additional_identifiers: Annotated[tuple[Identifier, ...], WholeListMerge] = ()
    address: Address | None = None
    roles: Codes = ()
    details: Details | None = None


class Period(ReleasePart):
    """From when to when."""

    start_date: Moment = None
    end_date: End = None
    max_extent_date: End = None
    duration_in_days: Number = None


class Document(ReleasePart):
    """A link to a document; its type can be evidence."""

    id: Key = None
    document_type: Code = None
    title: Words = None


class Milestone(ReleasePart):
    """Something promised for a date."""

    id: Key = None
    title: Words = None
    type: Code = None
    status: Code = None
    due_date: Moment = None
    date_met: Moment = None


class PurchasedItem(ReleasePart):
    """A thing or service bought."""

    id: Key = None
    description: Words = None
    classification: OcdsClassification | None = None
    additional_classifications: Annotated[tuple[OcdsClassification, ...], WholeListMerge] = ()
    related_lot: Key = None
    delivery_address: Address | None = None


class Observation(ReleasePart):
    """One reading of a metric."""

    id: Key = None
    period: Period | None = None
    measure: Key = None
    value: Value | None = None


class Metric(ReleasePart):
    """A promised or measured indicator."""

    id: Key = None
    title: Words = None
    description: Words = None
    observations: tuple[Observation, ...] = ()


class PerformanceFailure(ReleasePart):
    """An explicit record that the supplier did not perform."""

    id: Key = None
    category: Words = None
    events: Words = None


class ContractImplementation(ReleasePart):
    """What became of a contract."""

    status: Code = None
    end_date: Moment = None
    end_date_details: Words = None
    final_value: Value | None = None
    final_value_details: Words = None
    milestones: tuple[Milestone, ...] = ()
    documents: tuple[Document, ...] = ()
    metrics: tuple[Metric, ...] = ()
    performance_failures: tuple[PerformanceFailure, ...] = ()


class Lot(ReleasePart):
    """One of several needs in one tender."""

    id: Key = None
    title: Words = None
    description: Words = None
    status: Code = None
    value: Value | None = None
    contract_period: Period | None = None


class Techniques(ReleasePart):
    """How a framework agreement or purchasing system is set up."""

    has_framework_agreement: Flag = None
    has_dynamic_purchasing_system: Flag = None


class Tender(ReleasePart):
    """The call."""

    id: Key = None
    title: Words = None
    description: Words = None
    status: Code = None
    final_status: Code = None
    value: Value | None = None
    min_value: Value | None = None
    tender_period: Period | None = None
    enquiry_period: Period | None = None
    award_period: Period | None = None
    contract_period: Period | None = None
    items: tuple[PurchasedItem, ...] = ()
    lots: tuple[Lot, ...] = ()
    classification: OcdsClassification | None = None
    additional_classifications: Annotated[tuple[OcdsClassification, ...], WholeListMerge] = ()
    main_procurement_category: Code = None
    procurement_method: Code = None
    procurement_method_details: Words = None
    number_of_tenderers: Number = None
    procuring_entity: Organization | None = None
    techniques: Techniques | None = None
    documents: tuple[Document, ...] = ()


class Budget(ReleasePart):
    """What is set aside."""

    amount: Value | None = None
    description: Words = None
    project: Words = None


class Planning(ReleasePart):
    """What is said before the call."""

    rationale: Words = None
    budget: Budget | None = None
    documents: tuple[Document, ...] = ()


class Award(ReleasePart):
    """A decision for a supplier."""

    id: Key = None
    title: Words = None
    description: Words = None
    status: Code = None
    final_status: Code = None
    date: Moment = None
    value: Value | None = None
    suppliers: tuple[Organization, ...] = ()
    items: tuple[PurchasedItem, ...] = ()
    contract_period: Period | None = None
    related_lots: Codes = ()


class Contract(ReleasePart):
    """What was signed."""

    id: Key = None
    award_id: Key = Field(None, alias="awardID")
    award_ids: Codes = Field((), alias="awardIDs", description="Of one contract for several awards")
    title: Words = None
    description: Words = None
    status: Code = None
    final_status: Code = None
    final_status_details: Words = None
    final_status_date: Moment = None
    period: Period | None = None
    value: Value | None = None
    items: tuple[PurchasedItem, ...] = ()
    date_signed: Moment = None
    suppliers: tuple[Organization, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    documents: tuple[Document, ...] = ()
    implementation: ContractImplementation | None = None


class RelatedProcess(ReleasePart):
    """Another process this one follows or replaces."""

    id: Key = None
    relationship: Codes = ()
    identifier: Key = None


class MergedRelease(ReleasePart):
    """A release, or all releases of one contracting process merged."""

    ocid: Key = None
    id: Key = None
    date: Moment = None
    tag: Codes = ()
    language: Key = None
    title: Words = None
    description: Words = None
    parties: tuple[Organization, ...] = ()
    buyer: Organization | None = None
    planning: Planning | None = None
    tender: Tender | None = None
    awards: tuple[Award, ...] = ()
    contracts: tuple[Contract, ...] = ()
    related_processes: tuple[RelatedProcess, ...] = ()
