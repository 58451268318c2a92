"""Files on a disk that are there after a power cut once a row says so."""

import os
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class DurableFileStorage(FileSystemStorage):
    """Writes a file and its folder through to the disk before it returns."""

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]  # the base leaves it open
        saved: str = super()._save(name, content)  # type: ignore[misc]  # private in the stubs, the documented hook
        path = Path(self.path(saved))
        for target in (path, path.parent):
            descriptor = os.open(target, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return saved
