"""What makes a decision aid fair: the 44 criteria of IPDAS in our words, each with its check."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from decision_aid.scoring import RuleSet, score
from decision_aid.services.facts_only import summary_inputs
from decision_aid.services.placeholders import PLACEHOLDER
from decision_aid.summaries import PatientDocument, patient_document
from decision_aid.summaries.wording import DIFFERENT_TIMES
from questionnaires.definition.schema import Definition

HARMS = ("infection", "complications", "reoperation", "blood_clots")
PEOPLE_LOOKED_AT = 12
HUNDRED = 100
Document = Mapping[str, Any]


class Group(StrEnum):
    QUALIFYING = "qualifying"
    CERTIFICATION = "certification"
    QUALITY = "quality"


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not met"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Aid:
    """What is checked: a release's document, the patient's form, pages that patients would read, a day."""

    document: Document
    intake: Definition
    pages: tuple[PatientDocument, ...]
    today: date

    @property
    def about(self) -> Document:
        return self.document["about"]  # type: ignore[no-any-return]  # a release's document is plain JSON

    @property
    def options(self) -> Sequence[Document]:
        return self.document["options"]  # type: ignore[no-any-return]  # the same

    def estimates(self) -> Iterator[tuple[str, Document]]:
        for option in self.options:
            for estimate in option["estimates"]:
                yield f"{option['id']}/{estimate['outcome']}", estimate

    def figures(self) -> Iterator[tuple[str, Document]]:
        return ((place, estimate) for place, estimate in self.estimates() if estimate["status"] == "auto")


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one criterion: where it is met, or what people must do."""

    verdict: Verdict
    where: str


@dataclass(frozen=True, slots=True)
class Criterion:
    code: str
    group: Group
    words: str
    check: Callable[[Aid], Finding]


def aid_of(ruleset: RuleSet, definitions: Sequence[Definition], today: date) -> Aid:
    """The aid with pages of its golden people: of the first for each choice of at least two options."""
    pages: dict[tuple[str, ...], PatientDocument] = {}
    for case in ruleset.golden_cases:
        if len(pages) == PEOPLE_LOOKED_AT:
            break
        report = score(ruleset, case.facts, today)
        page = patient_document(summary_inputs(ruleset, definitions, case.facts, report, today))
        if len(page.options) > 1:
            pages.setdefault(tuple(option.id for option in page.options), page)
    intake = next(definition for definition in definitions if definition.audience == "patient")
    return Aid(ruleset.document, intake, tuple(pages.values()), today)


def findings(aid: Aid) -> tuple[tuple[Criterion, Finding], ...]:
    """Every criterion with its finding, in the order of the list."""
    return tuple((criterion, criterion.check(aid)) for criterion in CRITERIA)


# -- how a check answers ---------------------------------------------------------------------------
def _answer(lacking: Sequence[str], where: str, todo: str) -> Finding:
    """Met where nothing is lacking; else not met, with the first places that lack it."""
    if not lacking:
        return Finding(Verdict.MET, where)
    shown = ", ".join(lacking[:3]) + (f" and {len(lacking) - 3} more" if len(lacking) > 3 else "")
    return Finding(Verdict.NOT_MET, f"{todo} Lacking: {shown}.")


def _said(words: object) -> bool:
    """Whether a text says something beside a placeholder."""
    return isinstance(words, str) and bool(words.split(PLACEHOLDER)[0].strip())


def _text(*keys: str, where: str, todo: str) -> Callable[[Aid], Finding]:
    def check(aid: Aid) -> Finding:
        found: Any = aid.document
        for key in keys:
            found = found.get(key, {}) if isinstance(found, Mapping) else {}
        return _answer([] if _said(found) else ["/".join(keys)], where, todo)

    return check


def _record(code: str, todo: str) -> Callable[[Aid], Finding]:
    """A process that people carry out and write down in `about.process`: criterion, on, how, by."""

    def check(aid: Aid) -> Finding:
        for entry in aid.about.get("process", ()):
            if entry.get("criterion") == code and all(_said(entry.get(key)) for key in ("on", "how", "by")):
                return Finding(Verdict.MET, f"about.process: {entry['on']}, {entry['how']}, by {entry['by']}")
        return Finding(Verdict.NOT_MET, todo)

    return check


def _spared(aid: Aid) -> Finding:
    return Finding(Verdict.NOT_APPLICABLE, "for tests and screening; this aid is about treatment")


# -- the checks that look at more than one text ------------------------------------------------------
def _options(aid: Aid) -> Finding:
    approaches = [option["approach"] for option in aid.options]
    lacking = [] if len(approaches) > 1 else ["a second option"]
    lacking += [] if "non_operative" in approaches else ["care without an operation"]
    where = f"{len(approaches)} options, care without an operation among them, first on every page"
    return _answer(lacking, where, "List at least two options, one of them without an operation.")


def _good_points(aid: Aid) -> Finding:
    lacking = [
        option["id"]
        for option in aid.options
        if not any(rule.get("points", 0) > 0 for rule in option["rules"])
    ]
    return _answer(lacking, "“Speaks for it”, and the outcomes of every option", "Say what speaks for it.")


def _bad_points(aid: Aid) -> Finding:
    lacking = [
        option["id"]
        for option in aid.options
        if not any(rule.get("points", 0) < 0 for rule in option["rules"])
        or not {estimate["outcome"] for estimate in option["estimates"]} >= set(HARMS)
    ]
    where = "“Speaks against it”, and infection, complications, clots and another operation for every option"
    return _answer(lacking, where, "Say what speaks against it, and its harms.")


def _living(aid: Aid) -> Finding:
    lacking = [
        option["id"]
        for option in aid.options
        if not all(map(_said, (option.get("living_with") or {"": ""}).values()))
    ]
    return _answer(lacking, "“What it is like”, under each option", "Describe what living with it is like.")


def _equal_detail(aid: Aid) -> Finding:
    outcomes = [outcome["id"] for outcome in aid.document["outcomes"]]
    lacking = [
        option["id"] for option in aid.options if [e["outcome"] for e in option["estimates"]] != outcomes
    ]
    for page in aid.pages:
        shown = {option.id: tuple(cell.outcome for cell in option.estimates) for option in page.options}
        lacking += [option for option, cells in shown.items() if list(cells) != outcomes]
    where = f"{len(outcomes)} outcomes in one order for every option; {len(aid.pages)} pages looked at"
    return _answer(lacking, where, "Give every option the same outcomes in the same order.")


def _cited(aid: Aid) -> Finding:
    known = {source["id"] for source in aid.document["sources"]}
    lacking = [
        place for place, figure in aid.figures() if not figure["sources"] or set(figure["sources"]) - known
    ]
    where = f"a source beside each of {sum(1 for _ in aid.figures())} figures; “Where this comes from”"
    return _answer(lacking, where, "Name the source of each figure.")


def _update_policy(aid: Aid) -> Finding:
    lacking = [] if _said(aid.about.get("update_policy")) else ["about/update_policy"]
    review = str(aid.about.get("next_review", ""))
    if not review or date.fromisoformat(review) < aid.today:
        lacking.append("a next review that is not over")
    return _answer(
        lacking, f"about.update_policy; next review {review}", "Say when it is reviewed, and do so."
    )


def _uncertainty(aid: Aid) -> Finding:
    lacking = [
        place
        for place, figure in aid.figures()
        if figure["kind"] != "direction_only"
        and "low" not in figure
        and "best estimate" not in figure["patient_reason"].lower()
    ]
    return _answer(lacking, "an interval or the words “best estimate” with every figure", "Add the interval.")


def _natural_course(aid: Aid) -> Finding:
    figures = [p for p, _ in aid.figures() if p.startswith("nonoperative_care/")]
    where = f"the column of care without an operation: {len(figures)} figures, else why there is none"
    return _answer([] if figures else ["a figure"], where, "Say how it goes without an operation.")


def _grid(aid: Aid) -> Finding:
    lacking = [
        page.title
        for page in aid.pages
        if not page.outcomes or any(len(row.cells) != len(page.options) for row in page.outcomes)
    ]
    return _answer(lacking, "“All of it in one table”", "Set the options side by side.")


def _probabilities(aid: Aid) -> Finding:
    lacking = [place for place, estimate in aid.estimates() if not estimate.get("patient_reason")]
    where = "a figure, or in words why there is none, for every outcome of every option"
    return _answer(lacking, where, "Give the figure or say that there is none.")


def _reference_class(aid: Aid) -> Finding:
    lacking = [place for place, figure in aid.figures() if not figure.get("population_text")]
    return _answer(lacking, "who was studied, named with every figure", "Say who was studied.")


def _event_rates(aid: Aid) -> Finding:
    rates = [p for p, figure in aid.figures() if figure.get("denominator")]
    where = f"{len(rates)} figures as people out of a number; no ratio is shown"
    return _answer([] if rates else ["a rate"], where, "Show how many people out of how many.")


def _same_time(aid: Aid) -> Finding:
    lacking = [page.title for page in aid.pages if DIFFERENT_TIMES not in page.reading_figures]
    lacking += [place for place, figure in aid.figures() if not figure.get("horizon")]
    return _answer(lacking, "each figure’s time, and a warning that times differ", "Warn that times differ.")


def _same_denominator(aid: Aid) -> Finding:
    lacking = [p for p, figure in aid.figures() if figure.get("denominator", HUNDRED) != HUNDRED]
    return _answer(lacking, "always out of 100 people", "Count people out of 100.")


def _several_views(aid: Aid) -> Finding:
    cells = [cell for page in aid.pages for option in page.options for cell in option.estimates]
    lacking = [
        name
        for name, found in (
            ("words", any(cell.headline for cell in cells)),
            ("numbers", any(cell.figure for cell in cells)),
            ("a picture", any(cell.hundred or cell.bar for cell in cells)),
            ("a table", any(page.outcomes for page in aid.pages)),
        )
        if not found
    ]
    return _answer(lacking, "words, numbers, pictures of 100 people and a table", "Show it another way.")


def _values(aid: Aid) -> Finding:
    asked = [question.code for question in aid.intake.questions if question.code.startswith("value_")]
    lacking = [] if len(asked) > 2 else ["questions about what matters"]
    return _answer(lacking, f"“What matters to you”: {len(asked)} questions", "Ask what matters most.")


def _steps(aid: Aid) -> Finding:
    lacking = [page.title for page in aid.pages if len(page.how_to_use) < 3]
    return _answer(
        lacking, "“How to use these pages”: learn, weigh, ask, decide", "Lead through the decision."
    )


def _worksheet(aid: Aid) -> Finding:
    lacking = [page.title for page in aid.pages if not page.writing_prompts]
    if "questions_for_surgeon" not in aid.intake.types:
        lacking.append("questions_for_surgeon")
    return _answer(lacking, "the patient’s own questions and space to write", "Give room for questions.")


def _quality_of_evidence(aid: Aid) -> Finding:
    lacking = [place for place, figure in aid.figures() if not figure.get("certainty")]
    return _answer(lacking, "the certainty beside every figure, in words and dots", "Rate the evidence.")


def _credentials(aid: Aid) -> Finding:
    authors = aid.about.get("authors", ())
    named = [
        author for author in authors if all(_said(author.get(key)) for key in ("name", "role", "interests"))
    ]
    waiting = len(authors) - len(named)
    where = f"about.authors: {len(named)} with role and interests" + (
        f"; {waiting} places wait for the clinic’s own people" if waiting else ""
    )
    return _answer([] if named else ["a named author"], where, "Name who wrote it, with role and interests.")


_QUALIFYING, _CERTIFICATION, _QUALITY = Group.QUALIFYING, Group.CERTIFICATION, Group.QUALITY
CRITERIA: tuple[Criterion, ...] = (
    Criterion("Q1", _QUALIFYING, "says what the condition is", _text(
        "condition_text", where="condition_text, first on the page", todo="Describe the condition.")),
    Criterion("Q2", _QUALIFYING, "says which decision is to be made", _text(
        "index_decision", where="index_decision, the page’s first line", todo="State the decision.")),
    Criterion("Q3", _QUALIFYING, "lists the options", _options),
    Criterion("Q4", _QUALIFYING, "gives the good points of each option", _good_points),
    Criterion("Q5", _QUALIFYING, "gives the bad points of each option", _bad_points),
    Criterion("Q6", _QUALIFYING, "says what living with the result is like", _living),
    Criterion("C1", _CERTIFICATION, "shows benefits and harms in equal detail", _equal_detail),
    Criterion("C2", _CERTIFICATION, "cites the evidence it uses", _cited),
    Criterion("C3", _CERTIFICATION, "says when it was written", _text(
        "about", "written_on", where="about.written_on, in “Who made this”", todo="Print the date.")),
    Criterion("C4", _CERTIFICATION, "says how and when it is updated", _update_policy),
    Criterion("C5", _CERTIFICATION, "says how uncertain its figures are", _uncertainty),
    Criterion("C6", _CERTIFICATION, "says who paid for it", _text(
        "about", "funding", where="about.funding, in “Who made this”", todo="Say who paid.")),
    Criterion("C7", _CERTIFICATION, "says what the test measures", _spared),
    Criterion("C8", _CERTIFICATION, "says what follows when the condition is found", _spared),
    Criterion("C9", _CERTIFICATION, "says what follows when it is not found", _spared),
    Criterion("C10", _CERTIFICATION, "says what finding a harmless disease would mean", _spared),
    Criterion("B1", _QUALITY, "shows how it goes when nothing is done", _natural_course),
    Criterion("B2", _QUALITY, "lets options be compared point by point", _grid),
    Criterion("B3", _QUALITY, "gives probabilities, or says that there are none", _probabilities),
    Criterion("B4", _QUALITY, "says for whom a figure holds", _reference_class),
    Criterion("B5", _QUALITY, "gives rates of events", _event_rates),
    Criterion("B6", _QUALITY, "compares over the same time, or warns", _same_time),
    Criterion("B7", _QUALITY, "uses one denominator", _same_denominator),
    Criterion("B8", _QUALITY, "shows figures in more than one way", _several_views),
    Criterion("B9", _QUALITY, "asks what matters most", _values),
    Criterion("B10", _QUALITY, "leads through the decision step by step", _steps),
    Criterion("B11", _QUALITY, "helps to prepare questions for the clinician", _worksheet),
    Criterion("B12", _QUALITY, "was built on what patients need", _record(
        "B12", "Ask patients who face this decision what they need to know; record it in about.process.")),
    Criterion("B13", _QUALITY, "was built on what professionals need", _record(
        "B13", "Ask surgeons, physiotherapists and nurses the same; record it in about.process.")),
    Criterion("B14", _QUALITY, "was reviewed by patients from outside", _record(
        "B14", "Have patients who did not write it review it; record it in about.process.")),
    Criterion("B15", _QUALITY, "was reviewed by professionals from outside", _record(
        "B15", "Have clinicians who did not write it review it; record it in about.process.")),
    Criterion("B16", _QUALITY, "was tried with patients who face the decision", _record(
        "B16", "Pilot it with patients before their consultation; record it in about.process.")),
    Criterion("B17", _QUALITY, "was tried with those who use it in practice", _record(
        "B17", "Pilot it with clinicians, review times and overrides included; record it in about.process.")),
    Criterion("B18", _QUALITY, "says how the evidence was chosen", _text(
        "about", "evidence_selection", where="about.evidence_selection", todo="Say how.")),
    Criterion("B19", _QUALITY, "says how good the evidence is", _quality_of_evidence),
    Criterion("B20", _QUALITY, "says who wrote it, and why they can", _credentials),
    Criterion("B21", _QUALITY, "reports how easy it is to read", _text(
        "about", "readability", where="about.readability, measured by the tests", todo="Measure it.")),
    Criterion("B22", _QUALITY, "was shown to bring choices in line with what matters", _record(
        "B22", "Study values against choices of people who used it; record it in about.process.")),
    Criterion("B23", _QUALITY, "was shown to improve knowledge", _record(
        "B23", "Study knowledge before and after; record it in about.process.")),
    Criterion("B24", _QUALITY, "gives the chance of a true positive", _spared),
    Criterion("B25", _QUALITY, "gives the chance of a true negative", _spared),
    Criterion("B26", _QUALITY, "gives the chance of a false positive", _spared),
    Criterion("B27", _QUALITY, "gives the chance of a false negative", _spared),
    Criterion("B28", _QUALITY, "gives the chance of finding it with and without the test", _spared),
)  # fmt: skip
