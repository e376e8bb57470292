# SPDX-License-Identifier: LGPL-3.0-only
"""A maker of labels and packaging to try the module with; only read when a database has demo data."""
