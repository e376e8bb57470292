# SPDX-License-Identifier: LGPL-3.0-only
"""A pytest plugin: lets the pure rules be imported without the addon's models, which need a running Odoo.

Where tests are spread over processes, it keeps those of faults together: they have one PostgreSQL among them.
"""

import sys
import types
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from .cache import ADDON, NAME

bare = types.ModuleType(NAME)
bare.__path__ = [str(ADDON)]
bare.__file__ = str(ADDON / "__init__.py")
sys.modules[NAME] = bare


class ByFile(LoadScopeScheduling):
    """The tests of a file run in one process, and so do all those of faults."""

    def _split_scope(self, nodeid):
        file = Path(nodeid.partition("::")[0])
        return "faults" if file.name.startswith("test_faults_") else str(file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log)
