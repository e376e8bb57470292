# SPDX-License-Identifier: LGPL-3.0-only
"""The demo company's documents stay in the books when the module goes, and are not made twice when it comes back."""

import pytest
from lifecycle import stage

from devkit import databases
from devkit.cache import NAME
from devkit.logs import complaints_in
from devkit.workplace import set_up

DEMO = databases.passing_name("lifecycle_demo")
DOCUMENTS = """
SELECT partner.name, move.move_type, count(*), sum(move.amount_untaxed_signed)
  FROM account_move AS move JOIN res_partner AS partner ON partner.id = move.commercial_partner_id
 WHERE move.state = 'posted' GROUP BY 1, 2 ORDER BY 1, 2
"""
HELD_BY = "SELECT DISTINCT module FROM ir_model_data WHERE module LIKE '%key_account_segmentation%'"
PROFILES = "SELECT count(*) FROM key_account_profile"
TYPES = """
SELECT DISTINCT kind.code
  FROM key_account_profile AS profile
  JOIN key_account_type AS kind ON kind.id = profile.main_type_id
 WHERE profile.company_id = (SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'main_company')
"""
#: Place -> how many customers of the main company, and how many of them the figures suggest as large and steady.
PLACES = """
SELECT COALESCE(profile.place, ''), count(*), count(*) FILTER (WHERE EXISTS (
           SELECT FROM key_account_profile_type_rel AS suggested
             JOIN key_account_type AS kind ON kind.id = suggested.type_id
            WHERE suggested.profile_id = profile.id AND kind.code = 'large_steady'))
  FROM key_account_profile AS profile
 WHERE profile.company_id = (SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'main_company')
 GROUP BY 1
"""


@pytest.mark.slow
def test_demo_data_is_found_again():
    workplace = set_up()
    databases.make_database(workplace, DEMO, with_demo=True, modules=databases.declared_modules())

    def ask(query):
        return databases.execute(workplace, query, database=DEMO)

    try:
        assert {code for (code,) in ask(TYPES)} == {"large_steady", "potential", "image", "tester", "special"}
        places = {place: (int(count), int(steady)) for place, count, steady in ask(PLACES)}
        assert {*places} == {"high_high", "low_high", "high_low", "low_low", "newcomer", "win_back", ""}
        assert {place for place, (_count, steady) in places.items() if steady} == {"high_high"}
        assert places["high_high"][0] == places["high_high"][1], "the pillars are the large and steady ones"
        documents = ask(DOCUMENTS)
        assert len(documents) > 20
        assert complaints_in(workplace, stage.uninstall(workplace, DEMO)) == ""
        assert ask(DOCUMENTS) == documents
        assert ask(HELD_BY) == [["__key_account_segmentation_demo__"]]
        assert complaints_in(workplace, stage.install(workplace, DEMO, NAME, "--with-demo")) == ""
        assert ask(DOCUMENTS) == documents
        assert ask(HELD_BY) == [[NAME]]
        stage.play(workplace, DEMO, "refresh")
        assert int(ask(PROFILES)[0][0]) >= len({customer for customer, *_rest in documents})
    finally:
        databases.drop(workplace, DEMO)
