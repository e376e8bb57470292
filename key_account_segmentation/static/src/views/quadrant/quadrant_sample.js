// SPDX-License-Identifier: LGPL-3.0-only
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {PLACES, placeOf} from "./quadrant_geometry";

const COUNT = 24;
const CUT = 50;

/** A pleasant spread of numbers from 0 to 100 that is the same each time. */
const spread = (index, step) => (index * step) % 101;

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
        return [index + 1, "", spread(index + 1, 37), spread(index + 1, 61), 100 / (index + 1), false];
    });
    const countAt = (place) => points.filter((point) => placeOf(point[2], point[3], axes) === place).length;
    const quadrants = PLACES.map((place) => ({
        place,
        id: false,
        name: "",
        color: 0,
        count: countAt(place),
        size: null,
        largest: [],
    }));
    return {
        ...axes,
        is_policy: true,
        quadrants,
        colors: {field: false, label: "", values: []},
        points,
        bins: [],
        missing: {count: 0, size: null, records: []},
        total: {count: COUNT, size: null},
        currency_id: false,
    };
}

registry.category("sample_server").add("matrix_read", sampleMatrix);
