"""The decision aids that come with the code, as reviewed text files."""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
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
    DUPLICATE_KEY = "duplicate_key"
    NOT_A_LIST = "not_a_list"
    NOT_AN_OBJECT = "not_an_object"
    UNKNOWN_OPTION = "unknown_option"
    FACT_ASKED_TWICE = "fact_asked_twice"


@dataclass(frozen=True, slots=True)
class Pack:
    """A decision aid's files: its questionnaires by name, and the ruleset document without what is derived.

    `aid` lacks `version`, `questionnaires` and `facts`: a release pins those.
    """

    questionnaires: Mapping[str, Mapping[str, object]]
    aid: Mapping[str, object]


class _StrictLoader(yaml.CSafeLoader):
    """YAML as JSON has it: no name twice in an object; days, and words such as yes and off, stay text."""


def _unrepeated(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Hashable, object]:
    seen: set[str] = set()
    for key, _ in node.value:
        if key.value in seen:
            place = f"line {key.start_mark.line + 1}"
            sentence = f"“{key.value}” is given more than once, so it is not clear which is meant."
            raise ProblemsFound([Problem(PackProblem.DUPLICATE_KEY, place, sentence)])
        seen.add(key.value)
    return loader.construct_mapping(node, deep=True)


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unrepeated)
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
    reader = _PackReader(folder)
    pack = reader.pack()
    if reader.problems:
        raise ProblemsFound(reader.problems)
    return pack


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


class _PackReader:
    """Reads a folder's files, noting problems as it goes."""

    def __init__(self, folder: Traversable) -> None:
        self.folder = folder
        self.problems: list[Problem] = []

    def pack(self) -> Pack:
        questionnaires = {name: self.mapping(f"{name}.yaml") for name in QUESTIONNAIRES}
        aid = dict(self.mapping("aid.yaml"))
        order = aid.pop("options", None)
        aid |= {name: self.entries(f"{name}.yaml") for name in LISTS}
        aid["sources"] = [entry for file in self.files("", "sources") for entry in self.entries(file)]
        aid["options"] = self.options(order)
        aid["golden_cases"] = [case for file in self.files("golden") for case in self.one_or_several(file)]
        return Pack(questionnaires, aid)

    def options(self, order: object) -> list[object]:
        """The options in the order that `aid.yaml` lists them; those it leaves out follow by file name."""
        found = {file.removeprefix("options/").removesuffix(".yaml"): file for file in self.files("options")}
        wanted = [str(name) for name in order] if isinstance(order, list) else []
        for name in wanted:
            if name not in found:
                sentence = f"The option “{name}” is listed and has no file options/{name}.yaml."
                hint = did_you_mean(name, found)
                self.problems.append(Problem(PackProblem.UNKNOWN_OPTION, "aid.yaml/options", sentence, hint))
        names = [name for name in wanted if name in found] + [name for name in found if name not in wanted]
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
        return {}

    def entries(self, file: str) -> list[object]:
        document = self.document(file)
        if isinstance(document, list):
            return document
        if document is not None:
            self.note(PackProblem.NOT_A_LIST, file, "The file holds a list.")
        return []

    def one_or_several(self, file: str) -> list[object]:
        document = self.document(file)
        return document if isinstance(document, list) else [] if document is None else [document]

    def document(self, file: str) -> object:
        """What a file holds; None, with the problem noted, where it cannot be read or is empty."""
        try:
            document: object = yaml.load((self.folder / file).read_text("utf-8"), Loader=_StrictLoader)  # noqa: S506  a safe loader, made stricter
        except FileNotFoundError:
            self.note(PackProblem.MISSING_FILE, file, "The pack has no such file.")
            return None
        except ProblemsFound as found:
            self.problems.extend(problem.within(file) for problem in found.problems)
            return None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            self.note(PackProblem.NOT_YAML, file, f"The file is not YAML: {' '.join(str(error).split())}.")
            return None
        if document is None:
            self.note(PackProblem.NOT_YAML, file, "The file is empty.")
        return document

    def note(self, code: PackProblem, file: str, sentence: str) -> None:
        self.problems.append(Problem(code, file, sentence))
