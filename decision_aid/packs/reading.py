"""The decision aids that come with the code, as reviewed text files."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable

import yaml

from questionnaires.definition.digest import sha256_of
from questionnaires.definition.facts import FactType, fact_type_document
from questionnaires.definition.problems import Problem, ProblemsFound, did_you_mean
from questionnaires.definition.reading import definition_document, read_definition
from questionnaires.definition.schema import Definition

QUESTIONNAIRES = ("intake", "findings")
LISTS = ("scales", "warning_signs", "outcomes", "modifiers")
FIRST_VERSION = 1
LOOSE_TAGS = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")


class PackProblem(StrEnum):
    """What can be wrong with a pack's files, before anybody looks at what they say."""

    UNKNOWN_PACK = "unknown_pack"
    MISSING_FILE = "missing_file"
    NOT_YAML = "not_yaml"
    NOT_TEXT = "not_text"
    DUPLICATE_KEY = "duplicate_key"
    NOT_A_LIST = "not_a_list"
    NOT_AN_OBJECT = "not_an_object"
    UNKNOWN_OPTION = "unknown_option"
    FACT_ASKED_TWICE = "fact_asked_twice"
    BAD_FILE_NAME = "bad_file_name"
    SAME_FILE = "same_file"


@dataclass(frozen=True, slots=True)
class Pack:
    """A decision aid's files: its questionnaires by name, and the ruleset document without what is derived.

    `aid` lacks `version`, `questionnaires` and `facts`: a release pins those. `translations` are objects by
    language: `declared`, and words by place of `aid`, `intake` and `findings`.
    """

    questionnaires: Mapping[str, Mapping[str, object]]
    aid: Mapping[str, object]
    translations: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


class _StrictLoader(yaml.CSafeLoader):
    """YAML as JSON has it: no name twice in an object; days, and words such as yes and off, stay text."""


def _blemishes(
    node: yaml.Node | None, around: frozenset[int] = frozenset()
) -> Iterator[tuple[PackProblem, int, str]]:
    """A name given twice, a text that no database keeps, a part that holds itself: each with its line.

    `around` has the ids of the nodes that this one stands in.
    """
    if isinstance(node, yaml.ScalarNode):
        if "\0" in node.value:
            sentence = "A text has the character 0 in it, which no database keeps."
            yield PackProblem.NOT_TEXT, node.start_mark.line + 1, sentence
    elif node is not None and id(node) in around:
        sentence = "What begins here holds itself, by its own name (& and *)."
        yield PackProblem.NOT_YAML, node.start_mark.line + 1, sentence
    elif isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _blemishes(part, around | {id(node)})
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name in seen:
                sentence = f"“{name}” is given more than once, so it is not clear which is meant."
                yield PackProblem.DUPLICATE_KEY, key.start_mark.line + 1, sentence
            if name is not None:
                seen.add(name)
            yield from _blemishes(key, around | {id(node)})
            yield from _blemishes(value, around | {id(node)})


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in LOOSE_TAGS]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])


def pack_names() -> tuple[str, ...]:
    """The packs that come with the code."""
    here = files(__package__)
    return tuple(sorted(entry.name for entry in here.iterdir() if (entry / "aid.yaml").is_file()))


def read_pack(name: str) -> Pack:
    """The pack with this name. Raises ProblemsFound, whose places name files."""
    if name not in pack_names():
        hint = did_you_mean(name, pack_names())
        raise ProblemsFound(
            [Problem(PackProblem.UNKNOWN_PACK, name, f"There is no pack named “{name}”.", hint)]
        )
    return read_pack_from(files(__package__) / name)


def read_pack_from(folder: Traversable) -> Pack:
    """The pack in a folder."""
    reader = PackReader(folder)
    if reader.problems:
        raise ProblemsFound(reader.problems)
    return reader.pack


def release_document(pack: Pack) -> dict[str, object]:
    """The ruleset document of the pack's first version, pinned to the first versions of its questionnaires.

    Raises ProblemsFound where a questionnaire is broken, or both ask for one fact in different ways.
    """
    return pin_release(
        pack.aid,
        FIRST_VERSION,
        {name: (FIRST_VERSION, read_definition(document)) for name, document in pack.questionnaires.items()},
    )


def pin_release(
    aid: Mapping[str, object], number: int, versions: Mapping[str, tuple[int, Definition]]
) -> dict[str, object]:
    """The ruleset document of release `number`, pinned to versions of the questionnaires by name.

    Raises ProblemsFound where both questionnaires ask for one fact in different ways.
    """
    return {
        **aid,
        "version": number,
        "questionnaires": {name: _pin(*version) for name, version in versions.items()},
        "facts": _facts({name: definition for name, (_, definition) in versions.items()}),
    }


def _pin(version: int, definition: Definition) -> dict[str, object]:
    sha256 = sha256_of(definition_document(definition))
    return {"code": definition.code, "version": version, "sha256": sha256}


def _facts(definitions: Mapping[str, Definition]) -> list[dict[str, object]]:
    """Every fact that is asked and of whom; where both are asked, the clinician, whose answer wins."""
    asked: dict[str, tuple[FactType, str]] = {}
    problems: list[Problem] = []
    for name, definition in definitions.items():
        for code, fact_type in definition.types.items():
            if code in asked and asked[code][0] != fact_type:
                sentence = (
                    f"“{code}” is asked with another type, unit, range or values in an earlier questionnaire."
                )
                problems.append(Problem(PackProblem.FACT_ASKED_TWICE, f"{name}.yaml", sentence))
            asked[code] = (fact_type, str(definition.audience))
    if problems:
        raise ProblemsFound(problems)
    return [{**fact_type_document(fact_type), "from": audience} for fact_type, audience in asked.values()]


class PackReader:
    """Reads a folder's files: the pack, the problems of the files, and the line where something stands."""

    def __init__(self, folder: Traversable) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.unread: set[str] = set()
        self.nodes: dict[str, yaml.Node] = {}
        # Where the entries of each list come from: the file, and the number in it where that holds a list.
        self.origins: dict[str, list[tuple[str, int | None]]] = {}
        self.pack = self._pack()

    def _pack(self) -> Pack:
        questionnaires = {name: self.mapping(f"{name}.yaml") for name in QUESTIONNAIRES}
        aid = dict(self.mapping("aid.yaml"))
        order = aid.pop("options", None)
        aid |= {name: self.list_of(name, [f"{name}.yaml"]) for name in LISTS}
        aid["sources"] = self.list_of("sources", self.files("", "sources"))
        aid["options"] = self.options(order)
        aid["golden_cases"] = self.list_of("golden_cases", self.files("golden"), or_one=True)
        translations = {
            file.removeprefix("translations/").removesuffix(".yaml"): self.mapping(file)
            for file in self.files("translations")
        }
        return Pack(questionnaires, aid, translations)

    @property
    def unread_parts(self) -> set[str]:
        """The parts of the pack of which a file could not be read: scales, options, …"""
        tops = {file.removesuffix(".yaml").split("/")[0] for file in self.unread}
        return {"sources" if top.startswith("sources") else top for top in tops}

    def located(self, problem: Problem) -> Problem:
        """The same problem, its place led by the file and the line where it stands."""
        file, steps = self._origin(problem.place.split("/"))
        line = _line_of(self.nodes.get(file), steps)
        where = f"{file}/line {line}" if line else file
        inner = "/".join(steps)
        return Problem(problem.code, f"{where}/{inner}" if inner else where, problem.sentence, problem.hint)

    def _origin(self, steps: list[str]) -> tuple[str, list[str]]:
        """The file of a place, and the steps in it."""
        name = steps[0]
        if name in QUESTIONNAIRES:
            return f"{name}.yaml", steps[1:]
        if name == "translations" and len(steps) > 1:
            return f"translations/{steps[1]}.yaml", steps[2:]
        if name in self.origins and len(steps) > 1 and steps[1].isdecimal():
            entries = self.origins[name]
            if int(steps[1]) < len(entries):
                file, number = entries[int(steps[1])]
                return file, ([] if number is None else [str(number)]) + steps[2:]
        if f"{name}.yaml" in self.nodes:
            return f"{name}.yaml", steps[1:]
        return "aid.yaml", steps

    def options(self, order: object) -> list[object]:
        """The options in the order that `aid.yaml` lists them; those it leaves out follow by file name."""
        found = {file.removeprefix("options/").removesuffix(".yaml"): file for file in self.files("options")}
        wanted = [str(name) for name in order] if isinstance(order, list) else []
        for name in wanted:
            if name not in found:
                sentence = f"The option “{name}” is listed and has no file options/{name}.yaml."
                hint = did_you_mean(name, found)
                line = _line_of(self.nodes.get("aid.yaml"), ["options", str(wanted.index(name))])
                place = f"aid.yaml/line {line}/options"
                self.problems.append(Problem(PackProblem.UNKNOWN_OPTION, place, sentence, hint))
        names = [name for name in wanted if name in found] + [name for name in found if name not in wanted]
        self.origins["options"] = [(found[name], None) for name in names]
        return [self.mapping(found[name]) for name in names]

    def files(self, folder: str, start: str = "") -> list[str]:
        """The YAML files in a folder of the pack whose names start so, by name."""
        place = self.folder / folder if folder else self.folder
        if not place.is_dir():
            return []
        names = sorted(
            entry.name
            for entry in place.iterdir()
            if entry.name.endswith(".yaml") and entry.name.startswith(start)
        )
        return [f"{folder}/{name}" if folder else name for name in names]

    def mapping(self, file: str) -> Mapping[str, object]:
        document = self.document(file)
        if isinstance(document, dict):
            return document
        if document is not None:
            self.note(PackProblem.NOT_AN_OBJECT, file, "The file holds one object.")
            self.unread.add(file)
        return {}

    def list_of(self, name: str, files: list[str], *, or_one: bool = False) -> list[object]:
        """The entries of a list that several files may hold; where `or_one`, a file may hold just one."""
        entries: list[object] = []
        origins = self.origins.setdefault(name, [])
        for file in files:
            document = self.document(file)
            if isinstance(document, list):
                entries += document
                origins += [(file, number) for number in range(len(document))]
            elif document is not None and or_one:
                entries.append(document)
                origins.append((file, None))
            elif document is not None:
                self.note(PackProblem.NOT_A_LIST, file, "The file holds a list.")
                self.unread.add(file)
        return entries

    def document(self, file: str) -> object:
        """What a file holds; None, with the problem noted, where it cannot be read or is empty."""
        document = self._document(file)
        if document is None:
            self.unread.add(file)
        return document

    def _document(self, file: str) -> object:
        raw = b""
        try:
            raw = (self.folder / file).read_bytes()
            loader = _StrictLoader(raw.decode("utf-8"))
            node = loader.get_single_node()
            blemishes = list(_blemishes(node))
            for code, line, sentence in blemishes:
                self.note(code, f"{file}/line {line}", sentence)
            if blemishes:
                return None
            if node is None:
                self.note(PackProblem.NOT_YAML, file, "The file is empty.")
                return None
            document: object = loader.construct_document(node)
        except FileNotFoundError:
            self.note(PackProblem.MISSING_FILE, file, "The pack has no such file.")
            return None
        except UnicodeDecodeError as error:
            place = f"{file}/line {_line_at(raw, error.start)}"
            self.note(PackProblem.NOT_YAML, place, "The file is not text in UTF-8.")
            return None
        except yaml.reader.ReaderError as error:
            place = f"{file}/line {_line_at(raw, error.position)}"
            self.note(PackProblem.NOT_YAML, place, "The line has a character that YAML does not allow.")
            return None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            place = f"{file}/line {mark.line + 1}" if mark else file
            self.note(PackProblem.NOT_YAML, place, f"The file is not YAML: {' '.join(str(error).split())}.")
            return None
        self.nodes[file] = node
        if document is None or document == {}:
            self.note(PackProblem.NOT_YAML, file, "The file is empty.")
            return None
        return document

    def note(self, code: PackProblem, file: str, sentence: str) -> None:
        self.problems.append(Problem(code, file, sentence))


def _line_at(raw: bytes, position: int) -> int:
    """The line of a byte of a file."""
    return raw.count(b"\n", 0, position) + 1


def _line_of(node: yaml.Node | None, steps: list[str]) -> int:
    """The line of the deepest of the steps that there is; 0 where nothing was read."""
    if node is None:
        return 0
    line = int(node.start_mark.line) + 1
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == step), None)
            if found is None:
                return line
            line, node = int(found[0].start_mark.line) + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
            node = node.value[int(step)]
            line = int(node.start_mark.line) + 1
        else:
            return line
    return line
