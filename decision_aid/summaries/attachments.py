"""What the surgeon's PDF carries for machines: the report it was made from, and the same as FHIR."""

from __future__ import annotations

from decision_aid.summaries.fhir import bundle_of
from decision_aid.summaries.inputs import SummaryInputs
from decision_aid.summaries.shapes import Attachment
from questionnaires.definition.digest import canonical_json


def attachments_of(inputs: SummaryInputs) -> tuple[Attachment, ...]:
    """Report and Bundle as canonical JSON; nothing while an emergency sign is open, as on every page."""
    bundle = bundle_of(inputs)
    if bundle is None:
        return ()
    return (
        Attachment(
            "report.json",
            "application/json",
            "The assessment’s report as it is stored, from which these pages were made",
            canonical_json(inputs.report),
        ),
        Attachment(
            "bundle.fhir.json",
            "application/fhir+json",
            "The patient, the answers, the scales and the candidacies as a FHIR R4 Bundle",
            canonical_json(bundle),
        ),
    )
