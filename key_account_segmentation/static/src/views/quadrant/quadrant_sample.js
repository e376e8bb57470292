// SPDX-License-Identifier: LGPL-3.0-only
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {PLACES} from "./quadrant_geometry";

const COUNT = 24;
const CUT = 50;

/** A pleasant spread of numbers that is the same each time: below the cut, or from the cut up. */
const spread = (index, step, level) => ((index * step) % CUT) + (level === "high" ? CUT : 0);

const axis = (field, label) => ({
    field,
    label,
    help: "",
    unit: "count",
    digits: false,
    reversed: false,
    can_be_empty: true,
    cut: CUT,
    min: 0,
    max: 100,
    skewness: 0,
    scale: "linear",
});

/** What `matrix_read` would answer if there were customers: behind the help of an empty view. */
export function sampleMatrix({x, y}) {
    const axes = {x: axis(x, _t("Across")), y: axis(y, _t("Up"))};
    const points = Array.from({length: COUNT}, (_, index) => {
        const number = index + 1;
        const place = PLACES[index % PLACES.length];
        const values = place.split("_").map((level, side) => spread(number, [37, 61][side], level));
        return [number, "", ...values, 100 / number, false, place];
    });
    const quadrants = PLACES.map((place) => ({
        place,
        id: false,
        name: "",
        color: 0,
        domain: false,
        count: COUNT / PLACES.length,
        size: null,
        largest: [],
    }));
    return {
        ...axes,
        is_policy: true,
        quadrants,
        aside: [],
        drawn: [],
        colors: {field: false, label: "", values: []},
        points,
        bins: [],
        missing: {count: 0, size: null, records: [], domain: []},
        total: {count: COUNT, size: null},
        currency_id: false,
    };
}

registry.category("sample_server").add("matrix_read", sampleMatrix);
