"""The words for states, levels and people: each said once, for every page and document."""

from __future__ import annotations

SURGEON_CANDIDACY = {
    "likely": "Likely candidate",
    "possible": "Possible candidate",
    "unlikely": "Unlikely candidate",
    "not_indicated": "Not indicated",
    "excluded": "Excluded",
    "needs_information": "Needs information",
}
PATIENT_CANDIDACY = {
    "likely": "Likely to suit you",
    "possible": "May suit you",
    "unlikely": "Probably not for your problem",
    "not_indicated": "Not for your problem",
    "excluded": "Not advised for you",
    "needs_information": "We need to know more",
}
APPROACH = {
    "non_operative": "No operation",
    "minimally_invasive": "Minimally invasive",
    "open": "Open operation",
}
URGENCY = {
    "emergency": "Needs care today",
    "urgent": "Needs a clinician within days",
}
PATIENT_SIGN = {
    "emergency": "This needs help today",
    "urgent": "This needs a call to your clinic",
}
CERTAINTY_LEVEL = {"high": 4, "moderate": 3, "low": 2, "very_low": 1}
CERTAINTY = {
    "high": "High certainty: more research is unlikely to change this",
    "moderate": "Moderate certainty: more research may change this a little",
    "low": "Low certainty: more research may well change this",
    "very_low": "Very low certainty: the truth may be quite different",
}
VERDICT = {"option": "Better", "comparator": "Worse", "neither": "No clear difference"}
SEEN = "Seen with this option"
NO_CERTAINTY = "Certainty not rated"

PATIENT_STATUS = {
    "shown": "",
    "not_enough_evidence": "Not enough evidence",
    "not_like_those_studied": "Not studied in people like you",
    "source_unchecked": "Source not yet checked by a clinician",
    "does_not_apply": "Does not apply",
}
SURGEON_STATUS = {
    "shown": "",
    "not_enough_evidence": "Not enough evidence",
    "not_like_those_studied": "Patient is not like those studied",
    "source_unchecked": "Unchecked: read in a secondary copy",
    "does_not_apply": "Does not apply",
}
PATIENT_WITHHELD = {
    "not_enough_evidence": "We found no study that can answer this fairly.",
    "not_like_those_studied": "The people studied were not like you, so their result may not be yours.",
    "source_unchecked": "There is a figure. We show it once it has been checked.",
    "does_not_apply": "With this treatment it cannot happen.",
}

PERHAPS_UNLIKE = "We do not know yet whether you are like the people studied."
SURGEON_PERHAPS_UNLIKE = "Not known whether the patient is like those studied."

NEEDED_AND_NOT_SO = "Needed for this, but not so for you:"

RULE_KIND = {"required": "Required", "excludes": "Excludes", "points": "Points"}
HOLDS = {True: "true", False: "false", None: "unknown"}
ASK = {"patient": "Ask the patient", "clinician": "Your findings"}

DRAFT_NOTE = (
    "The points behind these candidacies are a draft agreed by experts, not measured in trials. "
    "Your clinic has not approved them yet."
)

EMERGENCY_TITLE = "You need medical care today"
EMERGENCY_LEAD = (
    "One or more of your answers can be a sign of a problem that must not wait for an appointment."
)
EMERGENCY_WITHHELD = (
    "This document says nothing about treatments. They can be talked about once a clinician has seen you."
)
EMERGENCY_TO_DO = (
    "Call one of the numbers on this page now, and tell them which signs you have.",
    "If nobody answers, go to the nearest emergency department.",
    "Take this page with you.",
)
SURGEON_EMERGENCY_TITLE = "Emergency sign not yet cleared"
SURGEON_EMERGENCY_LEAD = "The patient’s answers fit a sign that needs care today."
SURGEON_EMERGENCY_WITHHELD = (
    "Options, figures and scores are withheld from every page and document until a named clinician has "
    "recorded what was done."
)
SURGEON_EMERGENCY_TO_DO = (
    "Reach the patient now, and record what was done on the consultation’s page.",
    "Clearing the sign is a clinical decision: the software never does it.",
)

# Where the rules as a whole could not be evaluated for somebody; raised as an alert under this code.
NOT_EVALUATED = "rules_not_evaluated"
NOT_EVALUATED_TITLE = "The answers could not be checked for warning signs"
NOT_EVALUATED_ADVICE = (
    "Something went wrong on our side, and nobody has checked your answers for signs that need care at once. "
    "If something got suddenly worse, if you lost strength, feeling, or control of your bladder or bowel, or "
    "if you feel very ill, do not wait: call the emergency number now. Otherwise call the clinic today and "
    "say that the form could not be checked."
)
NOT_EVALUATED_FOR_CLINICIANS = (
    "The rules could not be evaluated for this patient, so no sign is ruled out. Read the answers for signs "
    "that need care today, and speak with the patient."
)
NOT_EVALUATED_FOR_PATIENTS = "Your answers could not be checked"
UNKNOWN_EMERGENCY_TITLE = "It may be that you need medical care today"
UNKNOWN_EMERGENCY_LEAD = "Nobody could check your answers for signs that must not wait. Please read this now."
NOT_EVALUATED_TO_DO = (
    "If something got suddenly worse, or you feel very ill: call the emergency number now.",
    "Otherwise call the clinic today, and say that the form could not be checked.",
    "Take this page with you.",
)
SURGEON_UNKNOWN_EMERGENCY_TITLE = "Warning signs not checked"
SURGEON_UNKNOWN_EMERGENCY_LEAD = "Nobody knows yet whether this patient has a sign that needs care today."

URGENT_TITLE = "A clinician should see you within days"
SURGEON_URGENT_TITLE = "Urgent sign: needs a clinician within days"
DRAFT_TITLE = "Not yet reviewed by a surgeon"
DRAFT_TEXT = (
    "No surgeon has signed and released this yet. Some of it may change. Do not use it to decide anything."
)

DIFFERENT_TIMES = "Figures come from different times after a treatment. Each one names its own."
READING_FIGURES = (
    "Each figure compares one treatment with another, in people like those named beside it.",
    DIFFERENT_TIMES,
    "“Likely between” gives the range in which the truth probably lies. A wide range means less is known.",
    "The dots show how sure the research is: four dots are very sure, one dot is very unsure.",
    "“Not enough evidence” does not mean that a treatment does not work. It means that nobody knows yet.",
    "“Does not apply” means that it cannot happen with this treatment.",
)
READING_FINDINGS = (
    "A letter stands for a treatment.",
    "Most findings compare two treatments. Each names its time after them.",
    "“Likely between” is the range in which the truth probably lies.",
    "Dots show how sure the research is: four are very sure, one is very unsure.",
    "Where no number stands, none can be shown fairly.",
)
READING_STATUS = {
    "not_enough_evidence": "“Not enough evidence” does not mean that it does not work. Nobody knows yet.",
    "not_like_those_studied": "“Not studied in people like you”: the result of others may not be yours.",
    "source_unchecked": "“Source not yet checked”: there is a figure. We show it once it has been checked.",
    "does_not_apply": "“Does not apply”: with this treatment it cannot happen.",
}
READING_LIKE_UNKNOWN = "* We do not know yet whether you are like the people studied."
MORE_ON_THE_SCREEN = (
    "There is more on the pages that your clinic’s link opens: why something is not known, what each "
    "treatment is like, the recovery, every source, and who made this."
)
HOW_TO_USE = (
    "Read what each treatment is like.",
    "Look at what is known about each one, and what is not.",
    "Think about what matters most to you.",
    "Write down your questions, and bring these pages to your appointment.",
)
WRITING_PROMPTS = (
    "What I like, or do not like, about each treatment",
    "What I want to ask my surgeon",
    "What I think now",
)
ANSWERS_INTRO = (
    "This is a copy of the answers you gave. If something is wrong or has changed, tell your clinic."
)


UNIT_WORDS = {"a": "years", "wk": "weeks", "min": "minutes", "deg": "degrees", "kg/m2": "kg/m²"}


def humanised(code: str) -> str:
    """A code as plain words, for a fact whose question is not at hand: "slip_mm" → "Slip mm"."""
    words = code.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def inside_sentence(title: str) -> str:
    """A title inside a sentence: "Open surgery" → "open surgery", but "ACDF" stays."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def sentence(words: str) -> str:
    """Words as a sentence: a capital first, a full stop last."""
    trimmed = words.strip()
    if not trimmed:
        return ""
    ended = trimmed if trimmed[-1] in ".!?…" else f"{trimmed}."
    return ended[:1].upper() + ended[1:]


# Codes whose answers a surgeon reads first, with a label short enough for one line.
GLANCE = (
    ("age_years", "Age"),
    ("sex_at_birth", "Sex at birth"),
    ("region", "Region"),
    ("pain_dominance", "Worst pain"),
    ("limb_pain_nrs", "Arm or leg pain"),
    ("pain_side", "Side"),
    ("axial_pain_nrs", "Neck or back pain"),
    ("sleep_disturbed", "Sleep broken"),
    ("symptom_weeks", "Duration"),
    ("improving", "Trend"),
    ("walking_tolerance_min", "Walking"),
    ("weakness", "Weakness"),
    ("conservative_weeks", "Care without surgery"),
    ("treatments_tried", "Tried"),
    ("injection_relief", "Injection"),
    ("imaging_done", "Pictures taken"),
    ("opioid_use", "Opioids"),
    ("smoking", "Smoking"),
    ("work_status", "Work"),
    ("compensation_claim", "Claim in progress"),
    ("blood_thinner", "Takes a blood thinner"),
    ("bleeding_disorder", "Bleeds easily"),
    ("previous_vte", "Has had a clot"),
    ("family_vte", "Clots in the family"),
    ("odi_percent", "ODI"),
)
VALUES = {
    "value_pain_relief": "Less pain",
    "value_quick_recovery": "A quick recovery",
    "value_lasting_result": "A result that lasts",
    "value_avoid_surgery": "Avoiding an operation",
    "value_avoid_repeat": "Not needing another operation",
    "value_fewer_medicines": "Fewer medicines",
}
EXPECTATIONS = {
    "expected_limb_pain_12m": "Arm or leg pain expected in 12 months",
    "expected_return_weeks": "Expects to be back to usual activities in",
}
LIVING_WITH = (
    ("hospital", "In hospital"),
    ("first_day", "The first day"),
    ("first_weeks", "The first weeks"),
    ("work_and_driving", "Work and driving"),
    ("what_can_go_wrong", "What can go wrong"),
    ("if_it_does_not_help", "If it does not help"),
    ("living_with_it", "Living with it"),
)
MILESTONES = (
    ("first_walking", "First walk"),
    ("home", "Back at home"),
    ("desk_work", "Back to work at a desk"),
    ("full_activity", "Back to everything"),
)
ASK_YOUR_SURGEON = "Ask your surgeon."
WHAT_HAPPENS = "What happens"
REHABILITATION = "Exercise afterwards"
ABOUT = (
    ("people_it_is_for", "Who this is for"),
    ("authors", "Written by"),
    ("funding", "Paid for by"),
    ("written_on", "Written on"),
    ("evidence_selection", "How studies were chosen"),
    ("update_policy", "How it is kept up to date"),
    ("next_review", "Next review"),
    ("readability", "How easy it is to read"),
)

# What the PDF templates write around a document's own words.
LABELS = {
    "page": "Page {page} of {pages}",
    "surgeon_summary": "Surgeon’s summary",
    "patient_summary": "Your treatment options",
    "what_to_do": "What to do",
    "no_warning_sign": "No warning sign in the answers so far.",
    "not_ruled_out": "Not ruled out, because answers are missing:",
    "unchecked": NOT_EVALUATED_FOR_PATIENTS,
    "dealt_with": "A sign in your answers that needed a clinician",
    "own_words": "In the patient’s words",
    "nothing_written": "Nothing was written.",
    "more_in_answers": "… (more in the answers)",
    "and_more": "and {count} more",
    "scales": "Scales",
    "waits_for": "needs “{questions}”",
    "candidacy_by_option": "Candidacy by option",
    "option": "Option",
    "candidacy": "Candidacy and points",
    "for": "For",
    "against": "Against, and what is missing",
    "hidden": "hidden from the patient: {reason}",
    "not_indicated": "Not indicated:",
    "still_missing": "Still missing",
    "nothing_missing": "Nothing that could change a candidacy.",
    "modifiable": "Risks that can be lowered",
    "no_modifiable": "None found in the answers.",
    "patient_expects": "What the patient expects",
    "patient_values": "What matters to the patient",
    "not_answered": "Not answered.",
    "patient_asks": "The patient asks",
    "decision": "The decision",
    "how_to_use": "How to use these pages",
    "your_options": "Your options",
    "from_your_answers": "What your answers say",
    "what_it_is": "What it is",
    "what_happens": "What happens",
    "what_it_is_like": "What each treatment is like",
    "may_suit": "Does it suit you?",
    "need_to_know": "Before we can say more, we need to know:",
    "set_aside": "Options that are not for you",
    "side_by_side": "What is known, side by side",
    "outcome": "What people ask about",
    "reading_figures": "How to read this",
    "you_can_do": "What you can do yourself",
    "your_values": "What matters to you",
    "you_expect": "What you expect",
    "your_questions": "Your questions",
    "space": "Space to write",
    "who_was_studied": "Who was studied",
    "about": "About this summary",
    "sources": "Where the figures come from",
    "unchecked_source": "not yet checked by a clinician",
    "your_appointment": "Your appointment",
    "open_the_form": "How to open the form",
    "help_with_it": "Help with it",
    "your_answers": "Your answers",
    "question": "Question",
    "answer": "Answer",
}
