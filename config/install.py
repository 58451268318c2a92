"""Installs the locked packages into .venv; plain enough for an old Python to read and refuse."""

import errno
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements-dev.lock"
OLDEST = (3, 11)
NEW_MB = 900  # what an installation takes
MORE_MB = 100  # what an update of one may take
SIGNS_OF_A_FULL_DISK = ("no space left on device", "disk quota exceeded")


class CannotInstallError(Exception):
    """Nothing can be installed; the message is one sentence for the person at the terminal."""


def main() -> None:
    """Make .venv where it is missing and give it exactly the packages of the lock file."""
    try:
        demand_python(sys.version_info[:2])
        demand_room(shutil.disk_usage(ROOT).free // 1_000_000)
        if not runs([str(PYTHON), "-m", "pip", "--version"]):
            make_venv()
        install_packages()
    except CannotInstallError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(
            full_disk() if error.errno in (errno.ENOSPC, errno.EDQUOT) else f"Nothing installed: {error}."
        )


def demand_python(found: "tuple[int, ...]") -> None:
    """Refuse a Python that is too old, or that cannot make environments."""
    if found < OLDEST:
        raise CannotInstallError(
            f"Candor needs Python 3.11 or newer and found {found[0]}.{found[1]}: install one and name it,"
            " as in `make install PYTHON=python3.11`."
        )
    for module in ("venv", "ensurepip"):
        try:
            __import__(module)
        except ImportError:
            raise CannotInstallError(
                f"Python's {module} module is missing: install it, on Debian with `apt install python3-venv`."
            ) from None


def demand_room(free_mb: int) -> None:
    """Refuse a disk that cannot hold the packages."""
    needed = MORE_MB if PYTHON.exists() else NEW_MB
    if free_mb < needed:
        raise CannotInstallError(
            f"The disk that holds {ROOT} has {free_mb} MB free and the packages need {needed} MB."
        )


def make_venv() -> None:
    """Make .venv anew; what was there, if anything, does not run."""
    demand([sys.executable, "-m", "venv", "--clear", str(VENV)], "The environment .venv could not be made")


def install_packages() -> None:
    """Bring .venv to the lock file's packages, each checked against its hash.

    uv does it in seconds and comes from the same lock; where it cannot reach an index that pip is set up
    for, pip does it.
    """
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--disable-pip-version-check"]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as only_uv:
        only_uv.write(entry_of("uv", LOCK.read_text()))
        only_uv.flush()
        demand([*pip, "--requirement", only_uv.name], "The packages could not be installed")
    uv = [
        str(VENV / "bin" / "uv"),
        "pip",
        "sync",
        "--quiet",
        "--python",
        str(PYTHON),
        "--require-hashes",
        str(LOCK),
    ]
    if not runs(uv):
        demand([*pip, "--requirement", str(LOCK)], "The packages could not be installed")


def entry_of(package: str, lock: str) -> str:
    """Return the lines of the lock file that pin `package`, with its hashes."""
    lines = lock.split("\n")
    first = next(number for number, line in enumerate(lines) if line.startswith(f"{package}=="))
    last = first
    while lines[last].endswith("\\"):
        last += 1
    return "\n".join(lines[first : last + 1]) + "\n"


def runs(command: "list[str]") -> bool:
    """Run a command quietly; whether it succeeded."""
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own list
    except OSError:
        return False
    return done.returncode == 0


def demand(command: "list[str]", otherwise: str) -> None:
    """Run a command that must succeed; its own last words become part of the one sentence."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own list
    words = done.stdout + done.stderr
    if done.returncode == 0:
        return
    if any(sign in words.lower() for sign in SIGNS_OF_A_FULL_DISK):
        raise CannotInstallError(full_disk())
    said = [line.strip() for line in words.split("\n") if line.strip()]
    errors = [line for line in said if line.lower().startswith("error")]
    raise CannotInstallError(f"{otherwise}: {(errors or said or ['no reason was given'])[-1]}")


def full_disk() -> str:
    """Return the sentence for a disk that filled up on the way."""
    return f"The disk that holds {ROOT} is full: free some space and run the command again."


if __name__ == "__main__":
    main()
