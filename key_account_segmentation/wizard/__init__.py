# SPDX-License-Identifier: LGPL-3.0-only
from . import (
    base_partner_merge,
    crm_lead_lost,
    key_account_assign,
    key_account_judgement,
    key_account_preview,
    key_account_preview_line,
    key_account_preview_words,
)
