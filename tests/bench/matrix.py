# SPDX-License-Identifier: LGPL-3.0-only
"""What the matrix view asks the server for: the picture of all customers."""

import json

from .refresh import company
from .screens import read_view
from .timing import seconds

MODEL = "key.account.profile"


def read_matrix(env, runs):
    """Milliseconds of each answer, and kilobytes of one as it is sent; as the administrator."""
    administrator = env.ref("base.user_admin").id
    profiles = env(user=administrator, su=False, context={"allowed_company_ids": company(env).ids})[MODEL]
    view = read_view(profiles.env, MODEL, "quadrant")
    answers = []

    def ask():
        profiles.env.invalidate_all()
        answers[:] = [profiles.matrix_read([], size=view.get("size"), color=view.get("color"))]

    times = [1000 * seconds(ask) for _run in range(runs + 1)][1:]
    return {"milliseconds": times, "kilobytes": len(json.dumps(answers[0]).encode()) / 1000}
