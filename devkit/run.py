# SPDX-License-Identifier: LGPL-3.0-only
"""The one place that starts other programs and explains why they failed."""

import subprocess

from .say import Failure

CAUSES = (
    (
        ("No space left on device", "not enough free space", "Disk quota exceeded"),
        "The disk is full. Free some space, or set KEY_ACCOUNT_CACHE to a folder on a larger disk, and run the same "
        "command again: it goes on where it stopped.",
    ),
    (
        (
            "Temporary failure",
            "Could not resolve",
            "Failed to fetch",
            "Unable to connect",
            "Network is unreachable",
            "Connection refused",
            "Connection timed out",
            "Name or service not known",
            "error sending request",
            "dns error",
            "NewConnectionError",
            "ENOTFOUND",
            "EAI_AGAIN",
            "ECONNREFUSED",
        ),
        "The network did not answer. Check the connection (or the proxy variables) and run the same command again: "
        "it goes on where it stopped.",
    ),
)


def cause_of(output):
    """The plain sentence for a known cause named in a program's output, or an empty string.

    >>> cause_of("tar: write error: No space left on device")[:17]
    'The disk is full.'
    >>> cause_of("all is well")
    ''
    """
    for signs, sentence in CAUSES:
        if any(sign in output for sign in signs):
            return sentence
    return ""


def last_lines(text, count=15):
    """The last lines of a text that matter, indented, for a message (Odoo's INFO lines tell no failure)."""
    lines = [line for line in text.rstrip().splitlines() if " INFO " not in line]
    return "\n".join("    " + line for line in lines[-count:])


def run(args, what, log=None, **options):
    """Run a program and return its output (standard output and error together).

    :param what: what it does, for the message when it fails
    :param log: a file that keeps the output (needed for a program that leaves a server behind it)
    :raise Failure: it cannot be started or does not end with 0
    """
    options.setdefault("stdin", subprocess.DEVNULL)
    try:
        if log is None:
            done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
            output = done.stdout
        else:
            with open(log, "w+") as file:
                done = subprocess.run(args, stdout=file, stderr=subprocess.STDOUT, **options)
                file.seek(0)
                output = file.read()
    except FileNotFoundError as error:
        raise Failure(f"{what}: the program {args[0]} is not on this machine ({error.strerror}).") from error
    if done.returncode:
        raise Failure(failure_text(what, output, log))
    return output


def failure_text(what, output, log=None):
    """The message about a program that failed: the cause if it is known, else its last lines."""
    where = f"\nThe whole log: {log}" if log else ""
    said = f"\nIt said at the end:\n{last_lines(output)}" if output.strip() else ""
    return f"{what} failed. {cause_of(output)}".rstrip() + said + where
