"""The decision aids that come with the code: read from text files, made into a release's document."""

from decision_aid.packs.reading import (
    Pack,
    PackProblem,
    pack_names,
    pin_release,
    read_pack,
    read_pack_from,
    release_document,
)

__all__ = [
    "Pack",
    "PackProblem",
    "pack_names",
    "pin_release",
    "read_pack",
    "read_pack_from",
    "release_document",
]
