"""The surgeon's PDF carries the report and a FHIR Bundle for machines, and says so by its standard."""

import io
import json

import pikepdf
import pytest
from fhir.resources.R4B.bundle import Bundle

from decision_aid.summaries import SummaryInputs, attachments_of, render_pdf, surgeon_document
from decision_aid.summaries.fhir import bundle_of
from questionnaires.definition.digest import sha256_of
from tests.decision_aid.summaries import samples, spine
from tests.decision_aid.summaries.fullest import fullest


def attached(inputs: SummaryInputs) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(render_pdf(surgeon_document(inputs), attachments_of(inputs))))


def test_the_attached_report_is_the_one_whose_hash_is_printed() -> None:
    inputs = spine.inputs(spine.DISC)
    with attached(inputs) as pdf:
        report = json.loads(pdf.attachments["report.json"].get_file().read_bytes())

    assert report == json.loads(json.dumps(inputs.report))
    own_hash = report.pop("report_sha256")
    assert sha256_of(report) == own_hash


def test_it_is_an_archive_that_may_hold_files_and_can_be_read_aloud() -> None:
    with attached(spine.inputs(spine.DISC)) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert [str(file.AFRelationship) for file in pdf.Root.AF] == ["/Data", "/Data"]
        types = {pdf.attachments[name].get_file().mime_type for name in pdf.attachments}

    assert types == {"application/json", "application/fhir+json"}


def test_the_bundle_is_valid_fhir_for_everybody() -> None:
    everybody = [spine.inputs(facts) for facts in spine.PATIENTS.values()] + list(fullest(8))
    for inputs in [
        *everybody,
        samples.inputs(),
        samples.inputs(birth_date=None, patient_number="", intake=()),
    ]:
        bundle = bundle_of(inputs)
        Bundle.model_validate(bundle)
        assert bundle is not None
        kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]

        assert kinds[:2] == ["Patient", "QuestionnaireResponse"]
        assert set(kinds[2:]) == {"Observation", "RiskAssessment"}
        urls = {entry["fullUrl"] for entry in bundle["entry"]}
        assert len(urls) == len(kinds)
        assert {entry["resource"]["subject"]["reference"] for entry in bundle["entry"][1:]} <= urls


def test_a_candidacy_is_never_given_as_a_probability() -> None:
    words = json.dumps(bundle_of(spine.inputs(spine.DISC)))

    assert "probability" not in words
    assert "qualitativeRisk" in words


def test_an_override_stands_and_what_was_computed_is_noted() -> None:
    bundle = bundle_of(samples.inputs(overrides=(samples.override(),)))
    assert bundle is not None
    (changed,) = (
        entry["resource"]
        for entry in bundle["entry"]
        if entry["resource"].get("code", {}).get("coding", [{}])[0].get("code") == "tubular_microdiscectomy"
    )

    assert changed["prediction"][0]["qualitativeRisk"]["text"] == "Likely candidate"
    notes = " ".join(note["text"] for note in changed["note"])
    assert "Computed: Possible candidate, 1 to 1 points" in notes
    assert "Changed to Likely candidate by Dr Ines Okafor" in notes


@pytest.mark.parametrize("value", [0, -4, 3.67, 0.1])
def test_a_scale_keeps_its_value(value: float) -> None:
    report = samples.report()
    report["scales"]["psfs"] = {"value": value}
    bundle = bundle_of(samples.inputs(report=report))
    assert bundle is not None
    values = [
        entry["resource"].get("valueQuantity", {}).get("value")
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "Observation"
    ]

    assert value in values
    assert None in values


def test_an_open_emergency_attaches_nothing() -> None:
    inputs = spine.inputs(spine.EMERGENCY)

    assert attachments_of(inputs) == ()
    with attached(inputs) as pdf, pdf.open_metadata() as metadata:
        assert not list(pdf.attachments)
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")


def test_two_renders_with_attachments_give_equal_bytes() -> None:
    inputs = spine.inputs(spine.DISC)
    first, second = (render_pdf(surgeon_document(inputs), attachments_of(inputs)) for _ in range(2))

    assert first == second
