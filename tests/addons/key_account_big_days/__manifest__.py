# SPDX-License-Identifier: LGPL-3.0-only
{
    "name": "Key Account Big Days",
    "summary": "What another module adds to Key Account Segmentation: made for the tests, and to be read",
    "version": "19.0.1.0.0",
    "author": "Key Account Segmentation",
    "license": "LGPL-3",
    "depends": ["key_account_segmentation"],
    "data": ["data/key_account_type_data.xml"],
    "installable": True,
}
