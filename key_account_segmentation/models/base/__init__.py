# SPDX-License-Identifier: LGPL-3.0-only
"""Parts that every other room uses, and that know nothing of it: numbers that may be empty, words, errors, groups, rights;
and the door of the demo data.

In:      values, records and errors of any room.
Out:     texts for people, checks that raise, field types.
Never:   a model of the module, a query.
"""

from . import ir_module_module
