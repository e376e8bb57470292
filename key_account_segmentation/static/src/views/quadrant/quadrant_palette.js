// SPDX-License-Identifier: LGPL-3.0-only
import {sortBy} from "@web/core/utils/arrays";
import {SHAPES} from "./quadrant_geometry";

/** How many colours the style sheet has for values of a field, and for quadrants. */
export const SERIES = 8;
const AREAS = 12;
const SHAPE_NAMES = Object.keys(SHAPES);

/**
 * How each value is drawn: a colour and a shape, so that the colour is never the only sign. The values of a selection
 * keep theirs whatever is filtered; no value is grey.
 *
 * @param {{value: any, label: string, count: number}[]} values
 * @param {Object} [field] definition of the field
 */
export function seriesOf(values, field) {
    const keys = field?.type === "selection" ? field.selection.map(([key]) => key) : values.map(({value}) => value);
    const chosen = keys.filter((key) => key !== false && key !== null);
    const order = ({value}) => (chosen.includes(value) ? chosen.indexOf(value) : chosen.length);
    return sortBy(values, order).map((series) => {
        const index = chosen.indexOf(series.value);
        const round = Math.floor(index / SERIES);
        return index < 0
            ? {...series, color: "none", shape: "circle"}
            : {...series, color: String(index % SERIES), shape: SHAPE_NAMES[(index + round) % SHAPE_NAMES.length]};
    });
}

const properties = (style, name, count) =>
    Array.from({length: count}, (_, index) => style.getPropertyValue(`--quadrant-${name}-${index}`).trim());

/** The colours and the font of an element as the style sheet of the moment has them, light or dark. */
export function readTheme(element) {
    const style = getComputedStyle(element);
    const color = (name) => style.getPropertyValue(`--quadrant-${name}`).trim();
    return {
        font: style.fontFamily,
        text: color("text"),
        muted: color("muted"),
        background: color("background"),
        line: color("line"),
        bin: color("bin"),
        series: {...properties(style, "series", SERIES), none: color("series-none")},
        fills: {...properties(style, "fill", SERIES), none: color("fill-none")},
        areas: properties(style, "area", AREAS),
    };
}
