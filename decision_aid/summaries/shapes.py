"""The documents as plain data: every word and figure ready to be laid out, on a page or as a PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# A position is a share of an axis, from 0.0 (left end) to 1.0 (right end). An empty text means "there is
# nothing to say here" and its place is left out. Where `emergency` is not None, all else about options,
# figures and answers is empty, whatever the report holds.

Paper = Literal["a4", "us-letter"]
EstimateStatus = Literal[
    "shown", "not_enough_evidence", "not_like_those_studied", "source_unchecked", "does_not_apply"
]


# -- on every page ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Labelled:
    """A label and its words: "Born", "4 March 1967"."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who it is about and where it comes from; `line` names clinic, patient, birth date and number."""

    clinic_name: str
    clinic_phone: str
    patient_name: str
    birth_date: str
    patient_number: str
    surgeon_name: str
    appointment: str
    line: str
    rows: tuple[Labelled, ...]


@dataclass(frozen=True, slots=True)
class Footer:
    """What the document was made from: release, versions, time, and the hash of the report."""

    release: str
    versions: str
    made_at: str
    report_sha256: str
    release_sha256: str
    signed: str
    line: str
    hash_line: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number to call and when to call it."""

    label: str
    number: str


@dataclass(frozen=True, slots=True)
class WarningSignView:
    """A warning sign that holds, with what its reader should do and the answers that made it hold."""

    id: str
    urgency: Literal["urgent", "emergency"]
    urgency_words: str
    title: str
    advice: str
    answers: tuple[str, ...]
    cleared: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Emergency:
    """Stands in place of everything else until a clinician has cleared each emergency sign."""

    title: str
    lead: str
    signs: tuple[WarningSignView, ...]
    to_do: tuple[str, ...]
    numbers_title: str
    numbers: tuple[PhoneNumber, ...]
    withheld: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Words above everything else: an urgent sign, or that no clinician has released this yet."""

    tone: Literal["urgent", "draft"]
    title: str
    text: str


# -- estimates -------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class SourceView:
    """A source as the reader can find it; `number` is its publication's place in the list of sources.

    Several rows of one publication share a number; `id` is the row.
    """

    number: int
    id: str
    label: str
    title: str
    design: str
    reference: str
    url: str
    unchecked: bool


@dataclass(frozen=True, slots=True)
class IntervalBar:
    """A figure with its interval drawn on an axis; at `zero` the two treatments are equal.

    The axis is symmetric and carries words, not numbers: the only numbers are the figure's own.
    """

    low: float
    value: float
    high: float
    zero: float
    left_words: str
    right_words: str
    words: str


@dataclass(frozen=True, slots=True)
class HundredPeople:
    """Icon array: of 100 people, how many icons to fill for the option and for its comparator.

    Whole icons: a share above none fills at least one, a share below all leaves at least one empty.
    """

    with_option: int
    with_comparator: int | None
    option_words: str
    comparator_words: str
    words: str


@dataclass(frozen=True, slots=True)
class EstimateView:
    """One outcome of one option, for one reader. Either a figure with its interval, or why there is none.

    `headline` is the sentence to read first, whatever the status. `figure`, `interval`, `bar` and `hundred`
    are empty for a reader who must not see a number; then `withheld` says why, in the same room. `short` is
    the whole cell for a narrow table: "12 points less (1 to 24 less)" or "Not enough evidence".
    `verdict` is the headline under a heading that names the comparator: "Better", "No clear difference".
    `studied` is `counts` and `population` in one line; `certainty_short` is the level without its meaning.
    `contrary` is evidence that points the other way, with its sources.
    `certainty_level` is 4 for high, 3, 2, and 1 for very low; 0 where there is no figure.
    """

    outcome: str
    name: str
    status: EstimateStatus
    status_words: str
    headline: str
    verdict: str
    figure: str
    interval: str
    short: str
    direction: str
    favours: Literal["option", "comparator", "neither", ""]
    comparator: str
    comparator_id: str
    horizon: str
    studied: str
    counts: str
    population: str
    certainty: str
    certainty_short: str
    certainty_level: int
    caveat: str
    contrary: str
    withheld: str
    sources: tuple[SourceView, ...]
    bar: IntervalBar | None
    hundred: HundredPeople | None


# -- the surgeon's sheet ---------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ScaleView:
    """A scale's value with its band, or what is missing to score it."""

    id: str
    title: str
    value: str
    band: str
    meaning: str
    missing: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class BandSegment:
    """One candidacy band on the points axis."""

    candidacy: str
    title: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class CandidacyBar:
    """The interval of points over what is unknown, on bands; one axis for all options of the document."""

    low: float
    high: float
    bands: tuple[BandSegment, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule counts for or against an option; `points` is "+2", "−1", "required" or "excludes"."""

    rule: str
    text: str
    points: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A question whose answer can still change the candidacy, and whom to ask ("the patient", "you")."""

    code: str
    question: str
    ask: str


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A rule of an option, what it held, what it added, and the answers that it read."""

    rule: str
    kind: str
    holds: bool | None
    holds_words: str
    points: str
    reason: str
    answers: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OverrideView:
    """A clinician's changed judgement: to what, from what, why, by whom and when."""

    candidacy: str
    words: str
    computed_words: str
    reason: str
    by: str
    at: str
    sentence: str


@dataclass(frozen=True, slots=True)
class SurgeonOption:
    """One option on the surgeon's sheet; `candidacy` is what stands: the override where there is one."""

    id: str
    title: str
    approach: str
    compares_with: str
    candidacy: str
    candidacy_words: str
    computed_candidacy: str
    computed_words: str
    override: OverrideView | None
    points: str
    bar: CandidacyBar
    reasons_for: tuple[Reason, ...]
    reasons_against: tuple[Reason, ...]
    missing: tuple[MissingFact, ...]
    ledger: tuple[LedgerRow, ...]
    changes: tuple[str, ...]
    estimates: tuple[EstimateView, ...]
    evidence: str
    hidden: str


@dataclass(frozen=True, slots=True)
class ModifiableView:
    """A risk that can be lowered before an operation, the patient's own answer, and what to do."""

    fact: str
    answer: str
    advice: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rating:
    """A 0-to-10 answer; `position` is its place on that line."""

    code: str
    label: str
    words: str
    position: float


@dataclass(frozen=True, slots=True)
class SurgeonDocument:
    """One page for a surgeon with a minute.

    `options` hold every option but the not indicated, in the release's order with no surgery first; those are
    in `not_indicated`, and as one line in `not_indicated_words`.
    """

    kind: Literal["surgeon"]
    title: str
    language: str
    paper: Paper
    identity: Identity
    emergency: Emergency | None
    warning_signs: tuple[WarningSignView, ...]
    unanswered_warning_signs: str
    own_words: tuple[Labelled, ...]
    glance: tuple[Labelled, ...]
    scales: tuple[ScaleView, ...]
    options: tuple[SurgeonOption, ...]
    not_indicated: tuple[SurgeonOption, ...]
    not_indicated_words: str
    missing: tuple[MissingFact, ...]
    modifiable: tuple[ModifiableView, ...]
    expectations: tuple[Labelled, ...]
    values: tuple[Rating, ...]
    questions: tuple[str, ...]
    sources: tuple[SourceView, ...]
    addenda: tuple[Labelled, ...]
    draft_note: str
    answered_by: str
    footer: Footer


# -- the patient's summary -------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class RecoveryStep:
    """One step of a recovery; every option has the same steps. `known` is whether a source says when."""

    milestone: str
    label: str
    words: str
    known: bool
    sources: tuple[SourceView, ...]


@dataclass(frozen=True, slots=True)
class PatientOption:
    """One option for the patient, with the same outcomes in the same order as every other option.

    `living` has everything about living with it, in lines; `like`, `recovery` and `exercise` are its parts.
    `letter` stands for it where its title would take too much room: A is care without an operation.
    """

    id: str
    letter: str
    title: str
    approach: str
    compares_with: str
    summary: str
    what_happens: str
    living: tuple[Labelled, ...]
    like: tuple[Labelled, ...]
    recovery: tuple[RecoveryStep, ...]
    exercise: str
    candidacy: str
    candidacy_words: str
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    missing: tuple[str, ...]
    changed: str
    estimates: tuple[EstimateView, ...]


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One outcome across the shown options: `cells` are in the order of `PatientDocument.options`."""

    outcome: str
    name: str
    asks: str
    cells: tuple[EstimateView, ...]

    @property
    def at_different_times(self) -> bool:
        """Whether its figures were not all measured at the same time after treatment."""
        return len({cell.horizon for cell in self.cells if cell.figure}) > 1


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known about one outcome of one treatment, or alike of several, named by their letters.

    `words` are a direction or why there is no figure; then `figure` and `interval` are empty, or `words` are.
    `caveat`, `contrary` and `counts` are smaller print; `like_unknown` is whether it is unknown that the
    patient is like the people studied. `cited` are the numbers of its sources.
    """

    letters: tuple[str, ...]
    status: EstimateStatus
    words: str
    figure: str
    interval: str
    certainty_level: int
    certainty: str
    horizon: str
    like_unknown: bool
    caveat: str
    contrary: str
    counts: str
    cited: tuple[int, ...]
    bar: IntervalBar | None


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One outcome; its findings name every treatment once, in the order of the letters."""

    outcome: str
    name: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class SharedWords:
    """Words about one treatment, or alike about several, named by their letters."""

    letters: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class LivingRow:
    """One part of what treatment is like; `said` names the treatments by their letters."""

    label: str
    said: tuple[SharedWords, ...]


@dataclass(frozen=True, slots=True)
class SetAside:
    """An option that is not for this patient, in one line; `candidacy` is excluded or not_indicated."""

    id: str
    title: str
    candidacy: str
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class PatientDocument:
    """The options side by side, no surgery first: what is known, what is not, and what matters to me.

    `outcomes` has every outcome with the cells of every option; `findings` is the same for paper, where what
    is alike of several options is said once. So are `reasons_for`, `reasons_against`, `missing`, `studied`
    (who was) and `like` (every option's `living`, part by part). `cited` are the sources of the findings, by
    their numbers, in a few words.
    """

    kind: Literal["patient"]
    title: str
    language: str
    paper: Paper
    identity: Identity
    emergency: Emergency | None
    notices: tuple[Notice, ...]
    warning_signs: tuple[WarningSignView, ...]
    decision: str
    condition: str
    how_to_use: tuple[str, ...]
    reading_figures: tuple[str, ...]
    reading_findings: tuple[str, ...]
    options: tuple[PatientOption, ...]
    reasons_for: tuple[SharedWords, ...]
    reasons_against: tuple[SharedWords, ...]
    missing: tuple[SharedWords, ...]
    outcomes: tuple[OutcomeRow, ...]
    findings: tuple[FindingRow, ...]
    studied: tuple[SharedWords, ...]
    like: tuple[LivingRow, ...]
    set_aside: tuple[SetAside, ...]
    modifiable: tuple[ModifiableView, ...]
    values: tuple[Rating, ...]
    expectations: tuple[Labelled, ...]
    questions: tuple[str, ...]
    writing_prompts: tuple[str, ...]
    gaps: tuple[str, ...]
    draft_note: str
    about: tuple[Labelled, ...]
    sources: tuple[SourceView, ...]
    cited: tuple[Labelled, ...]
    more: str
    footer: Footer


# -- the copy of the answers -----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class AnswersSection:
    """A section's title and its questions with their answers."""

    title: str
    answers: tuple[Labelled, ...]


@dataclass(frozen=True, slots=True)
class AnswersDocument:
    """The patient's own answers, as they were submitted."""

    kind: Literal["answers"]
    title: str
    language: str
    paper: Paper
    identity: Identity
    emergency: Emergency | None
    notices: tuple[Notice, ...]
    warning_signs: tuple[WarningSignView, ...]
    intro: str
    answered_by: str
    sections: tuple[AnswersSection, ...]
    footer: Footer


SummaryDocument = SurgeonDocument | PatientDocument | AnswersDocument


# -- the letter ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class LetterFooter:
    """What stands under a letter, and the moment it was made."""

    line: str
    hash_line: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class LetterDocument:
    """The letter that invites a patient to the form: whom they see, and how to open it.

    It names no condition, treatment or answer. `address` and `code` together are the link: its secret is in
    this document and nowhere else, so it is rendered for the person who asked and never stored. `qr_words`
    say what the QR code is to those who cannot see it.
    """

    kind: Literal["letter"]
    title: str
    language: str
    paper: Paper
    identity: Identity
    clinic_address: str
    heading: str
    greeting: str
    opening: tuple[str, ...]
    appointment: tuple[Labelled, ...]
    qr_words: str
    steps: tuple[str, ...]
    address: str
    code: str
    typing: str
    help: tuple[Labelled, ...]
    numbers: tuple[PhoneNumber, ...]
    closing: str
    footer: LetterFooter


PrintedDocument = SummaryDocument | LetterDocument


# -- for machines ----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF, for machines: its name, what it is, and its text."""

    name: str
    mime_type: str
    description: str
    text: str
