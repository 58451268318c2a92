"""Forty made-up patients with as much to say as a form can hold, for the tests of the surgeon's sheet."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from decision_aid.packs import read_pack
from decision_aid.summaries import Cleared, Override, Released, SummaryInputs
from decision_aid.summaries.fields import rows, text
from tests.decision_aid.summaries import samples, spine

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
LONG_NAMES = (
    (
        "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh, Hubert Blaine",
        "Dr Ines Okafor-Lindqvist-Mbeki",
    ),
    (
        "María de los Ángeles Fernández-Villaverde y Gutiérrez de la Concha",
        "Prof. Dr. med. habil. Öykü Çağlar",
    ),
    ("Nguyễn Thị Phương Thảo", "Dr Þórdís Ægisdóttir"),
    ("王小明", "金 民俊 医師"),
    ("שרה כהן־לוי", "ד״ר מיכל אברהם"),
    ("นางสาวสมหญิง ศรีสุวรรณกุลวงศ์", "นพ. น้ำทิพย์ ใจดี"),
)
TOLD = (
    "The pain runs from my lower back through the buttock into the left calf and the outer toes, worst when "
    "I sit, drive or cough, and at night I wake up every hour. I want to carry my grandson again and to go "
    "back to work in the bakery, where I stand for nine hours and lift sacks of flour of 25 kilograms. "
) * 3
ASKED = "\n".join(
    f"{place}. Will I be able to {act} again, how soon, and what happens if it comes back?"
    for place, act in enumerate(
        ("drive", "lift", "work at the oven", "sleep on my left side", "run", "dive"), 1
    )
)
TEXTS: Mapping[str, object] = {"reason_for_visit": TOLD, "questions_for_surgeon": ASKED}
VALUES: Mapping[str, object] = {
    "value_pain_relief": 9,
    "value_quick_recovery": 8,
    "value_lasting_result": 10,
    "value_avoid_surgery": 3,
    "value_avoid_repeat": 7,
    "value_fewer_medicines": 6,
    "expected_limb_pain_12m": 1,
    "expected_return_weeks": 4,
}


@cache
def _cases() -> tuple[Mapping[str, object], ...]:
    """The facts of the golden cases, those with the most answers first."""
    aid: Mapping[str, Any] = read_pack("spine").aid
    cases = [case["facts"] for case in aid["golden_cases"]]
    return tuple(sorted(cases, key=len, reverse=True))


def fullest(count: int = 40) -> Iterator[SummaryInputs]:
    """The inputs of as many patients, with long texts, every sign cleared and every option overridden."""
    for place in range(count):
        facts = {**_cases()[place % len(_cases())], **VALUES, **TEXTS, "smoking": "current"}
        patient, surgeon = LONG_NAMES[place % len(LONG_NAMES)]
        inputs = spine.inputs(facts)
        report = dict(inputs.report)
        # Every second one has every warning sign there is, closed by a clinician.
        if place % 2:
            report["warning_signs"] = [dict(sign) | {"holds": True} for sign in rows(report, "warning_signs")]
        yield replace(
            inputs,
            report=report,
            patient_name=patient,
            surgeon_name=surgeon,
            clinic_name="Northfield University Hospitals Spine and Rehabilitation Centre",
            answered_by="someone the patient asked to fill it in",
            cleared=tuple(
                Cleared(
                    text(sign, "id"),
                    "Examined on the same day; MRI without compression; sent home",
                    surgeon,
                    AT,
                )
                for sign in rows(report, "warning_signs")
            ),
            overrides=tuple(
                Override(
                    text(option, "id"),
                    "possible",
                    "imaging",
                    "A new scan shows more than the first one did",
                    surgeon,
                    AT,
                )
                for option in rows(report, "options")
                if text(option, "candidacy") != "not_indicated"
            ),
            hidden={text(option, "id"): "Not offered at this hospital" for option in rows(report, "options")},
            released=Released(surgeon, samples.RELEASED_AT),
            paper="us-letter" if place % 4 > 1 else "a4",
        )
