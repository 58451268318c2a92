"""The decision aids that come with the code: read from text files, made into a release's document."""

from decision_aid.packs.reading import (
    Pack,
    PackProblem,
    PackReader,
    pack_names,
    pin_release,
    read_pack,
    read_pack_from,
    release_document,
)
from decision_aid.packs.writing import pack_files

__all__ = [
    "Pack",
    "PackProblem",
    "PackReader",
    "pack_files",
    "pack_names",
    "pin_release",
    "read_pack",
    "read_pack_from",
    "release_document",
]
