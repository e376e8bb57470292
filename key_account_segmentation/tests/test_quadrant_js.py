# SPDX-License-Identifier: LGPL-3.0-only
"""The addon in the browser: its tests in Odoo's unit-test page, and the contrast of the matrix view's colours."""

import re

from odoo.tests import BaseCase, HttpCase, tagged
from odoo.tools.misc import file_open

SUITE = "@key_account_segmentation"
STYLES = "key_account_segmentation/static/src/views/quadrant/quadrant{}.scss"
COLOR = re.compile(r"^\$o-quadrant-([a-z-]+): (#[^;!]+?)(?: !default)?;", re.MULTILINE)

#: W3C's Web Content Accessibility Guidelines 2, level AA: for text, and for the parts of a picture.
TEXT_CONTRAST = 4.5
SHAPE_CONTRAST = 3


def hoot_id(name):
    """How Odoo's unit-test page calls a suite in its address, as in ``web/tests/test_js.py``.

    >>> hoot_id("@web/core")
    'e39ce9ba'
    """
    value = 0
    for character in name:
        value = (value * 31 + ord(character)) & 0xFFFFFFFF
    return f"{value:08x}"


def palette(*endings):
    """The colours of the style sheets, as lists by name; those of a former file count."""
    colors = {}
    for ending in endings:
        with file_open(STYLES.format(ending)) as file:
            colors = {name: value.split(", ") for name, value in COLOR.findall(file.read())} | colors
    return colors


def luminance(color):
    """Relative luminance of a colour, 0 to 1."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """How much two colours differ in light, 1 to 21.

    >>> contrast("#ffffff", "#000000"), contrast("#777777", "#777777")
    (21.0, 1.0)
    """
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@tagged("post_install", "-at_install")
class TestQuadrantJs(HttpCase):
    def test_the_own_tests_of_the_addon(self):
        """They run in Odoo's unit-test page; one that fails, or none at all, fails here."""
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={hoot_id(SUITE)}",
            "",
            "",
            login="admin",
            timeout=180,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )


class TestQuadrantColors(BaseCase):
    def assert_contrast(self, colors):
        [ground] = colors["background"]
        for name in ("text", "muted", "link"):
            self.assertGreaterEqual(contrast(colors[name][0], ground), TEXT_CONTRAST, name)
        for name in ("line", "bin", "brush", "series", "series-none"):
            for color in colors[name]:
                self.assertGreaterEqual(contrast(color, ground), SHAPE_CONTRAST, f"{name} {color}")

    def test_light(self):
        self.assert_contrast(palette(""))

    def test_dark(self):
        dark = palette(".dark", "")
        self.assertGreater(luminance(dark["text"][0]), luminance(dark["background"][0]))
        self.assert_contrast(dark)

    def test_the_dark_sheet_has_every_colour(self):
        self.assertEqual(palette(".dark").keys(), palette("").keys())
        self.assertEqual(len(palette(".dark")["series"]), len(palette("")["series"]))
