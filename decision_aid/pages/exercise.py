"""What the surgeon confirms about exercise afterwards before the patient reads it."""

from dataclasses import dataclass

from decision_aid.summaries import SummaryInputs, SurgeonDocument
from decision_aid.summaries.fields import row_of, rows, text, texts
from decision_aid.summaries.knowledge import Knowledge

IN_PLAY = ("likely", "possible")


@dataclass(frozen=True)
class ExerciseOutline:
    """When exercise starts, how, and what it adds, for one option; what the patient would read."""

    option: str
    title: str
    when: str
    how: str
    adds: str
    patient: str
    sources: tuple[str, ...]
    confirmed: bool


def exercise_outlines(inputs: SummaryInputs, document: SurgeonDocument) -> tuple[ExerciseOutline, ...]:
    """One for each option in play, in the document's order."""
    knowledge = Knowledge(inputs)
    sources = knowledge.sources()
    outlines = {
        text(option, "id"): row_of(option, "rehabilitation") for option in rows(inputs.release, "options")
    }
    return tuple(
        ExerciseOutline(
            option=option.id,
            title=option.title,
            when=text(outline, "when"),
            how=text(outline, "how"),
            adds=text(outline, "adds"),
            patient=text(outline, "patient"),
            sources=sources.labels(texts(outline, "sources")),
            confirmed=option.id in inputs.confirmed_exercise,
        )
        for option in document.options
        if option.candidacy in IN_PLAY and (outline := outlines.get(option.id, {}))
    )
