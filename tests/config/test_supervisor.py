"""What `make run` does with its processes."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.supervisor import CannotRunError, Child, Supervisor, demand_room, only_here, open_port
from tests.processes import ROOT, wait_until

COUNTING = "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); "
PATIENT = COUNTING + "import signal; signal.pause()"
SHORT_LIVED = COUNTING + "sys.exit(int(sys.argv[2]))"
PARENT = COUNTING + "import subprocess; subprocess.run([sys.executable, '-c', sys.argv[2], sys.argv[1]])"


@pytest.fixture
def supervisor(tmp_path: Path) -> Supervisor:
    logs = tmp_path / "log"
    logs.mkdir()
    return Supervisor(logs, os.environ)


@pytest.fixture
def born(tmp_path: Path) -> Path:
    file = tmp_path / "born"
    file.touch()
    return file


def python(*arguments: str | Path) -> tuple[str, ...]:
    return (sys.executable, "-c", *map(str, arguments))


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def pids(born: Path) -> list[int]:
    return [int(line) for line in born.read_text().split()]


async def until(holds: object) -> None:
    assert callable(holds)
    await asyncio.to_thread(wait_until, holds)


@pytest.mark.parametrize("status", [0, 1, 2])
def test_it_starts_a_child_again_whatever_its_exit_status(
    supervisor: Supervisor, born: Path, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    async def scene() -> None:
        child = Child("child", python(SHORT_LIVED, born, str(status)))
        keeper = asyncio.create_task(supervisor.keep_running(child, until=supervisor.stop_asked))
        await until(lambda: len(pids(born)) == 2)
        supervisor.ask_to_stop()
        await keeper

    asyncio.run(scene())
    assert f"The child ended (status {status}); it starts again in 2 s." in capsys.readouterr().out


def test_it_starts_a_killed_child_again_and_clears_what_it_left_behind(
    supervisor: Supervisor, born: Path
) -> None:
    async def scene() -> None:
        child = Child("child", python(PARENT, born, PATIENT))
        keeper = asyncio.create_task(supervisor.keep_running(child, until=supervisor.stop_asked))
        await until(lambda: len(pids(born)) == 2)
        first, orphan = pids(born)
        os.kill(first, signal.SIGKILL)
        await until(lambda: len(pids(born)) == 4)
        await until(lambda: not is_alive(orphan))
        supervisor.ask_to_stop()
        await keeper

    asyncio.run(scene())
    wait_until(lambda: not any(is_alive(pid) for pid in pids(born)), 10)


def test_a_second_request_to_stop_ends_a_child_that_does_not_listen(
    supervisor: Supervisor, born: Path
) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + PATIENT

    async def scene() -> None:
        child = Child("child", python(deaf, born))
        keeper = asyncio.create_task(supervisor.keep_running(child, until=supervisor.stop_asked))
        await until(lambda: pids(born))
        supervisor.ask_to_stop()
        supervisor.ask_to_stop()
        await keeper

    asyncio.run(scene())
    assert not is_alive(pids(born)[0])


def test_children_end_when_the_supervisor_is_killed(tmp_path: Path, born: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path), str(born), PATIENT], cwd=ROOT, start_new_session=True
    )
    wait_until(lambda: pids(born))
    owner.kill()
    owner.wait()
    wait_until(lambda: not is_alive(pids(born)[0]), 10)


OWNER = """
import asyncio, os, sys
from pathlib import Path
from config.supervisor import Child, Supervisor

async def main():
    supervisor = Supervisor(Path(sys.argv[1]), os.environ)
    child = Child("child", (sys.executable, "-c", sys.argv[3], sys.argv[2]))
    await supervisor.keep_running(child, until=supervisor.stop_asked)

asyncio.run(main())
"""


def test_a_step_returns_what_it_printed(supervisor: Supervisor) -> None:
    assert asyncio.run(supervisor.run_step("greet", *python("print('größe')"))) == "größe\n"


def test_a_step_that_fails_is_one_sentence_and_a_log(supervisor: Supervisor) -> None:
    with pytest.raises(CannotRunError) as refusal:
        asyncio.run(supervisor.run_step("divide", *python("1 / 0")))
    log = supervisor.logs / "divide.log"
    assert str(refusal.value) == f"The step `divide` failed: ZeroDivisionError: division by zero (see {log})"
    assert "Traceback" in log.read_text()


def test_a_step_that_finds_the_disk_full_says_so(supervisor: Supervisor) -> None:
    with pytest.raises(CannotRunError, match=r"^The disk that holds .* is full: free some space"):
        asyncio.run(supervisor.run_step("write", *python("raise OSError(28, 'No space left on device')")))


def test_a_program_that_is_missing_is_named(supervisor: Supervisor) -> None:
    with pytest.raises(CannotRunError, match="no-such-program: No such file or directory"):
        asyncio.run(supervisor.run_step("look", "no-such-program"))


def test_a_port_in_use_is_refused() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        with pytest.raises(CannotRunError, match=f"^Port {port} is in use: choose another"):
            open_port(port)
    with open_port(port) as ours, socket.create_connection(("127.0.0.1", int(port)), 5) as caller:
        assert ours.getsockname() == caller.getpeername()


@pytest.mark.parametrize("text", ["", "0", "-1", "65536", "eighty", "8000.5", "８０００x", "²"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CannotRunError, match=r"^PORT is .*: give a number from 1 to 65535"):
        open_port(text)


def test_a_disk_that_is_nearly_full_is_refused(tmp_path: Path) -> None:
    demand_room(tmp_path, 200)
    with pytest.raises(CannotRunError, match="has 199 MB free and Candor needs 200 MB"):
        demand_room(tmp_path, 199)


def test_two_services_never_share_a_folder(tmp_path: Path) -> None:
    says = rf"already runs from .* \(process {os.getpid()}\)"
    with only_here(tmp_path), pytest.raises(CannotRunError, match=says), only_here(tmp_path):
        pytest.fail("both run")
    with only_here(tmp_path):
        pass


def test_the_command_says_in_one_sentence_that_the_port_is_in_use(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "config.supervisor"],
            cwd=ROOT,
            env={**os.environ, "PORT": port, "CANDOR_VAR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == f"Port {port} is in use: choose another, as in `PORT=8001 make run`.\n"
