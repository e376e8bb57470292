# SPDX-License-Identifier: LGPL-3.0-only
"""Errors of a refresh: those of one customer, those of all, and their words."""

import psycopg2
from psycopg2 import errors

#: Errors of the database that say nothing of a customer: no room, no time, no connection, no such column.
GENERAL_ERRORS = (psycopg2.OperationalError, psycopg2.InterfaceError, psycopg2.ProgrammingError)


class CustomerError(Exception):
    """The customer cannot be classified; the text tells people why."""


def concerns_one_customer(error):
    """Whether the other customers of a batch could be refreshed without one of them.

    >>> concerns_one_customer(errors.NumericValueOutOfRange()), concerns_one_customer(OverflowError())
    (True, True)
    >>> concerns_one_customer(errors.DiskFull()), concerns_one_customer(errors.UndefinedColumn())
    (False, False)
    """
    return not isinstance(error, (*GENERAL_ERRORS, MemoryError))


def reason_of(env, error):
    """A sentence that says what is wrong and what to do, followed by the technical text where it adds something."""
    sentence = _sentence(env, error)
    text = str(error).strip()
    return f"{sentence}\n{text}" if sentence and text else sentence or text or type(error).__name__


def _sentence(env, error):
    if isinstance(error, (errors.DiskFull, errors.ConfigurationLimitExceeded)):
        return env._(
            "The database server has no room left for temporary data (disk full, or its limit reached). "
            "Nothing of this step was changed. Make room, then refresh again."
        )
    if isinstance(error, (errors.LockNotAvailable, errors.SerializationFailure, errors.DeadlockDetected)):
        return env._(
            "Other transactions kept customers locked for too long. Nothing of this step was changed. "
            "Refresh again when they are through."
        )
    if isinstance(error, errors.QueryCanceled):
        return env._(
            "The database server's time limit for a query was too short. Nothing of this step was changed. "
            "Raise statement_timeout, then refresh again."
        )
    if isinstance(error, (errors.NumericValueOutOfRange, OverflowError)):
        return env._("An amount or a date of the customer's documents is too large to calculate with.")
    if isinstance(error, (errors.DatetimeFieldOverflow, ValueError)):
        return env._("A date or an amount of the customer's documents cannot be calculated with.")
    return ""
