"""A made-up patient, release and report with each kind of figure, for the tests of the summaries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from decision_aid.summaries.documents import (
    AnsweredQuestion,
    AnsweredSection,
    AskedQuestion,
    Cleared,
    Override,
    Released,
    SummaryInputs,
)

Document = dict[str, Any]

OUTCOMES = {
    "tissue_damage": "Harm to muscle",
    "blood_loss": "Blood lost",
    "transfusion": "Donated blood",
    "first_walking": "First walk",
    "hospital_stay": "Days in hospital",
    "blood_clots": "Blood clots",
    "early_pain": "Pain in the first weeks",
    "opioid_use": "Strong pain medicine",
    "mobility": "Walking and moving",
    "return_to_activity": "Back to work and daily life",
    "long_term_pain": "Pain after a year",
    "long_term_function": "Daily life after a year",
    "infection": "Wound infection",
    "complications": "Problems soon after",
    "reoperation": "Another operation",
    "radiation_and_precision": "X-rays and exact placing",
    "rehabilitation": "Exercise afterwards",
}
OPTIONS = {
    "tubular_microdiscectomy": (
        "minimally_invasive",
        "Tubular microdiscectomy",
        "Keyhole disc surgery through a tube",
        "open_microdiscectomy",
    ),
    "endoscopic_discectomy": (
        "minimally_invasive",
        "Full-endoscopic discectomy",
        "Keyhole disc surgery with a camera",
        "open_microdiscectomy",
    ),
    "nonoperative_care": ("non_operative", "Non-operative care", "Care without surgery", None),
    "open_microdiscectomy": (
        "open",
        "Open microdiscectomy",
        "Open disc surgery",
        "nonoperative_care",
    ),
    "mis_tlif": ("minimally_invasive", "MIS TLIF", "Keyhole fusion", "open_fusion"),
    "open_fusion": ("open", "Open fusion", "Open fusion", "nonoperative_care"),
}
SHOWN: Document = {
    "status": "shown",
    "comparator": "open_microdiscectomy",
    "horizon": "up to 2 years",
    "certainty": "moderate",
    "studies": 7,
    "participants": 982,
    "sources": ["trial-one"],
}
FIGURES: dict[tuple[str, str], Document] = {
    ("tubular_microdiscectomy", "blood_loss"): SHOWN
    | {
        "kind": "mean_difference",
        "value": -33.4,
        "low": -52.2,
        "high": -14.6,
        "unit": "mL",
        "favours": "option",
        "horizon": "during the operation",
    },
    ("tubular_microdiscectomy", "long_term_function"): SHOWN
    | {
        "kind": "mean_difference",
        "value": 0.04,
        "low": -0.11,
        "high": 0.2,
        "unit": "SD",
        "favours": "neither",
    },
    ("tubular_microdiscectomy", "long_term_pain"): SHOWN
    | {
        "kind": "mean_difference",
        "value": 3.3,
        "low": 0.2,
        "high": 6.2,
        "unit": "points 0-100",
        "favours": "comparator",
        "horizon": "at 2 years",
        "certainty": "low",
        "sources": ["trial-two"],
    },
    ("tubular_microdiscectomy", "reoperation"): SHOWN
    | {
        "kind": "risks",
        "with_option": 15,
        "with_comparator": 10,
        "value": 5,
        "low": -2.4,
        "high": 12.1,
        "unit": "%",
        "favours": "neither",
        "sources": ["trial-two"],
    },
    ("tubular_microdiscectomy", "infection"): {
        "status": "source_unchecked",
        "comparator": "open_microdiscectomy",
        "reason": "There is a figure, and it is held back until someone has checked it.",
        "sources": ["unchecked-one"],
    },
    ("endoscopic_discectomy", "early_pain"): {
        "status": "not_like_those_studied",
        "comparator": "open_microdiscectomy",
        "reason": "The figures were measured in other people: adults without an earlier operation.",
        "patient_reason": "The people studied were not like you: adults without an earlier operation.",
        "sources": ["trial-one"],
    },
    ("endoscopic_discectomy", "long_term_pain"): SHOWN
    | {
        "kind": "mean_difference",
        "value": -7.1,
        "low": -11.3,
        "high": -2.8,
        "unit": "points 0-100",
        "favours": "option",
        "reason": "The difference is smaller than most people notice.",
        "like_those_studied": None,
    },
    ("endoscopic_discectomy", "radiation_and_precision"): SHOWN
    | {
        "kind": "direction_only",
        "favours": "comparator",
        "certainty": "very_low",
        "studies": 1,
        "participants": None,
    },
    ("open_microdiscectomy", "early_pain"): SHOWN
    | {
        "kind": "mean_difference",
        "comparator": "nonoperative_care",
        "value": -12.1,
        "low": -23.6,
        "high": -0.5,
        "unit": "points 0-100",
        "favours": "option",
        "certainty": "low",
        "horizon": "within 6 weeks",
    },
    ("open_microdiscectomy", "complications"): SHOWN
    | {
        "kind": "absolute",
        "comparator": None,
        "value": 2.4,
        "unit": "%",
        "favours": "neither",
        "certainty": "low",
        "studies": 1,
        "participants": 14485,
    },
}


def estimate(option: str, outcome: str) -> Document:
    figure = FIGURES.get((option, outcome))
    if figure is None:
        figure = {
            "status": "not_enough_evidence",
            "comparator": OPTIONS[option][3],
            "reason": "No comparative study of this outcome was found.",
            "sources": [],
        }
    return {"outcome": outcome} | figure


def release_estimate(option: str, outcome: str) -> Document:
    """What a release holds beside the report's figure; an unchecked figure is only here."""
    row: Document = {"outcome": outcome, "status": "auto", "population_text": "adults with a slipped disc"}
    if (option, outcome) == ("tubular_microdiscectomy", "infection"):
        row |= {
            "kind": "risks",
            "with_option": 1.1,
            "with_comparator": 3.7,
            "unit": "%",
            "favours": "option",
            "certainty": "moderate",
        }
    if (option, outcome) == ("endoscopic_discectomy", "early_pain"):
        row |= {"kind": "mean_difference", "value": -4.4, "low": -9.9, "high": 1.1, "unit": "points 0-100"}
    return row


RULES: dict[str, list[Document]] = {
    option: [
        {
            "id": f"{option}-imaging",
            "patient_reason": "Your scan shows a problem that this operation treats.",
        },
        {"id": f"{option}-leg", "patient_reason": "Your leg hurts more than your back."},
        {"id": f"{option}-again", "patient_reason": "You had an operation at the same place before."},
        {"id": f"{option}-smoking", "patient_reason": "Smoking slows healing."},
    ]
    for option in OPTIONS
}


def ledger(option: str, imaging: bool | None) -> list[Document]:
    return [
        {
            "rule": f"{option}-imaging",
            "kind": "required",
            "holds": imaging,
            "points": 0,
            "facts": ["imaging_findings"],
            "reason": "Imaging shows a disc herniation on the side of the symptoms",
            "sources": ["guide-one"],
        },
        {
            "rule": f"{option}-leg",
            "kind": "points",
            "holds": True,
            "points": 2,
            "facts": ["pain_dominance"],
            "reason": "Leg pain dominates",
            "sources": ["trial-one"],
        },
        {
            "rule": f"{option}-smoking",
            "kind": "points",
            "holds": True,
            "points": -1,
            "facts": ["smoking"],
            "reason": "Current smoker",
            "sources": ["trial-two"],
        },
        {
            "rule": f"{option}-again",
            "kind": "points",
            "holds": None,
            "points": 0,
            "facts": ["previous_spine_surgery"],
            "reason": "Earlier operation at the same level",
            "sources": ["trial-two"],
        },
    ]


def release() -> Document:
    return {
        "aid": "spine",
        "version": 3,
        "language": "en",
        "title": "Treatment for a problem of the back or neck",
        "index_decision": "Which treatment suits me best for my slipped disc, with or without surgery?",
        "condition_text": "A slipped disc presses on a nerve. The pain runs into the leg. Many get better.",
        "about": {
            "authors": [
                {"name": "A. Writer", "role": "Clinical lead", "interests": "None", "placeholder": True}
            ],
            "funding": "Nobody but the clinic",
            "evidence_selection": "Pooled randomised trials before single trials.",
            "update_policy": "Once a year.",
            "next_review": "2027-05-31",
            "people_it_is_for": "Adults who are going to see a spine surgeon.",
            "weights_note": "The points are an expert draft. No clinic has approved them yet.",
        },
        "questionnaires": {
            "intake": {"code": "spine_intake", "version": 2, "sha256": "1" * 64},
            "findings": {"code": "spine_findings", "version": 1, "sha256": "2" * 64},
        },
        "facts": [
            {"code": "imaging_findings", "type": "codes", "from": "clinician"},
            {"code": "previous_spine_surgery", "type": "code", "from": "patient"},
            {"code": "reason_for_visit", "type": "text", "from": "patient"},
            {"code": "questions_for_surgeon", "type": "text", "from": "patient"},
        ],
        "bands": [
            {"candidacy": "unlikely", "below": 0},
            {"candidacy": "possible", "from": 0, "below": 3},
            {"candidacy": "likely", "from": 3},
        ],
        "scales": [
            {
                "id": "bmi",
                "title": "Body mass index",
                "meaning": "Weight for height",
                "unit": "kg/m²",
                "bands": [{"id": "over", "title": "Overweight", "from": 25, "below": 30}],
            },
            {
                "id": "psfs",
                "title": "Daily activities",
                "meaning": "0 unable, 10 as before",
                "unit": "",
                "bands": [],
            },
        ],
        "warning_signs": [
            {
                "id": "cauda_equina",
                "urgency": "emergency",
                "title": "Possible cauda equina syndrome",
                "patient": "Call the emergency number on this page now, or go to an emergency department.",
                "clinician": "Same-day examination and MRI.",
                "sources": ["guide-one"],
            },
            {
                "id": "weakness",
                "urgency": "urgent",
                "title": "New weakness",
                "patient": "Call the clinic today and tell them about this answer.",
                "clinician": "Examine within days.",
                "sources": ["guide-one"],
            },
        ],
        "outcomes": [
            {"id": outcome, "asks": f"asks about {name.lower()}", "patient": name}
            for outcome, name in OUTCOMES.items()
        ],
        "options": [
            {
                "id": option,
                "approach": approach,
                "region": "low_back",
                "compares_with": compared,
                "title": title,
                "patient_title": patient_title,
                "summary": "A surgeon takes away the piece of disc that presses on the nerve."
                if approach != "non_operative"
                else "Time, movement, exercises and pain medicine.",
                "what_happens": "You are asleep. It takes about an hour. Most people go home within days."
                if approach != "non_operative"
                else "A physiotherapist helps you to stay active while the nerve calms down.",
                "rules": RULES[option],
                "estimates": [release_estimate(option, outcome) for outcome in OUTCOMES],
            }
            for option, (approach, title, patient_title, compared) in OPTIONS.items()
        ],
        "modifiers": [
            {
                "fact": "smoking",
                "advice": "Offer help to stop smoking before any operation",
                "patient_advice": "Stopping smoking before an operation helps you heal. Ask for help.",
                "sources": ["trial-two"],
            }
        ],
        "sources": [
            {
                "id": "trial-one",
                "title": "Keyhole against open disc surgery",
                "first_author": "Alpha",
                "year": 2014,
                "journal": "Journal of Samples",
                "doi": "10.1000/sample",
                "pmid": "1",
                "design": "Meta-analysis of RCTs",
                "citable": True,
                "check_primary": False,
            },
            {
                "id": "trial-two",
                "title": "A trial of tubes",
                "first_author": "Beta",
                "year": 2011,
                "design": "RCT",
                "citable": True,
                "check_primary": True,
                "checked": True,
            },
            {
                "id": "unchecked-one",
                "title": "Pooled infections",
                "first_author": "Gamma",
                "year": 2020,
                "citable": True,
                "check_primary": True,
            },
            {"id": "guide-one", "title": "A guideline on red flags", "citable": True, "check_primary": False},
        ],
    }


def report() -> Document:
    candidacies = {
        "nonoperative_care": ("likely", [3, 3], None),
        "tubular_microdiscectomy": ("possible", [1, 1], True),
        "endoscopic_discectomy": ("needs_information", [-1, 3], None),
        "open_microdiscectomy": ("likely", [3, 4], True),
        "mis_tlif": ("not_indicated", [1, 1], False),
        "open_fusion": ("not_indicated", [0, 1], False),
    }
    return {
        "release": {"aid": "spine", "version": 3, "sha256": "a" * 64},
        "engine_version": "1.0",
        "facts_sha256": "b" * 64,
        "report_sha256": "c0ffee" + "c" * 58,
        "pathway": "routine",
        "warning_signs": [
            {"id": "cauda_equina", "urgency": "emergency", "holds": False, "facts": ["bladder_change"]},
            {"id": "weakness", "urgency": "urgent", "holds": None, "facts": ["weakness"]},
        ],
        "scales": {
            "psfs": {"value": 3.67},
            "bmi": {"value": 27.41, "band": "over"},
            "rcri": {"missing": ["creatinine_over_2"]},
        },
        "options": [
            {
                "id": option,
                "approach": OPTIONS[option][0],
                "candidacy": candidacy,
                "points": points,
                "decisive": ["imaging_findings", "previous_spine_surgery"]
                if candidacy == "needs_information"
                else [],
                "ledger": ledger(option, imaging),
                "changes": [{"fact": "smoking", "from": "current", "to": "never", "candidacy": "likely"}]
                if candidacy == "possible"
                else [],
                "estimates": [estimate(option, outcome) for outcome in OUTCOMES],
            }
            for option, (candidacy, points, imaging) in candidacies.items()
        ],
        "modifiable": [
            {
                "fact": "smoking",
                "advice": "Offer help to stop smoking before any operation",
                "sources": ["trial-two"],
            }
        ],
    }


def urgent_report() -> Document:
    document = report()
    document["pathway"] = "urgent"
    document["warning_signs"][1]["holds"] = True
    return document


def emergency_report() -> Document:
    document = report()
    document["pathway"] = "emergency"
    document["warning_signs"][0]["holds"] = True
    return document


ANSWERS = (
    (
        "reason_for_visit",
        "What brings you here?",
        "My left leg burns when I sit. I want to lift my grandson again.",
    ),
    ("age_years", "How old are you?", "54 years"),
    ("pain_dominance", "Where is the worst pain?", "Arm or leg"),
    ("limb_pain_nrs", "How bad is the arm or leg pain?", "7 out of 10"),
    ("axial_pain_nrs", "How bad is the neck or back pain?", "3 out of 10"),
    ("symptom_weeks", "How long has it been?", "14 weeks"),
    ("improving", "Is it getting better?", "Worse"),
    ("smoking", "Do you smoke?", "Yes, I do"),
    ("bladder_change", "Do you have new trouble passing urine?", "No"),
    ("weakness", "Is an arm or a leg weak?", "Mild"),
)
FACTS: Mapping[str, object] = {
    "age_years": 54,
    "pain_dominance": "limb",
    "limb_pain_nrs": 7,
    "axial_pain_nrs": 3,
    "symptom_weeks": 14,
    "improving": "worse",
    "smoking": "current",
    "bladder_change": False,
    "weakness": "mild",
    "expected_limb_pain_12m": 2,
    "expected_return_weeks": 6,
    "value_pain_relief": 9,
    "value_quick_recovery": 6,
    "value_lasting_result": 8,
    "value_avoid_surgery": 4,
    "value_avoid_repeat": 7,
    "value_fewer_medicines": 0,
    "questions_for_surgeon": "When can I drive again?\nWill it come back?",
}
RELEASED_AT = datetime(2026, 11, 25, 9, 5, tzinfo=UTC)


def inputs(**changes: object) -> SummaryInputs:
    base = SummaryInputs(
        clinic_name="Harbour Spine Clinic",
        clinic_phone="+44 20 7946 0000",
        clinic_emergency_phone="+44 20 7946 0999",
        patient_name="Ada Zoë Byström",
        birth_date=date(1972, 3, 4),
        patient_number="HSC-000417",
        surgeon_name="Dr Ines Okafor",
        appointment=datetime(2026, 12, 1, 10, 30, tzinfo=UTC),
        made_at=datetime(2026, 11, 23, 16, 25, tzinfo=UTC),
        release=release(),
        report=report(),
        intake=(
            AnsweredSection(
                "Your problem", tuple(AnsweredQuestion(code, text, answer) for code, text, answer in ANSWERS)
            ),
        ),
        facts=FACTS,
        answered_by="the patient",
        released=Released("Dr Ines Okafor", RELEASED_AT),
        questions=(
            AskedQuestion("imaging_findings", "What does the imaging show?"),
            AskedQuestion("previous_spine_surgery", "Have you had an operation on your spine?"),
            AskedQuestion("creatinine_over_2", "Is the creatinine over 2 mg/dL?"),
            AskedQuestion("smoking", "Do you smoke?", labels={"never": "No, never", "current": "Yes, I do"}),
            AskedQuestion("expected_return_weeks", "When will you be back?", unit="weeks"),
        ),
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # a test names only fields that exist


def override(**changes: object) -> Override:
    base = Override(
        option="tubular_microdiscectomy",
        candidacy="likely",
        reason_code="imaging",
        words="Your new scan shows a small slipped disc on the left",
        by="Dr Ines Okafor",
        at=datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # a test names only fields that exist


def cleared(sign: str = "cauda_equina") -> Cleared:
    return Cleared(
        sign,
        "Examined today, MRI normal",
        "Dr Ines Okafor",
        datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
    )
