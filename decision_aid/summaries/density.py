"""How densely the surgeon's sheet is set, so that it is one page: chosen by the length of its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from decision_aid.summaries.shapes import SurgeonDocument, SurgeonOption, WarningSignView

# Setting a page to see whether it fits takes as long as setting it to keep it. So the height is reckoned from
# the lengths of the texts, and whoever renders only has to go on to the next density where that was too low.

MM_PER_POINT = 25.4 / 72
PAPERS = {"a4": (210.0, 297.0), "us-letter": (215.9, 279.4)}
SIDES, HEAD_AND_FOOT = 2 * 14.0, 2 * 18.0
LETTER_WIDTH = 0.52  # of an em, the mean of running text in the documents' typeface
TOO_HIGH = 0.9  # lines are seldom filled to the last letter that the reckoning gives them
ANSWERS_FROM = 200  # the sheet prints the answers behind a sign where it has so many letters for advice
LINE = 1.25  # of an em, from one line to the next


@dataclass(frozen=True, slots=True)
class Density:
    """A way to set the sheet: type size in points, and how much of each thing is said.

    `reasons` and `missing` count entries, `longest`, `words` and `advice` letters of a reason, of an
    own text, and of what to do about a warning sign; `gap` is the space between parts in mm.
    """

    size: float
    reasons: int
    longest: int
    words: int
    missing: int
    advice: int
    gap: float
    evidence: bool


DENSITIES = (
    Density(9.4, 3, 240, 420, 8, 600, 4.4, evidence=True),
    Density(8.8, 3, 240, 420, 8, 600, 3.4, evidence=True),
    Density(8.3, 3, 240, 360, 8, 600, 2.8, evidence=True),
    Density(8.6, 2, 200, 300, 7, 600, 2.8, evidence=True),
    Density(8.2, 2, 160, 300, 7, 500, 2.4, evidence=True),
    Density(8.2, 2, 110, 300, 6, 400, 2.4, evidence=True),
    Density(8.2, 1, 140, 240, 6, 400, 2.6, evidence=True),
    Density(7.8, 1, 110, 240, 6, 300, 2.2, evidence=False),
    Density(7.6, 1, 70, 200, 6, 240, 2.2, evidence=False),
    Density(7.4, 1, 64, 160, 6, 160, 2.0, evidence=False),
    Density(7.2, 1, 50, 140, 5, 120, 1.8, evidence=False),
    Density(7.0, 1, 40, 120, 4, 90, 1.5, evidence=False),
    Density(6.8, 1, 40, 100, 4, 60, 1.2, evidence=False),
    Density(6.5, 1, 36, 60, 3, 30, 1.0, evidence=False),
    Density(6.0, 1, 30, 40, 2, 0, 0.6, evidence=False),
)


def densities(document: SurgeonDocument) -> Iterable[Density]:
    """The densities to try, roomiest first, without those that are far too roomy."""
    width, height = PAPERS[document.paper]
    width, height = width - SIDES, height - HEAD_AND_FOOT
    fitting = (
        place for place, density in enumerate(DENSITIES) if _height(document, density, width) <= height
    )
    return DENSITIES[next(fitting, len(DENSITIES) - 1) :]


def _height(document: SurgeonDocument, density: Density, width: float) -> float:
    """The height of the whole sheet in mm, to within a few lines."""
    setting = _Setting(density)
    parts = (
        14.0,
        setting.warnings(document, width),
        setting.text(document.unanswered_warning_signs, width),
        setting.told(document, width),
        setting.table(document.options, width),
        setting.text(document.not_indicated_words, width),
        setting.below(document, width),
        setting.text(document.draft_note, width),
        density.gap * 2.5,
        10.0,
    )
    return TOO_HIGH * sum(parts)


def _open_and_closed(document: SurgeonDocument) -> tuple[list[WarningSignView], list[WarningSignView]]:
    signs = document.warning_signs
    return [sign for sign in signs if not sign.cleared], [sign for sign in signs if sign.cleared]


class _Setting:
    """How high texts become in one density, in mm."""

    def __init__(self, density: Density) -> None:
        self.density = density
        self.em = density.size * MM_PER_POINT
        self.line = LINE * self.em

    def lines(self, words: str, width: float, *, most: int | None = None) -> int:
        length = min(len(words), most) if most else len(words)
        return ceil(length * LETTER_WIDTH * self.em / width)

    def text(self, words: str, width: float, *, most: int | None = None) -> float:
        return self.lines(words, width, most=most) * self.line

    def warnings(self, document: SurgeonDocument, width: float) -> float:
        """One box of the signs that are open, one of those that were closed."""
        height, most = 0.0, self.density.advice
        for signs in _open_and_closed(document):
            told = (
                f"{sign.title}. {sign.cleared[:most]} {sign.advice[:most] if not sign.cleared else ''} "
                f"{' '.join(sign.answers)[:most] if most > ANSWERS_FROM else ''}"
                for sign in signs
            )
            height += sum(self.text(words, width - 8) for words in told) + 7 if signs else 0
        return height

    def told(self, document: SurgeonDocument, width: float) -> float:
        """The patient's words and answers on the left, the scales on the right."""
        left, right = 0.54 * width, 0.43 * width
        own = sum(
            self.line + self.text(said.words, left, most=self.density.words) for said in document.own_words
        )
        glance = " ".join(f"{row.label} {row.words}  " for row in document.glance)
        scales = (
            f"{scale.words} needs {', '.join(scale.missing)[:90]}" if scale.missing else scale.words
            for scale in document.scales
        )
        return self.line * 1.4 + max(
            own + self.text(glance, left) * 1.15,
            sum(self.text(words, right) + 0.3 * self.line for words in scales),
        )

    def table(self, options: Iterable[SurgeonOption], width: float) -> float:
        return 3 * self.line + sum(self.row(option, (width - 87) / 2 - 6) for option in options)

    def row(self, option: SurgeonOption, width: float) -> float:
        density = self.density
        supporting, opposing = (
            sum(
                self.text(reason.text, width, most=density.longest) + 0.2 * self.line
                for reason in reasons[: density.reasons]
            )
            for reasons in (option.reasons_for, option.reasons_against)
        )
        missing = "  ".join(fact.question[:70] for fact in option.missing[: density.reasons])
        named = (
            self.text(option.title, 36)
            + self.line
            + (self.text(option.evidence, 38) if density.evidence else 0)
        )
        judged = self.text(f"{option.candidacy_words} {option.points}", 43) + 4
        if option.override:
            judged += self.text(option.override.sentence, 46, most=density.longest)
        return max(supporting, opposing + self.text(missing, width), named, judged) + density.gap * 1.1

    def below(self, document: SurgeonDocument, width: float) -> float:
        """What is missing, what can be lowered, what matters and what is asked, side by side."""
        third = (width - 12) / 3
        density = self.density
        missing = sum(
            self.text(f"{fact.question[:80]} {fact.ask}", third)
            for fact in document.missing[: density.missing]
        )
        risks = sum(
            self.text(f"{risk.answer} {risk.advice}", third, most=density.words)
            for risk in document.modifiable
        )
        expected = sum(self.text(f"{row.label}: {row.words}", third) for row in document.expectations)
        asked = sum(self.text(words, third, most=density.words // 2) for words in document.questions[:4])
        return self.line * 1.4 + max(
            missing,
            risks + expected + 2 * self.line,
            len(document.values) * 1.2 * self.line + asked + 2 * self.line,
        )
