"""A decision aid as text files: always the same bytes for the same aid, whatever database kept it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import yaml

from decision_aid.packs.reading import LISTS, QUESTIONNAIRES, Pack, PackProblem
from questionnaires.definition.problems import Problem, ProblemsFound

LINE = 110
_A_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")

# What a reader looks for first, and lists last; everything between in the order of the alphabet, because a
# database does not keep the order of names.
_FIRST = (
    "aid",
    "id",
    "code",
    "audience",
    "language",
    "milestone",
    "outcome",
    "fact",
    "title",
    "type",
    "kind",
)
_LAST = ("rules", "estimates", "sections", "questions", "options", "facts", "expected")


class _Dumper(yaml.CSafeDumper):
    """YAML without references from one place to another."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def pack_files(pack: Pack) -> dict[str, str]:
    """The text of each file by its path in the folder.

    Raises ProblemsFound where two options or languages would be one file, or a name is none for a file.
    """
    aid = dict(pack.aid)
    options = [_object(option) for option in _list(aid.pop("options", ()))]
    cases = _list(aid.pop("golden_cases", ()))
    names = [str(option.get("id", "")) for option in options]
    _check_names(names, "options")
    _check_names(list(pack.translations), "translations")
    files = {f"{name}.yaml": _written(pack.questionnaires[name]) for name in QUESTIONNAIRES}
    files |= {f"{name}.yaml": _written(aid.pop(name, ())) for name in (*LISTS, "sources")}
    files["aid.yaml"] = _written(aid | {"options": names})
    files |= {f"options/{name}.yaml": _written(option) for name, option in zip(names, options, strict=True)}
    files["golden/cases.yaml"] = _written(cases)
    files |= {
        f"translations/{language}.yaml": _written(words) for language, words in pack.translations.items()
    }
    return dict(sorted(files.items()))


def _check_names(names: Sequence[str], place: str) -> None:
    problems = [
        Problem(PackProblem.BAD_FILE_NAME, f"{place}/{name}", f"“{name}” cannot be the name of a file.")
        for name in names
        if not _A_NAME.fullmatch(name.lower())
    ]
    problems += [
        Problem(PackProblem.SAME_FILE, f"{place}/{name}", f"{count} of them would be the file “{name}.yaml”.")
        for name, count in Counter(name.lower() for name in names).items()
        if count > 1
    ]
    if problems:
        raise ProblemsFound(problems)


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _written(document: object) -> str:
    text: str = yaml.dump(
        _ordered(document),
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=False,
        sort_keys=False,
        width=LINE,
    )
    return text


def _ordered(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _ordered(value[key]) for key in sorted(value, key=_place_of)}
    if isinstance(value, list | tuple):
        return [_ordered(part) for part in value]
    return value


def _place_of(key: object) -> tuple[int, str]:
    name = str(key)
    if name in _FIRST:
        return _FIRST.index(name), name
    return len(_FIRST) + 1 + (_LAST.index(name) + 1 if name in _LAST else 0), name
