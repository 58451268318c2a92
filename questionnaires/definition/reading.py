"""A questionnaire's document, read into a definition or into the full list of what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

from questionnaires.definition.digest import JSON, json_number
from questionnaires.definition.expressions import Expression, ExpressionProblem, parse_condition
from questionnaires.definition.facts import (
    CODE_IN_WORDS,
    CODED,
    FactKind,
    FactType,
    in_words,
    is_code,
    listed,
    read_range,
    shortened,
)
from questionnaires.definition.problems import Problem, ProblemsFound, did_you_mean
from questionnaires.definition.schema import (
    NONE_OF_THESE,
    WIDGETS,
    AnswerOption,
    Audience,
    Consent,
    Definition,
    Question,
    Section,
    Widget,
)
from questionnaires.definition.standard_codes import SYSTEMS, mistake_in

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
MOST_RATING_BUTTONS = 11


class DefinitionProblem(StrEnum):
    """What can be wrong with a questionnaire's document, besides an `ExpressionProblem` in a condition."""

    NOT_AN_OBJECT = "not_an_object"
    NOT_A_LIST = "not_a_list"
    MISSING_KEY = "missing_key"
    UNKNOWN_KEY = "unknown_key"
    WRONG_TYPE = "wrong_type"
    BAD_CODE = "bad_code"
    REPEATED_CODE = "repeated_code"
    UNKNOWN_AUDIENCE = "unknown_audience"
    BAD_LANGUAGE = "bad_language"
    NO_SECTIONS = "no_sections"
    NO_QUESTIONS = "no_questions"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_WIDGET = "unknown_widget"
    UNSUITABLE_WIDGET = "unsuitable_widget"
    BAD_RANGE = "bad_range"
    TOO_FEW_OPTIONS = "too_few_options"
    MISPLACED_OPTIONS = "misplaced_options"
    MISPLACED_EXCLUSIVE = "misplaced_exclusive"
    MISPLACED_EACH_A_FACT = "misplaced_each_a_fact"
    NONE_OF_THESE_MISSING = "none_of_these_missing"
    ASKED_LATER = "asked_later"
    BAD_STANDARD_CODE = "bad_standard_code"


DEFINITION_KEYS = ("code", "audience", "title", "language", "intro", "consent", "sections")
CONSENT_KEYS = ("title", "text")
SECTION_KEYS = ("code", "title", "intro", "shown_when", "questions")
QUESTION_KEYS = (
    *("code", "type", "text", "help", "why", "required", "unsure", "private", "range", "unit", "widget"),
    *("low_label", "high_label", "shown_when", "options", "each_a_fact", "codes"),
)
OPTION_KEYS = ("code", "label", "help", "exclusive", "codes")


def read_definition(document: object) -> Definition:
    """The questionnaire that the document describes.

    Raises ProblemsFound with every `DefinitionProblem`, and every `ExpressionProblem` of its conditions.
    Places are like “sections/2/questions/0/shown_when”, counted from 0.
    """
    return _Reader().definition(document)


def readable_types(document: object) -> dict[str, FactType]:
    """The facts of those questions that can be read, by code in their order, whatever else is wrong."""
    reader = _Reader()
    with suppress(ProblemsFound):
        reader.definition(document)
    return reader.types


def definition_document(definition: Definition) -> dict[str, JSON]:
    """The questionnaire as a JSON-ready document, which reads back as the same; what is empty is left out."""
    document: dict[str, JSON] = {
        "code": definition.code,
        "audience": definition.audience.value,
        "title": definition.title,
        "language": definition.language,
        "intro": definition.intro,
    }
    if definition.consent:
        document["consent"] = {"title": definition.consent.title, "text": list(definition.consent.text)}
    document["sections"] = [_section_document(section) for section in definition.sections]
    return _without_empty(document)


def _section_document(section: Section) -> JSON:
    return _without_empty(
        {
            "code": section.code,
            "title": section.title,
            "intro": section.intro,
            "shown_when": section.shown_when.text if section.shown_when else "",
            "questions": [_question_document(question) for question in section.questions],
        }
    )


def _question_document(question: Question) -> JSON:
    ends = [None if end is None else json_number(end) for end in (question.minimum, question.maximum)]
    return _without_empty(
        {
            "code": question.code,
            "type": question.kind.value,
            "text": question.text,
            "help": question.help,
            "why": question.why,
            "required": question.required,
            "unsure": question.unsure,
            "private": question.private,
            "range": None if ends == [None, None] else list(ends),
            "unit": question.unit,
            "widget": question.widget.value,
            "low_label": question.low_label,
            "high_label": question.high_label,
            "shown_when": question.shown_when.text if question.shown_when else "",
            "options": [_option_document(option) for option in question.options],
            "each_a_fact": question.each_a_fact,
            "codes": dict(question.codes),
        }
    )


def _option_document(option: AnswerOption) -> JSON:
    return _without_empty(
        {
            "code": option.code,
            "label": option.label,
            "help": option.help,
            "exclusive": option.exclusive,
            "codes": dict(option.codes),
        }
    )


def _without_empty(document: dict[str, JSON]) -> dict[str, JSON]:
    return {key: value for key, value in document.items() if value not in (None, "", False, [], {})}


class _Fields:
    """One object of the document: gives its values by key, and tells the reader what is wrong with them."""

    def __init__(self, reader: "_Reader", document: object, place: str, keys: Sequence[str]) -> None:
        self.reader = reader
        self.place = place
        self.values: Mapping[object, object] = {}
        if not isinstance(document, Mapping):
            sentence = f"An object with {listed(keys)} belongs here, not {in_words(document)}."
            reader.report(DefinitionProblem.NOT_AN_OBJECT, place, sentence)
            return
        self.values = document
        for key in document:
            if key not in keys:
                sentence = f"There is no “{shortened(str(key))}” here."
                self.report(DefinitionProblem.UNKNOWN_KEY, str(key), sentence, did_you_mean(str(key), keys))

    def report(self, problem: str, key: str, sentence: str, hint: str = "") -> None:
        self.reader.report(problem, f"{self.place}/{key}" if self.place else key, sentence, hint)

    def text(self, key: str) -> str:
        """An optional text without blanks around it; “” where there is none."""
        value = self.values.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            hint = "Put it between quotation marks." if isinstance(value, bool | int | float) else ""
            self.report(DefinitionProblem.WRONG_TYPE, key, f"Text belongs here, not {in_words(value)}.", hint)
            return ""
        return value.strip()

    def needed_text(self, key: str) -> str:
        value = self.text(key)
        if not value and (self.values.get(key) is None or isinstance(self.values[key], str)) and self.values:
            self.report(DefinitionProblem.MISSING_KEY, key, f"A text for “{key}” is missing.")
        return value

    def code(self, taken: set[str]) -> str:
        """A code that nothing else in `taken` has; it is added to them."""
        value = self.values.get("code")
        if value is None or value == "":
            if self.values:
                self.report(DefinitionProblem.MISSING_KEY, "code", "A code is missing.")
            return ""
        if not is_code(value):
            hint = "Put it between quotation marks." if isinstance(value, bool) else ""
            sentence = f"A code is {CODE_IN_WORDS}, not {in_words(value)}."
            self.report(DefinitionProblem.BAD_CODE, "code", sentence, hint)
            return ""
        code = str(value)
        if code in taken:
            sentence = f"The code “{code}” is already used; each needs its own."
            self.report(DefinitionProblem.REPEATED_CODE, "code", sentence)
        taken.add(code)
        return code

    def flag(self, key: str) -> bool:
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.report(DefinitionProblem.WRONG_TYPE, key, f"true or false belongs here, not {in_words(value)}.")
        return False

    def standard_codes(self) -> dict[str, str]:
        """What this is called in other code systems, in the systems' order; a wrong code is reported."""
        if self.values.get("codes") is None:
            return {}
        place = f"{self.place}/codes"
        given = _Fields(self.reader, self.values["codes"], place, tuple(SYSTEMS))
        codes = {system: code for system in SYSTEMS if (code := given.text(system))}
        for system, code in codes.items():
            if mistake := mistake_in(system, code):
                given.report(DefinitionProblem.BAD_STANDARD_CODE, system, mistake)
        return codes

    def items(self, key: str) -> Sequence[object]:
        value = self.values.get(key)
        if self.is_list(key):
            return value if isinstance(value, list | tuple) else ()
        self.report(DefinitionProblem.NOT_A_LIST, key, f"A list belongs here, not {in_words(value)}.")
        return ()

    def is_list(self, key: str) -> bool:
        """Whether a list stands there, or nothing."""
        return isinstance(self.values.get(key), list | tuple | None)


class _Condition:
    """A condition's text, kept until all facts are known, and which questions come before it."""

    def __init__(self, text: str, place: str, asked: set[str]) -> None:
        self.text = text
        self.place = place
        self.asked_before = frozenset(asked)


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.types: dict[str, FactType] = {}
        self.asked: set[str] = set()
        self.lists_of_facts: set[str] = set()  # the codes of questions that are no fact themselves
        self.conditions: dict[tuple[int, int | None], _Condition] = {}

    def report(self, problem: str, place: str, sentence: str, hint: str = "") -> None:
        self.problems.append(Problem(problem, place, sentence, hint))

    def definition(self, document: object) -> Definition:
        fields = _Fields(self, document, "", DEFINITION_KEYS)
        code = fields.code(set())
        audience = self._audience(fields)
        title, language, intro = fields.needed_text("title"), self._language(fields), fields.text("intro")
        consent = self._consent(fields)
        codes: set[str] = set()
        entries = fields.items("sections")
        if not entries and fields.values and fields.is_list("sections"):
            fields.report(DefinitionProblem.NO_SECTIONS, "sections", "The questionnaire has no section yet.")
        sections = [self._section(entry, position, codes) for position, entry in enumerate(entries)]
        sections = self._with_conditions(sections)
        if self.problems:
            raise ProblemsFound(self.problems)
        return Definition(code, audience, title, language, intro, consent, tuple(sections))

    def _audience(self, fields: _Fields) -> Audience:
        value = fields.needed_text("audience")
        if value in tuple(Audience):
            return Audience(value)
        if value:
            sentence = f"The audience is {listed(Audience)}, not “{shortened(value)}”."
            fields.report(DefinitionProblem.UNKNOWN_AUDIENCE, "audience", sentence)
        return Audience.PATIENT

    def _language(self, fields: _Fields) -> str:
        language = fields.needed_text("language")
        if language and not LANGUAGE.fullmatch(language):
            sentence = f"A language is a code such as en or pt-BR, not “{shortened(language)}”."
            fields.report(DefinitionProblem.BAD_LANGUAGE, "language", sentence)
        return language

    def _consent(self, fields: _Fields) -> Consent | None:
        if fields.values.get("consent") is None:
            return None
        consent = _Fields(self, fields.values["consent"], "consent", CONSENT_KEYS)
        title = consent.needed_text("title")
        paragraphs: list[str] = []
        for position, paragraph in enumerate(consent.items("text")):
            if isinstance(paragraph, str):
                paragraphs.append(paragraph.strip())
            else:
                sentence = f"A paragraph of text belongs here, not {in_words(paragraph)}."
                consent.report(DefinitionProblem.WRONG_TYPE, f"text/{position}", sentence)
        paragraphs = [paragraph for paragraph in paragraphs if paragraph]
        if consent.values and not paragraphs:
            consent.report(
                DefinitionProblem.MISSING_KEY, "text", "The paragraphs of the consent are missing."
            )
        return Consent(title, tuple(paragraphs))

    def _section(self, entry: object, position: int, codes: set[str]) -> Section:
        place = f"sections/{position}"
        fields = _Fields(self, entry, place, SECTION_KEYS)
        code, title, intro = fields.code(codes), fields.needed_text("title"), fields.text("intro")
        self._keep_condition(fields, (position, None))
        entries = fields.items("questions")
        if not entries and fields.values and fields.is_list("questions"):
            fields.report(DefinitionProblem.NO_QUESTIONS, "questions", "The section has no question yet.")
        questions = tuple(
            self._question(question, f"{place}/questions/{number}", (position, number))
            for number, question in enumerate(entries)
        )
        return Section(code, title, intro, None, questions)

    def _question(self, entry: object, place: str, position: tuple[int, int]) -> Question:
        fields = _Fields(self, entry, place, QUESTION_KEYS)
        self._keep_condition(fields, position)
        code = fields.code(self.asked)
        kind = self._kind(fields)
        minimum, maximum = self._range(fields, kind)
        question = Question(
            code,
            kind or FactKind.TEXT,
            fields.needed_text("text"),
            fields.text("help"),
            fields.text("why"),
            fields.flag("required"),
            fields.flag("unsure"),
            fields.flag("private"),
            minimum,
            maximum,
            fields.text("unit"),
            self._widget(fields, kind, minimum, maximum),
            fields.text("low_label"),
            fields.text("high_label"),
            self._options(fields, kind),
            fields.flag("each_a_fact"),
            codes=fields.standard_codes(),
        )
        if question.each_a_fact:
            self._check_each_a_fact(fields, question, kind)
        if code and kind and fields.is_list("options"):
            for fact, fact_type in question.types.items():
                self.types.setdefault(fact, fact_type)
        return question

    def _check_each_a_fact(self, fields: _Fields, question: Question, kind: FactKind | None) -> None:
        """Options that are facts: of a list with “none of these”, each a name that nothing else has."""
        self.lists_of_facts.add(question.code)
        if (kind and kind is not FactKind.CODES) or question.widget is Widget.BODY_MAP:
            sentence = "Only the options of a list of type codes can each be a fact."
            fields.report(DefinitionProblem.MISPLACED_EACH_A_FACT, "each_a_fact", sentence, "Leave it out.")
        if not any(option.code == NONE_OF_THESE for option in question.options):
            sentence = f"What is not ticked is “no”, so somebody must be able to choose “{NONE_OF_THESE}”."
            fields.report(DefinitionProblem.NONE_OF_THESE_MISSING, "options", sentence, "Add that option.")
        for position, option in enumerate(question.options):
            if option.code == NONE_OF_THESE:
                continue
            place = f"options/{position}"
            if option.exclusive:
                sentence = f"Only “{NONE_OF_THESE}” excludes the others where each option is a fact."
                fields.report(DefinitionProblem.MISPLACED_EXCLUSIVE, f"{place}/exclusive", sentence)
            if option.code in self.asked:
                sentence = f"The code “{option.code}” is already used; each fact needs its own."
                fields.report(DefinitionProblem.REPEATED_CODE, f"{place}/code", sentence)
            self.asked.add(option.code)

    def _kind(self, fields: _Fields) -> FactKind | None:
        kinds = tuple(kind.value for kind in WIDGETS)
        value = fields.needed_text("type")
        if value in kinds:
            return FactKind(value)
        if value:
            sentence = f"A question's type is {listed(kinds)}, not “{shortened(value)}”."
            fields.report(DefinitionProblem.UNKNOWN_TYPE, "type", sentence, did_you_mean(value, kinds))
        return None

    def _range(self, fields: _Fields, kind: FactKind | None) -> tuple[Decimal | None, Decimal | None]:
        if kind:
            try:
                return read_range(fields.values.get("range"), kind)
            except ValueError as error:
                fields.report(DefinitionProblem.BAD_RANGE, "range", str(error))
        return None, None

    def _widget(
        self, fields: _Fields, kind: FactKind | None, minimum: Decimal | None, maximum: Decimal | None
    ) -> Widget:
        value = fields.text("widget")
        if value and value not in tuple(Widget):
            sentence = f"A widget is {listed(Widget)}, not “{shortened(value)}”."
            fields.report(
                DefinitionProblem.UNKNOWN_WIDGET, "widget", sentence, did_you_mean(value, tuple(Widget))
            )
            return Widget.LONG_TEXT
        if not kind:
            return Widget.LONG_TEXT
        widget = Widget(value) if value else WIDGETS[kind][0]
        if widget not in WIDGETS[kind]:
            sentence = f"The widget {widget} does not suit the type {kind}; {listed(WIDGETS[kind])} does."
            fields.report(DefinitionProblem.UNSUITABLE_WIDGET, "widget", sentence)
        elif widget is Widget.RATING and (
            minimum is None or maximum is None or maximum - minimum >= MOST_RATING_BUTTONS
        ):
            sentence = (
                f"A rating needs a range of at most {MOST_RATING_BUTTONS} whole numbers, such as [0, 10]."
            )
            fields.report(DefinitionProblem.UNSUITABLE_WIDGET, "widget", sentence)
        return widget

    def _options(self, fields: _Fields, kind: FactKind | None) -> tuple[AnswerOption, ...]:
        entries = fields.items("options")
        if kind and kind not in CODED:
            if entries:
                sentence = f"Options are for the types code and codes, not for the type {kind}."
                fields.report(DefinitionProblem.MISPLACED_OPTIONS, "options", sentence)
            return ()
        codes: set[str] = set()
        options = tuple(
            self._option(entry, f"{fields.place}/options/{position}", kind, codes)
            for position, entry in enumerate(entries)
        )
        if kind and len(options) < 2 and fields.is_list("options"):
            sentence = "A question to choose from needs at least two options."
            fields.report(DefinitionProblem.TOO_FEW_OPTIONS, "options", sentence)
        return options

    def _option(self, entry: object, place: str, kind: FactKind | None, codes: set[str]) -> AnswerOption:
        fields = _Fields(self, entry, place, OPTION_KEYS)
        code, exclusive = fields.code(codes), fields.flag("exclusive")
        if exclusive and kind is FactKind.CODE:
            sentence = "Only one answer can be chosen here, so that none excludes another."
            fields.report(DefinitionProblem.MISPLACED_EXCLUSIVE, "exclusive", sentence, "Leave it out.")
        if code == NONE_OF_THESE and kind is FactKind.CODES and not exclusive:
            sentence = f"“{NONE_OF_THESE}” means that no other option is chosen, so it must be exclusive."
            fields.report(
                DefinitionProblem.MISPLACED_EXCLUSIVE, "exclusive", sentence, "Write exclusive: true."
            )
        label, words, standard = fields.needed_text("label"), fields.text("help"), fields.standard_codes()
        return AnswerOption(code, label, words, exclusive, standard)

    def _keep_condition(self, fields: _Fields, position: tuple[int, int | None]) -> None:
        if text := fields.text("shown_when"):
            self.conditions[position] = _Condition(text, f"{fields.place}/shown_when", self.asked)

    def _with_conditions(self, sections: Sequence[Section]) -> list[Section]:
        """The sections with their conditions, which are read last, when all facts are known."""
        read = {position: self._expression(condition) for position, condition in self.conditions.items()}
        return [
            replace(
                section,
                shown_when=read.get((place, None)),
                questions=tuple(
                    replace(question, shown_when=read.get((place, number)))
                    for number, question in enumerate(section.questions)
                ),
            )
            for place, section in enumerate(sections)
        ]

    def _expression(self, condition: _Condition) -> Expression | None:
        try:
            expression = parse_condition(condition.text, self.types)
        except ProblemsFound as found:
            for problem in found.problems:
                if not self._follows_from_another(problem, condition):
                    sentence = f"At {problem.place}: {problem.sentence}"
                    self.report(problem.code, condition.place, sentence, problem.hint)
            return None
        for fact in sorted(expression.facts - condition.asked_before):
            sentence = f"The condition reads %{fact}, which is not asked before it."
            hint = "Move that question up, or this one down."
            self.report(DefinitionProblem.ASKED_LATER, condition.place, sentence, hint)
        return expression

    def _follows_from_another(self, problem: Problem, condition: _Condition) -> bool:
        """Whether a fact is unknown only because its own question has a problem, which is listed already."""
        broken = self.asked - self.types.keys() - self.lists_of_facts
        return problem.code == ExpressionProblem.UNKNOWN_FACT and any(
            f"%{code}" in condition.text for code in broken
        )
