# SPDX-License-Identifier: LGPL-3.0-only
"""The link from contacts, opportunities and invoices to a profile, and the changes that make the profile stale.

In:      posted documents and payments, matches, contacts that move.
Out:     a virtual link, followed by one join as the real user; marks that lock nobody.
Never:   a stored column on a core model.
"""

# The mixins have to be there before the models that inherit them.
from . import key_account_profile_link, key_account_document_link  # isort: skip

from . import (
    account_invoice_report,
    account_move,
    account_move_line,
    account_partial_reconcile,
    calendar_attendee,
    crm_lead,
    res_partner,
)
