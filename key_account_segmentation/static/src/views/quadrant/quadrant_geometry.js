// SPDX-License-Identifier: LGPL-3.0-only
/**
 * Geometry of the quadrant matrix, pure: numbers in, numbers out. Pixels grow to the right and downwards; a box is
 * {left, top, right, bottom}. What the server has counted is not counted again here.
 */

/** The places in reading order: top left, top right, bottom left, bottom right. The first word is the x axis. */
export const PLACES = ["low_high", "high_high", "low_low", "high_low"];

/** Shapes of equal area: how much longer than a circle's radius the one of another shape is. */
export const SHAPES = {
    circle: 1,
    triangle: Math.sqrt(Math.PI / ((3 * Math.sqrt(3)) / 4)),
    rectRot: Math.sqrt(Math.PI / 2),
    rect: Math.sqrt(Math.PI / 2),
};

const SCALES = {
    linear: [(value) => value, (value) => value],
    log: [Math.log10, (value) => 10 ** value],
};
const NICE_STEPS = [1, 2, 5, 10];
const LABEL_GAP = 4;
/** Pixels of a cell, about as high as a label, and more cells than a row of a canvas can have. */
const CELL = 24;
const COLUMNS = 4096;
/** A bin ends a hair above its largest value, and a label right below its bubble does not touch it. */
const ROUNDING = 1e-9;

// Axes and quadrants

/** Whether a value can be drawn to the scale: a logarithmic one begins above zero. */
export function isOnScale(value, scale) {
    return scale !== "log" || value > 0;
}

/** The lowest and highest of the values that the scale can show, null without any. */
export function extent(values, scale) {
    let [min, max] = [Infinity, -Infinity];
    for (const value of values) {
        if (isOnScale(value, scale)) {
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
    }
    return min <= max ? {min, max} : null;
}

/**
 * What an axis shows: the values and the cut, `pads` pixels from its low and its high end, and at least `side` pixels on
 * each side of the cut so that every quadrant has room for its name. Equal values lie in the middle.
 */
export function paddedRange({min, max, cut}, scale, pixels, pads, side) {
    const [forward, back] = SCALES[scale];
    const hasCut = cut !== null && isOnScale(cut, scale);
    let low = forward(hasCut ? Math.min(min, cut) : min);
    let high = forward(hasCut ? Math.max(max, cut) : max);
    if (low === high) {
        const spread = scale === "log" ? 0.5 : Math.abs(low) / 2 || 1;
        [low, high] = [low - spread, high + spread];
    }
    const perPixel = (high - low) / Math.max(pixels - pads.low - pads.high, pixels / 4, 1);
    low -= pads.low * perPixel;
    high += pads.high * perPixel;
    if (hasCut) {
        const share = Math.min(side / Math.max(pixels, 1), 0.4);
        low = Math.min(low, (forward(cut) - share * high) / (1 - share));
        high = Math.max(high, (forward(cut) - share * low) / (1 - share));
    }
    return {min: back(low), max: back(high)};
}

/** The smallest of 1, 2, 5 times a power of ten that makes at most `count` steps of the span. */
export function niceStep(span, count) {
    const rough = span / Math.max(count, 1);
    const power = 10 ** Math.floor(Math.log10(rough));
    return power * NICE_STEPS.find((nice) => nice * power >= rough * (1 - ROUNDING));
}

function linearTicks({min, max}, shown, count) {
    if (min === max) {
        return [min];
    }
    const step = niceStep(max - min, count);
    const decimals = Math.max(0, -Math.floor(Math.log10(step)));
    const values = [];
    for (let n = Math.floor(min / step + ROUNDING); n <= Math.ceil(max / step - ROUNDING); n++) {
        values.push(Number((n * step).toFixed(decimals)));
    }
    return values.filter((value) => value >= shown.min && value <= shown.max);
}

function logTicks({min, max}, shown, count) {
    const [first, last] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))];
    const decades = Math.log10(max / min);
    const every = Math.max(1, Math.ceil(decades / count));
    const between = decades * 3 <= count ? [1, 2, 5] : [1];
    const values = [];
    for (let power = first; power <= last; power += every) {
        values.push(...between.map((factor) => Number(`${factor}e${power}`)));
    }
    return values.filter((value) => value >= shown.min && value <= shown.max);
}

/** Round values for an axis, about `count` of them: around the values there are, within what is shown. */
export function axisTicks(values, shown, scale, count) {
    return scale === "log" ? logTicks(values, shown, count) : linearTicks(values, shown, count);
}

/** The four quadrants as boxes by place; on a page that is read from the right, high x is on the left. */
export function quadrantBoxes(area, cut, isMirrored) {
    const [lowSide, highSide] = isMirrored
        ? [
              {left: cut.x, right: area.right},
              {left: area.left, right: cut.x},
          ]
        : [
              {left: area.left, right: cut.x},
              {left: cut.x, right: area.right},
          ];
    const up = {top: area.top, bottom: cut.y};
    const down = {top: cut.y, bottom: area.bottom};
    return {
        low_high: {...lowSide, ...up},
        high_high: {...highSide, ...up},
        low_low: {...lowSide, ...down},
        high_low: {...highSide, ...down},
    };
}

/** Where a quadrant's header of this size stands: in the outer corner of its box, never wider than the box. */
export function headerBox(box, area, {width, height}, margin) {
    const room = Math.min(width, box.right - box.left - 2 * margin);
    const isLeft = box.left <= area.left;
    const left = isLeft ? box.left + margin : box.right - margin - room;
    const top = box.top <= area.top ? box.top + margin : box.bottom - margin - height;
    return {left, top, right: left + room, bottom: top + height, isLeft};
}

// Bubbles

/** Radius of a bubble whose area is its size; sizes of zero and below are the smallest bubbles. */
export function bubbleRadius(size, largest, {smallest, biggest}) {
    if (!(size > 0) || !(largest > 0)) {
        return smallest;
    }
    return Math.max(smallest, biggest * Math.sqrt(Math.min(size / largest, 1)));
}

/** The outline of a shape around 0,0 as an SVG path, with the area of a circle of this radius. */
export function shapePath(shape, radius) {
    const r = radius * SHAPES[shape];
    const half = r * Math.SQRT1_2;
    const side = (r * Math.sqrt(3)) / 2;
    return {
        circle: `M ${-r} 0 a ${r} ${r} 0 1 0 ${2 * r} 0 a ${r} ${r} 0 1 0 ${-2 * r} 0 Z`,
        triangle: `M 0 ${-r} L ${side} ${r / 2} L ${-side} ${r / 2} Z`,
        rectRot: `M 0 ${-r} L ${r} 0 L 0 ${r} L ${-r} 0 Z`,
        rect: `M ${-half} ${-half} H ${half} V ${half} H ${-half} Z`,
    }[shape];
}

/**
 * Index of the bubble under a pixel, -1 without one: the smallest of those that cover it (drawn last, on top), else the
 * nearest within a few pixels.
 */
export function bubbleAt(bubbles, {x, y}, slack = 4) {
    let [nearest, least] = [-1, slack];
    for (let index = bubbles.length - 1; index >= 0; index--) {
        const distance = Math.hypot(bubbles[index].px - x, bubbles[index].py - y) - bubbles[index].r;
        if (distance <= 0) {
            return index;
        }
        if (distance < least) {
            [nearest, least] = [index, distance];
        }
    }
    return nearest;
}

/** Indexes of the bubbles that lie on the very spot of this one, itself included. */
export function bubblesOnSpot(bubbles, index) {
    const {px, py} = bubbles[index];
    const isHere = (bubble) => Math.hypot(bubble.px - px, bubble.py - py) < 1;
    return bubbles.flatMap((bubble, other) => (isHere(bubble) ? [other] : []));
}

/** Index of the box that holds a pixel, -1 without one. */
export function boxAt(boxes, {x, y}) {
    return boxes.findIndex((box) => x >= box.left && x < box.right && y >= box.top && y < box.bottom);
}

// Labels

/** Whether two boxes share a pixel. */
export function overlaps(one, other) {
    return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

function isWithin(box, area) {
    return box.left >= area.left && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom;
}

function touchesBubble(box, {px, py, r}) {
    const dx = px - Math.max(box.left, Math.min(px, box.right));
    const dy = py - Math.max(box.top, Math.min(py, box.bottom));
    return dx * dx + dy * dy < r * r * (1 - ROUNDING);
}

/**
 * Where a label may stand, the best place first: right, left, below, above, in the middle (where it slides along the
 * border), else beginning or ending with its bubble.
 */
function labelBoxes({px, py, r, width, height}, area) {
    const [across, down] = [r + LABEL_GAP, height / 2];
    const middle = Math.max(area.left, Math.min(px - width / 2, area.right - width));
    const beside = [px + across, px - across - width].map((left) => [left, py - down]);
    const aligned = [middle, px - r, px + r - width].flatMap((left) => [
        [left, py + r],
        [left, py - r - height],
    ]);
    return [...beside, ...aligned].map(([left, top]) => ({left, top, right: left + width, bottom: top + height}));
}

/** What lies in an area, by the cells it covers, so that only neighbours are compared. */
class Neighbours {
    constructor() {
        this.cells = new Map();
    }

    add(thing, box) {
        for (const key of this.keys(box)) {
            const cell = this.cells.get(key);
            if (cell) {
                cell.push(thing);
            } else {
                this.cells.set(key, [thing]);
            }
        }
    }

    /** Whether anything near a box is such; what lies in several of its cells may be asked several times. */
    some(box, isSuch) {
        return this.keys(box).some((key) => this.cells.get(key)?.some(isSuch));
    }

    keys({left, top, right, bottom}) {
        const keys = [];
        for (let row = Math.floor(top / CELL); row <= Math.floor(bottom / CELL); row++) {
            for (let column = Math.floor(left / CELL); column <= Math.floor(right / CELL); column++) {
                keys.push(row * COLUMNS + column);
            }
        }
        return keys;
    }
}

const bubbleBox = ({px, py, r}) => ({left: px - r, top: py - r, right: px + r, bottom: py + r});

/** Bubbles and boxes as neighbours: what labels must not meet. */
function occupied(bubbles, boxes) {
    const bubblesNear = new Neighbours();
    const boxesNear = new Neighbours();
    bubbles.forEach((bubble) => bubblesNear.add(bubble, bubbleBox(bubble)));
    boxes.forEach((box) => boxesNear.add(box, box));
    return {bubblesNear, boxesNear};
}

/**
 * Boxes for labels, the first ones first: beside, above or below its bubble, where it meets no other label, no obstacle
 * (a box) and none of all the bubbles. Who finds no place has none: the answer is {index: box}.
 */
export function placeLabels(labels, area, obstacles, limit, bubbles = labels) {
    const {bubblesNear, boxesNear} = occupied(bubbles, obstacles);
    const isFree = (box) =>
        isWithin(box, area) &&
        !boxesNear.some(box, (other) => overlaps(box, other)) &&
        !bubblesNear.some(box, (bubble) => touchesBubble(box, bubble));
    const placed = {};
    for (let index = 0, count = 0; index < labels.length && count < limit; index++) {
        const box = labelBoxes(labels[index], area).find(isFree);
        if (box) {
            placed[index] = box;
            boxesNear.add(box, box);
            count++;
        }
    }
    return placed;
}

/** A text no wider than this, the end left out with an ellipsis if need be; `measure` says how wide a text is. */
export function shorten(text, width, measure) {
    if (measure(text) <= width) {
        return text;
    }
    let [fits, tooLong] = [0, text.length];
    while (tooLong - fits > 1) {
        const middle = (fits + tooLong) >> 1;
        [fits, tooLong] = measure(`${text.slice(0, middle)}…`) <= width ? [middle, tooLong] : [fits, middle];
    }
    return fits ? `${text.slice(0, fits).trimEnd()}…` : "";
}

// Selections

/** The box between two corners, cut off at the area's border. */
export function brushBox(start, end, area) {
    const between = (value, low, high) => Math.max(low, Math.min(value, high));
    return {
        left: between(Math.min(start.x, end.x), area.left, area.right),
        right: between(Math.max(start.x, end.x), area.left, area.right),
        top: between(Math.min(start.y, end.y), area.top, area.bottom),
        bottom: between(Math.max(start.y, end.y), area.top, area.bottom),
    };
}

/** Lowest and highest value that a box covers on each axis, whichever way the axes run. */
export function boxValues(box, valueAt) {
    const sorted = (one, other) => [Math.min(one, other), Math.max(one, other)];
    return {
        x: sorted(valueAt.x(box.left), valueAt.x(box.right)),
        y: sorted(valueAt.y(box.top), valueAt.y(box.bottom)),
    };
}

/** The domain of the records whose values lie in the ranges, borders included. */
export function rangeDomain(axes, ranges) {
    return ["x", "y"].flatMap((side) => [
        [axes[side].field, ">=", ranges[side][0]],
        [axes[side].field, "<=", ranges[side][1]],
    ]);
}
