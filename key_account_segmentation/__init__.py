# SPDX-License-Identifier: LGPL-3.0-only
from . import models, report, wizard
from .hooks import post_init_hook, uninstall_hook
