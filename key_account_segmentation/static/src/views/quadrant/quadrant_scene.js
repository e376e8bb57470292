// SPDX-License-Identifier: LGPL-3.0-only
import {axisTicks, bubbleRadius, extent, paddedRange} from "./quadrant_geometry";

const SMALLEST_BUBBLE = 4;
const ALIKE_BUBBLE = 6;
const BIGGEST_BUBBLES = [10, 30];
const BUBBLES_PER_SIDE = 18;
const CUT_SHARE = 0.06;

/** Smallest and biggest radius for a canvas of this size. */
export function radiusLimits({width, height}) {
    const [least, most] = BIGGEST_BUBBLES;
    const biggest = Math.max(least, Math.min(most, Math.min(width, height) / BUBBLES_PER_SIDE));
    return {smallest: SMALLEST_BUBBLE, biggest};
}

/** The points that can be drawn as bubbles, the largest first, so that small ones lie on top. */
export function makeBubbles(model, size) {
    const limits = radiusLimits(size);
    const points = model.data.points.filter((point) => model.isDrawn(point));
    const largest = Math.max(0, ...points.map((point) => point[4]));
    const series = new Map(model.series.map((one) => [one.value, one]));
    return points.map(([id, name, x, y, amount, color, place]) => ({
        id,
        name,
        x,
        y,
        place,
        size: amount,
        series: series.get(color),
        radius: model.archInfo.size ? bubbleRadius(amount, largest, limits) : ALIKE_BUBBLE,
    }));
}

/** Boxes of the bins that the scales can show; one that only begins at zero or below is cut off where the values begin. */
export function makeBins(model) {
    const least = {};
    for (const side of ["x", "y"]) {
        least[side] = model.scale(side) === "log" ? valuesOf(model, side).min : -Infinity;
    }
    return model.data.bins
        .filter((bin) => model.isBinDrawn(bin))
        .map((bin) => ({...bin, bin, x0: Math.max(bin.x0, least.x), y0: Math.max(bin.y0, least.y)}));
}

/** The lowest and highest value that an axis has to show. */
export function valuesOf(model, side) {
    const index = side === "x" ? 2 : 3;
    const scale = model.scale(side);
    const corners = model.data.bins.flatMap((bin) => [bin[`${side}0`], bin[`${side}1`]]);
    const drawn = model.data.points.filter((point) => model.isDrawn(point)).map((point) => point[index]);
    return extent([...drawn, ...corners], scale) || extent([model.data[side].cut ?? 1], scale) || {min: 1, max: 1};
}

/** What an axis shows: its range and ticks for so many pixels. The cut is a tick of its own, and pushes others aside. */
export function makeAxis(model, side, {pixels, pads, sideRoom, ticks}) {
    const scale = model.scale(side);
    const {cut} = model.data[side];
    const values = valuesOf(model, side);
    const range = paddedRange({...values, cut}, scale, pixels, pads, sideRoom);
    const position = scale === "log" ? Math.log10 : (value) => value;
    const span = position(range.max) - position(range.min);
    const isNear = (value) => Math.abs(position(value) - position(cut)) < span * CUT_SHARE;
    const hasCut = cut !== null && cut >= range.min && cut <= range.max;
    const round = axisTicks(values, range, scale, ticks).filter((value) => !hasCut || !isNear(value));
    return {scale, range, cut: hasCut ? cut : null, ticks: hasCut ? [...round, cut].sort((a, b) => a - b) : round};
}
