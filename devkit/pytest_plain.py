# SPDX-License-Identifier: LGPL-3.0-only
"""A pytest plugin: lets the pure rules be imported without the addon's models, which need a running Odoo."""

import sys
import types

from .cache import ADDON, NAME

bare = types.ModuleType(NAME)
bare.__path__ = [str(ADDON)]
bare.__file__ = str(ADDON / "__init__.py")
sys.modules[NAME] = bare
