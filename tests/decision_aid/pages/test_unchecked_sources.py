"""A figure whose source awaits a check has no number for a patient until a clinician says it was checked."""

from config.demonstration import Cast, bring_to_stage
from decision_aid.models import Consultation, DecisionAid, DecisionAidVersion, GoldenCase, Source
from decision_aid.selectors import summary_inputs
from decision_aid.services.publishing import publish_aid
from decision_aid.summaries import patient_document
from decision_aid.summaries.shapes import EstimateView
from tests.admin_forms import edit
from tests.cast import Visit, new_patient, new_visit, signed_in, visiting
from tests.decision_aid.pages.conftest import AtStage, Golden, assessment_of, text_of

ADDRESS = "/visit/options/"
WAITS = "Source not yet checked by a clinician"


def cells_of(consultation: Consultation) -> dict[tuple[str, str], EstimateView]:
    document = patient_document(summary_inputs(assessment_of(consultation)))
    return {(option.id, cell.outcome): cell for option in document.options for cell in option.estimates}


def source_that_waits_alone(release: DecisionAidVersion) -> tuple[str, str]:
    """An outcome of endoscopic discectomy that waits for one source which can be checked, and that source."""
    option = next(row for row in release.ruleset.options if row.id == "endoscopic_discectomy")
    return next(
        (estimate.outcome, estimate.unchecked[0])
        for estimate in option.estimates
        if estimate.enough and len(estimate.unchecked) == 1 and estimate.figures["kind"] == "mean_difference"
    )


def test_a_number_reaches_the_page_only_after_somebody_marked_its_source_as_checked(
    visit: Visit, at_stage: AtStage, golden: Golden, release: DecisionAidVersion, cast: Cast
) -> None:
    outcome, source = source_that_waits_alone(release)
    before = cells_of(at_stage(golden("typical_disc"), "released"))
    waiting = {place: cell for place, cell in before.items() if cell.status == "source_unchecked"}
    assert ("endoscopic_discectomy", outcome) in waiting
    for cell in waiting.values():
        assert (cell.figure, cell.interval, cell.bar, cell.hundred) == ("", "", None, None)
        assert not any(sign.isdigit() for sign in f"{cell.headline}{cell.short}{cell.withheld}{cell.caveat}")
    page = text_of(visiting(visit).get(ADDRESS))
    assert page.count(WAITS) >= len(waiting)

    aid = DecisionAid.objects.get(pk=release.aid_id)
    assert (
        edit(signed_in(cast.author), Source.objects.get(aid=aid, code=source), checked="on").status_code
        == 302
    )
    kept = list(GoldenCase.objects.filter(aid=aid).values_list("pk", flat=True)[:2])
    GoldenCase.objects.filter(aid=aid).exclude(pk__in=kept).delete()  # they prove other things, and take long
    checked = publish_aid(aid, cast.author, cast.approver, "The paper was read.")

    later = new_visit(checked, new_patient(cast.clinic, "P-checked"), cast)
    bring_to_stage(later.consultation, golden("typical_disc"), "released")
    shown = cells_of(later.consultation)["endoscopic_discectomy", outcome]
    assert shown.status == "shown"
    assert any(sign.isdigit() for sign in shown.figure)
    assert shown.figure not in page
    assert shown.figure in text_of(visiting(later).get(ADDRESS))
