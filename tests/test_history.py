# SPDX-License-Identifier: LGPL-3.0-only
"""The release before is the one that people have, also in a clone without tags."""

import subprocess

import pytest
from lifecycle import history


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A repository in which a release, the way to the next one and the next one follow each other; its commits."""
    monkeypatch.setattr(history, "PROJECT", tmp_path)
    monkeypatch.setattr(history, "ADDON", tmp_path / history.NAME)
    (tmp_path / history.NAME).mkdir()
    git("init", "--quiet")
    return [commit(version) for version in ("19.0.1.4.1", "19.0.1.5.0", "19.0.1.5.0", "19.0.1.6.0")]


def git(*arguments):
    identity = ("-c", "user.name=Anna", "-c", "user.email=anna@example.com", "-c", "commit.gpgsign=false")
    command = ["git", "-C", history.PROJECT, *identity, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def commit(version):
    """The id of a commit whose manifest names a version."""
    text = f"{{'name': 'A', 'version': '{version}'}}\n"
    manifest = history.PROJECT / history.MANIFEST
    manifest.write_text(text if not manifest.exists() or text != manifest.read_text() else f"{text}# goes on\n")
    git("add", ".")
    git("commit", "--quiet", "--message", version)
    return git("rev-parse", "HEAD")


def test_a_known_release_comes_before_the_log(clone, monkeypatch):
    monkeypatch.setattr(history, "RELEASED", [clone[0], clone[1]])
    assert history.earlier_release() == (clone[1], "19.0.1.5.0")


@pytest.mark.parametrize("elsewhere", ["0" * 40, "another branch"])
def test_without_the_known_releases_the_log_is_searched(clone, monkeypatch, elsewhere):
    if elsewhere == "another branch":
        git("checkout", "--quiet", "-b", "other", clone[0])
        elsewhere = commit("19.0.1.5.5")
        git("checkout", "--quiet", "-")
    monkeypatch.setattr(history, "RELEASED", [elsewhere])
    assert history.earlier_release() == (clone[2], "19.0.1.5.0")


def test_a_tag_serves_for_its_release_and_an_older_one_does_not(clone, monkeypatch):
    monkeypatch.setattr(history, "RELEASED", [clone[1]])
    git("tag", "older", clone[0])
    assert history.earlier_release() == (clone[1], "19.0.1.5.0")
    git("tag", "release", clone[1])
    assert history.earlier_release() == ("release", "19.0.1.5.0")


def test_a_history_without_an_earlier_release_says_so(clone, monkeypatch):
    monkeypatch.setattr(history, "RELEASED", [])
    git("checkout", "--quiet", clone[0])
    with pytest.raises(LookupError, match=r"git knows no version before 19\.0\.1\.4\.1"):
        history.earlier_release()


def test_the_release_before_this_one_is_known():
    """By its tag or as one of the commits here: otherwise the upgrade is tested from half of a release."""
    try:
        name, _version = history.earlier_release()
    except LookupError as reason:
        pytest.skip(f"A shallow clone: {reason}")
    assert name in {*history.RELEASED, *history.git("tag").split()}
