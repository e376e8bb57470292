from . import key_account_load
