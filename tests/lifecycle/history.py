# SPDX-License-Identifier: LGPL-3.0-only
"""The release before this one, out of git."""

import ast
import io
import subprocess
import tarfile

from devkit.cache import ADDON, NAME, PROJECT

MANIFEST = f"{NAME}/__manifest__.py"

#: The commits of releases. A clone may lack their tags, and the version in the manifest does not tell them: commits after a
#: release bear its number until the next one is numbered. The log would yield the last of those, half of the next release.
RELEASED = [
    "9ca5325f092496f5aba141a0a14e3076e704cca3",
    "e4240c706e3a90b5a7af58825f437baa85bb714e",
]


def earlier_release():
    """The newest release below the version of the working copy: (its tag or commit, its version).

    Without a tag and a commit of ``RELEASED`` it is the newest commit of the log with a version below.

    :raise LookupError: git knows none; the message says why
    """
    present = version_of((ADDON / "__manifest__.py").read_text())
    tags = git("tag", "--merged", "HEAD", "--sort=-creatordate").split()
    releases = below(present, [*tags, *filter(is_there, RELEASED)])
    if found := max(releases, key=lambda release: number(release[1]), default=None):
        return found
    commits = git("log", "--format=%H", "--", MANIFEST).split()
    for release in below(present, commits):
        return release
    raise LookupError(f"git knows no version before {present} (of a shallow clone it knows little)")


def below(present, names):
    """Of these tags or commits those with an earlier version, each with it."""
    for name in names:
        version = version_of(git("show", f"{name}:{MANIFEST}"))
        if number(version) < number(present):
            yield name, version


def is_there(commit):
    """Whether the commit led to the working copy. A shallow clone or another history lacks it."""
    try:
        git("merge-base", "--is-ancestor", commit, "HEAD")
    except LookupError:
        return False
    return True


def version_of(manifest):
    """The version a manifest's text names.

    >>> version_of("{'name': 'A', 'version': '19.0.1.0.0'}")
    '19.0.1.0.0'
    """
    return ast.literal_eval(manifest)["version"]


def number(version):
    """A version as numbers, to be compared.

    >>> number("19.0.1.9.0") < number("19.0.1.10.0")
    True
    """
    return [int(part) for part in version.split(".")]


def git(*arguments):
    """What git says.

    :raise LookupError: it cannot; the message is git's
    """
    done = subprocess.run(["git", "-C", PROJECT, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise LookupError(done.stderr.strip())
    return done.stdout


def unpack(name, folder):
    """Put the addon as it was in that tag or commit into a folder."""
    archive = subprocess.run(["git", "-C", PROJECT, "archive", name, NAME], stdout=subprocess.PIPE, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder)
