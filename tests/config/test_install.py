"""The first command on a fresh machine."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from config.install import LOCK, CannotInstallError, demand, demand_python, demand_room, entry_of
from tests.processes import ROOT


def make_install(folder: Path, path: str, python: str = "python3") -> "subprocess.CompletedProcess[str]":
    """Run `make install` in a bare copy with only the tools of `path`."""
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "config").mkdir()
    shutil.copy(ROOT / "config" / "install.py", folder / "config")
    shutil.copy(LOCK, folder)
    make = shutil.which("make")
    assert make
    return subprocess.run(
        [make, "install", f"PYTHON={python}"],
        cwd=folder,
        env={"PATH": path, "HOME": os.environ.get("HOME", "/")},
        capture_output=True,
        text=True,
        check=False,
    )


def spoken(done: "subprocess.CompletedProcess[str]") -> list[str]:
    return [line for line in done.stderr.splitlines() if not line.startswith("make")]


def test_a_machine_without_python_gets_one_sentence(tmp_path: Path) -> None:
    (tools := tmp_path / "tools").mkdir()
    for tool in ("env", "touch"):
        (tools / tool).symlink_to(shutil.which(tool) or "")
    done = make_install(tmp_path, str(tools))
    assert done.returncode != 0
    assert len(spoken(done)) == 1
    assert spoken(done)[0].startswith(
        "Candor needs Python 3.11 or newer, and there is no python3: install it"
    )
    assert not (tmp_path / ".venv" / "installed").exists()


def test_a_python_that_cannot_make_environments_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    bare = tmp_path / "bare" / "python3"
    # Debian's python3 without python3-venv: everything is there but this module.
    bare.write_text(
        "#!/bin/sh\nexec python3 -c '"
        'import runpy, sys; sys.modules["ensurepip"] = None; '
        'runpy.run_path(sys.argv[1], run_name="__main__")\' "$@"\n'
    )
    bare.chmod(0o755)
    done = make_install(tmp_path, os.environ["PATH"], str(bare))
    assert done.returncode != 0
    assert spoken(done) == [
        "Python's ensurepip module is missing: install it, on Debian with `apt install python3-venv`."
    ]


@pytest.mark.parametrize("found", [(3, 10), (3, 9), (2, 7)])
def test_an_old_python_is_refused(found: tuple[int, int]) -> None:
    with pytest.raises(CannotInstallError, match=rf"and found {found[0]}\.{found[1]}: install one"):
        demand_python(found)


@pytest.mark.parametrize("found", [(3, 11), (3, 12), (4, 0)])
def test_a_newer_python_is_accepted(found: tuple[int, int]) -> None:
    demand_python(found)


def test_a_full_disk_is_refused_before_anything_is_written() -> None:
    with pytest.raises(CannotInstallError, match="has 0 MB free and the packages need"):
        demand_room(0)


def test_a_disk_that_fills_up_on_the_way_is_named() -> None:
    with pytest.raises(CannotInstallError, match="is full: free some space"):
        demand(["sh", "-c", "echo 'ERROR: [Errno 28] No space left on device' >&2; exit 1"], "Not installed")


def test_a_failure_is_told_by_its_own_error() -> None:
    with pytest.raises(CannotInstallError) as refusal:
        demand(["sh", "-c", "echo 'ERROR: no such index'; echo; echo 'a notice'; exit 1"], "Not installed")
    assert str(refusal.value) == "Not installed: ERROR: no such index"


def test_the_lock_pins_uv_with_its_hashes() -> None:
    lines = entry_of("uv", LOCK.read_text()).splitlines()
    assert lines[0].startswith("uv==")
    assert all(line.strip().startswith("--hash=sha256:") for line in lines[1:])
    assert len(lines) > 1


def test_the_locks_name_no_host() -> None:
    for lock in (LOCK, LOCK.with_name("requirements.lock")):
        assert "://" not in lock.read_text()


def test_every_locked_package_has_hashes() -> None:
    for lock in (LOCK, LOCK.with_name("requirements.lock")):
        text = lock.read_text()
        for line in text.splitlines():
            if "==" in line and not line.startswith((" ", "#")):
                assert "--hash=" in entry_of(line.split("==")[0], text)
