"""The embedded broker."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.broker import BrokerError, BrokerServer, answers, client_of, embedded_broker, running_broker
from tests.processes import ROOT, wait_until

OWNER = """
import sys
from pathlib import Path
from config.broker import embedded_broker

with embedded_broker(Path(sys.argv[1])):
    print("up", flush=True)
    sys.stdin.read()
"""


def test_it_starts_and_stops_a_real_server(tmp_path: Path) -> None:
    with embedded_broker(tmp_path) as url, client_of(url) as client:
        assert client.info("server")["redis_version"]
    assert not answers(url)


def test_it_keeps_what_it_accepted_across_a_restart(tmp_path: Path) -> None:
    with embedded_broker(tmp_path) as url, client_of(url) as client:
        client.lpush("queue", "…")
    with embedded_broker(tmp_path) as url, client_of(url) as client:
        assert client.lrange("queue", 0, -1) == ["…"]


def test_it_keeps_what_it_accepted_when_it_is_killed(tmp_path: Path) -> None:
    server = BrokerServer(tmp_path)
    server.start()
    with client_of(server.url) as client:
        client.lpush("queue", "0")
        client.execute_command("WAITAOF", 1, 0, 5000)
        pid = int(client.info("server")["process_id"])
    os.kill(pid, signal.SIGKILL)
    server.stop()
    server.start()
    with client_of(server.url) as client:
        assert client.lrange("queue", 0, -1) == ["0"]
    server.stop()


def test_it_never_throws_work_away(tmp_path: Path) -> None:
    with embedded_broker(tmp_path) as url, client_of(url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}


def test_it_refuses_a_server_that_may_throw_work_away(tmp_path: Path) -> None:
    server = BrokerServer(tmp_path)
    server.start()
    with client_of(server.url) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
    with pytest.raises(BrokerError, match="without `maxmemory-policy noeviction`"):
        server.demand_durability()
    server.stop()


def test_it_listens_to_the_owner_of_the_folder_only(tmp_path: Path) -> None:
    with embedded_broker(tmp_path / "broker"):
        assert stat.S_IMODE((tmp_path / "broker" / "broker.sock").stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "broker").stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["with spaces and ünïcödé", "percent%20sign", 'quote"s'])
def test_it_works_in_any_folder(tmp_path: Path, name: str) -> None:
    with embedded_broker(tmp_path / name) as url:
        assert answers(url)


def test_it_listens_on_a_port_with_a_password_where_the_path_is_too_long(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 110)
    with embedded_broker(folder) as url:
        assert url.startswith("redis://:")
        assert answers(url)
        password = url.split(":")[2].split("@")[0]
        assert not answers(url.replace(password, "guessed"))
        assert stat.S_IMODE((folder / "broker.conf").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["short", "y" * 110])
def test_it_uses_the_broker_that_already_runs_and_leaves_it_running(tmp_path: Path, name: str) -> None:
    with embedded_broker(tmp_path / name) as first:
        with embedded_broker(tmp_path / name) as second:
            assert second == first
        assert answers(first)


def test_it_ends_when_the_process_that_started_it_is_killed(tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"up\n"
        url = (tmp_path / "url").read_text()
        assert answers(url)
        owner.kill()
    wait_until(lambda: not answers(url), 10)


def test_it_says_in_one_sentence_why_the_server_did_not_start(tmp_path: Path) -> None:
    server = BrokerServer(tmp_path)
    (tmp_path / "broker.conf").write_text("port 0\nno-such-setting 1\n")
    with pytest.raises(BrokerError) as refusal:
        server.start()
    assert "did not start" in str(refusal.value)
    assert str(tmp_path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_it_does_not_wait_for_ever_for_the_broker_of_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.broker.START_SECONDS", 0.2)
    with pytest.raises(BrokerError, match="does not answer"):
        running_broker(tmp_path)
