# SPDX-License-Identifier: LGPL-3.0-only
"""A set-up that cannot go on says why; one that was interrupted goes on."""

import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import PROJECT

SLOW_STEP = """
import sys, time
from pathlib import Path
from devkit.cache import building, locked
target = Path(sys.argv[1])
with locked():
    if not target.exists():
        with building(target) as partial:
            (partial / "first").touch()
            print("half", flush=True)
            time.sleep(float(sys.argv[2]))
            (partial / "second").touch()
print("whole", flush=True)
"""


def start_step(target, seconds):
    """A process that builds a folder under the lock and takes that long in the middle of it."""
    return subprocess.Popen(
        [sys.executable, "-c", SLOW_STEP, str(target), str(seconds)],
        cwd=PROJECT,
        env={**os.environ, "KEY_ACCOUNT_CACHE": str(target.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_killed_step_is_not_taken_for_complete(tmp_path):
    target = tmp_path / "odoo"
    killed = start_step(target, 60)
    assert killed.stdout.readline() == "half\n"
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["odoo.partial"]
    assert start_step(target, 0).communicate()[0] == "half\nwhole\n"
    assert {path.name for path in target.iterdir()} == {"first", "second"}
    assert not (tmp_path / "odoo.partial").exists()


def test_two_at_once_build_once(tmp_path):
    first = start_step(tmp_path / "odoo", 2)
    assert first.stdout.readline() == "half\n"
    second = start_step(tmp_path / "odoo", 2)
    output, said = second.communicate()
    assert output == "whole\n"
    assert "Another ./dev is setting something up" in said
    assert first.communicate()[0] == "whole\n"


@pytest.mark.slow
def test_a_killed_wheel_build_goes_on(dev, tmp_path):
    variables = {"KEY_ACCOUNT_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, PROJECT / "dev", "wheel"]
    process = subprocess.Popen(
        command, env={**os.environ, **variables}, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert "Python packages" in process.stderr.readline()
    time.sleep(3)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert list((tmp_path / "cache").glob("python-dev-*.partial"))
    done = dev("wheel", **variables)
    assert done.returncode == 0, done.stderr
    assert not list((tmp_path / "cache").glob("*.partial"))


def test_another_system_is_told_about_odoo_source(dev, open_cache, tmp_path):
    done = dev("database", "x", KEY_ACCOUNT_CACHE=str(open_cache), PATH=str(tmp_path))
    assert done.returncode == 1
    assert "not a Debian system" in done.stderr
    assert "ODOO_SOURCE" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_odoo_source_that_is_none_is_told(dev, open_cache, tmp_path):
    done = dev("database", "x", KEY_ACCOUNT_CACHE=str(open_cache), ODOO_SOURCE=str(tmp_path))
    assert done.returncode == 1
    assert f"ODOO_SOURCE={tmp_path} is not a checkout of Odoo 19.0" in done.stderr


def test_no_network_is_told(dev, open_cache, free_port):
    mirror = f"http://127.0.0.1:{free_port}/debian"
    done = dev("database", "x", KEY_ACCOUNT_CACHE=str(open_cache), DEBIAN_MIRROR=mirror)
    assert done.returncode == 1
    assert "The network did not answer." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_cache_folder_that_cannot_be_is_told(dev):
    done = dev("database", "x", KEY_ACCOUNT_CACHE="/proc/nowhere")
    assert done.returncode == 1
    assert "KEY_ACCOUNT_CACHE" in done.stderr
    assert "Traceback" not in done.stderr


def test_too_small_a_disk_is_told(dev, small_disk):
    done = dev("database", "x", KEY_ACCOUNT_CACHE=str(small_disk))
    assert done.returncode == 1
    assert "GB are free" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="concerns root only")
def test_root_is_told_of_a_folder_that_postgresql_cannot_enter(dev, tmp_path):
    tmp_path.chmod(0o700)
    # a server of one's own need not enter it
    done = dev("database", "x", KEY_ACCOUNT_CACHE=str(tmp_path / "cache"), PGHOST="")
    assert done.returncode == 1
    assert "may not enter" in done.stderr


def test_postgresql_of_ones_own_is_not_asked_as_postgres(dev):
    done = dev("database", "x", PGHOST="127.0.0.1", PGUSER="postgres")
    assert done.returncode == 1
    assert "refuses to work as the role postgres" in done.stderr


def test_an_unreachable_postgresql_of_ones_own_is_told(dev, free_port):
    done = dev("database", "x", PGHOST="127.0.0.1", PGPORT=str(free_port))
    assert done.returncode == 1
    assert "PostgreSQL at 127.0.0.1 says: connection to server" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def small_disk(open_cache):
    """A folder on a disk of 64 MB."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", open_cache], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small disk can be mounted by root only")
    yield open_cache
    subprocess.run(["umount", open_cache], check=True)
