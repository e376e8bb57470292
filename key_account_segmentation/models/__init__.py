# A mixin has to be there before the models that inherit it.
from . import key_account_profile_link  # isort: skip
from . import (
    account_invoice_report,
    account_move,
    crm_lead,
    key_account_collaboration,
    key_account_demo,
    key_account_figures,
    key_account_policy,
    key_account_portfolio,
    key_account_profile,
    key_account_profile_explanation,
    key_account_profile_facts,
    key_account_profile_facts_engagement,
    key_account_profile_facts_portfolio,
    key_account_profile_refresh,
    key_account_run,
    key_account_snapshot,
    key_account_stale,
    res_company,
    res_config_settings,
    res_partner,
)
