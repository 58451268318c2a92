"""What the release and the answers say about a code: titles, questions, answers in words, sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from decision_aid.summaries import wording
from decision_aid.summaries.fields import Row, row_of, rows, text, whole
from decision_aid.summaries.inputs import AnsweredQuestion, AskedQuestion, SummaryInputs
from decision_aid.summaries.shapes import SourceView
from decision_aid.summaries.wording import humanised

OWN_QUESTIONS_FACT = "questions_for_surgeon"
NOT_EVALUATED: Row = {
    "id": wording.NOT_EVALUATED,
    "urgency": "emergency",
    "holds": True,
    "title": wording.NOT_EVALUATED_TITLE,
    "patient": wording.NOT_EVALUATED_ADVICE,
    "clinician": wording.NOT_EVALUATED_FOR_CLINICIANS,
}


@dataclass(slots=True)
class SourceList:
    """The document's list of sources: each publication gets its number when it is first named."""

    known: dict[str, Row]
    _views: dict[str, SourceView] = field(default_factory=dict)
    _numbers: dict[tuple[str, ...], int] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)

    def view(self, source_id: str) -> SourceView:
        """The source with its publication's number; one that the release does not describe goes by its id."""
        if source_id not in self._views:
            row = self.known.get(source_id, {})
            view = _source_view(source_id, row)
            publication = (view.label, view.reference, str(view.unchecked))
            number = self._numbers.setdefault(publication, len(self._numbers) + 1)
            self._views[source_id] = replace(view, number=number)
        return self._views[source_id]

    def labels(self, source_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Short names for a line of text, without numbering them: "Evaniew 2014"."""
        for source_id in source_ids:
            if source_id not in self._labels:
                self._labels[source_id] = _label(source_id, self.known.get(source_id, {}))
        return tuple(self._labels[source_id] for source_id in source_ids)

    @property
    def named(self) -> tuple[SourceView, ...]:
        """One view a number, in the order of the numbers."""
        first: dict[int, SourceView] = {}
        for view in self._views.values():
            first.setdefault(view.number, view)
        return tuple(first[number] for number in sorted(first))


class Knowledge:
    """One assessment's release, report and answers, looked up by code."""

    def __init__(self, inputs: SummaryInputs) -> None:
        self.inputs = inputs
        self.release = inputs.release
        self.report = inputs.report
        self.options = {text(row, "id"): row for row in rows(self.release, "options")}
        self.outcomes = rows(self.release, "outcomes")
        self.scales = {text(row, "id"): row for row in rows(self.release, "scales")}
        # No release describes what is so where its rules could not be evaluated.
        self.signs = {text(row, "id"): row for row in (*rows(self.release, "warning_signs"), NOT_EVALUATED)}
        self.asked: dict[str, AskedQuestion] = {question.code: question for question in inputs.questions}
        self.answered: dict[str, AnsweredQuestion] = {
            answer.code: answer
            for section in (*inputs.intake, *inputs.findings)
            for answer in section.answers
        }
        self.asked_of = {text(row, "code"): text(row, "from") for row in rows(self.release, "facts")}

    @property
    def is_unevaluated(self) -> bool:
        """Whether nobody has dealt yet with rules that could not be evaluated for this patient."""
        return wording.NOT_EVALUATED in self.inputs.open_signs

    def sources(self) -> SourceList:
        """A fresh list of sources for one document."""
        return SourceList({text(row, "id"): row for row in rows(self.release, "sources")})

    @cached_property
    def reported_options(self) -> dict[str, Row]:
        return {text(row, "id"): row for row in rows(self.report, "options")}

    def ordered_option_ids(self) -> tuple[str, ...]:
        """The assessed options in the release's order, no surgery first."""
        known = [option for option in self.options if option in self.reported_options]
        others = [option for option in self.reported_options if option not in self.options]
        return tuple(sorted([*known, *others], key=lambda option: self.approach(option) != "non_operative"))

    def approach(self, option: str) -> str:
        return text(self.reported_options.get(option, {}), "approach") or text(
            self.options.get(option, {}), "approach"
        )

    def title(self, option: str) -> str:
        """A clinician's name of an option; what is not an option is already in words."""
        row = self.options.get(option)
        return (text(row, "title") or humanised(option)) if row else option

    def patient_title(self, option: str) -> str:
        """The patient's name of an option."""
        return text(self.options.get(option, {}), "patient_title") or self.title(option)

    def sign_title(self, sign: str) -> str:
        """A clinician's name of a warning sign."""
        return text(self.signs.get(sign, {}), "title") or humanised(sign)

    def rule(self, option: str, rule: str) -> Row:
        found = [row for row in rows(self.options.get(option, {}), "rules") if text(row, "id") == rule]
        return found[0] if found else {}

    def estimate(self, option: str, outcome: str) -> Row:
        """The report's estimate, completed by the release's words and figures for the same outcome."""
        merged: dict[str, object] = {}
        for rows_of_estimates in (self._released_estimates, self._reported_estimates):
            row = rows_of_estimates.get((option, outcome), {})
            merged.update(
                {
                    name: value
                    for name, value in row.items()
                    if value is not None or name == "like_those_studied"
                }
            )
        return merged

    def withheld_reason(self, option: str, outcome: str) -> Row:
        """The report's own estimate, whose reasons say why its figure is withheld from this patient."""
        return self._reported_estimates.get((option, outcome), {})

    @cached_property
    def _released_estimates(self) -> dict[tuple[str, str], Row]:
        return _estimates(self.options)

    @cached_property
    def _reported_estimates(self) -> dict[tuple[str, str], Row]:
        return _estimates(self.reported_options)

    def question(self, fact: str) -> str:
        """How a fact is asked; a scale used as a fact goes by its title."""
        if fact in self.asked:
            return self.asked[fact].question
        if fact in self.answered:
            return self.answered[fact].question
        return text(self.scales.get(fact, {}), "title") or humanised(fact)

    def ask(self, fact: str) -> str:
        """Who can answer: "patient" or "clinician"."""
        return self.asked_of.get(fact) or "patient"

    def answer(self, fact: str) -> str:
        """An answer in words, "not known" where there is none."""
        if fact in self.answered:
            return self.answered[fact].answer
        if fact in self.inputs.facts and self.inputs.facts[fact] is not None:
            return self.value_words(fact, self.inputs.facts[fact])
        return "not known"

    def value_words(self, fact: str, value: object) -> str:
        """A fact's JSON value in words: "Yes", "Never", "12 weeks", "Left leg, Right leg"."""
        asked = self.asked.get(fact)
        labels = asked.labels if asked else {}
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if isinstance(value, list | tuple):
            return ", ".join(labels.get(str(item), humanised(str(item))) for item in value) or "None of these"
        if isinstance(value, str):
            return labels.get(value, humanised(value))
        unit = asked.unit if asked else ""
        return f"{value} {wording.UNIT_WORDS.get(unit, unit)}".strip()

    def answer_line(self, fact: str) -> str:
        """Question and answer as one line: "How old are you? 54"."""
        question = self.question(fact)
        separator = "" if question.endswith(("?", "…", ".")) else ":"
        return f"{question}{separator} {self.answer(fact)}"

    @property
    def versions(self) -> str:
        """Which engine and questionnaires made the report."""
        parts = [f"engine {text(self.report, 'engine_version')}"]
        for name, row in row_of(self.release, "questionnaires").items():
            version = whole(row, "version") if isinstance(row, Mapping) else None
            if version is not None:
                parts.append(f"{name} form {version}")
        return ", ".join(parts)


def _estimates(options: Mapping[str, Row]) -> dict[tuple[str, str], Row]:
    """The estimates of options by option and outcome."""
    return {
        (option, text(row, "outcome")): row
        for option, owner in options.items()
        for row in rows(owner, "estimates")
    }


def _label(source_id: str, row: Row) -> str:
    author, year = text(row, "first_author"), whole(row, "year")
    named = " ".join(filter(None, (author, str(year) if year else "")))
    return named if author else (text(row, "title") or source_id)


def _source_view(source_id: str, row: Row) -> SourceView:
    doi, pmid, url = text(row, "doi"), text(row, "pmid"), text(row, "url")
    if doi:
        url = f"https://doi.org/{doi}"
    reference = " · ".join(
        filter(None, (f"doi:{doi}" if doi else "", f"PMID {pmid}" if pmid else "", "" if doi else url))
    )
    label = _label(source_id, row)
    return SourceView(
        number=0,
        id=source_id,
        label=", ".join(filter(None, (label, text(row, "journal")))),
        title=text(row, "title") if text(row, "title") != label else "",
        design=text(row, "design"),
        reference=reference,
        url=url,
        unchecked=row.get("checked") is not True
        and (row.get("check_primary") is True or row.get("citable") is False),
    )
