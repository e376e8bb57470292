// SPDX-License-Identifier: LGPL-3.0-only
import {describe, expect, test} from "@odoo/hoot";
import {
    PLACES,
    SHAPES,
    axisTicks,
    boxAt,
    boxValues,
    brushBox,
    bubbleAt,
    bubbleRadius,
    bubblesOnSpot,
    extent,
    headerBox,
    niceStep,
    overlaps,
    paddedRange,
    placeLabels,
    quadrantBoxes,
    rangeDomain,
    shapePath,
    shorten,
} from "@key_account_segmentation/views/quadrant/quadrant_geometry";

describe.current.tags("headless");

const NO_PADS = {low: 0, high: 0};
const AREA = {left: 100, top: 0, right: 500, bottom: 300};

describe("axes and quadrants", () => {
    test("only values above zero are on a logarithmic scale", () => {
        expect(extent([-5, 0, 3, 12], "linear")).toEqual({min: -5, max: 12});
        expect(extent([-5, 0, 3, 12], "log")).toEqual({min: 3, max: 12});
        expect(extent([-5, 0], "log")).toBe(null);
        expect(extent([], "linear")).toBe(null);
    });

    test("four boxes meet in the cut, mirrored when read from the right", () => {
        const cut = {x: 200, y: 100};
        const boxes = quadrantBoxes(AREA, cut, false);
        expect(Object.keys(boxes)).toEqual(PLACES);
        expect(boxes.low_high).toEqual({left: 100, right: 200, top: 0, bottom: 100});
        expect(boxes.high_low).toEqual({left: 200, right: 500, top: 100, bottom: 300});
        expect(quadrantBoxes(AREA, cut, true).high_low).toEqual({left: 100, right: 200, top: 100, bottom: 300});
    });

    test("headers stand in the outer corners and never leave their box", () => {
        const size = {width: 150, height: 40};
        const boxes = quadrantBoxes(AREA, {x: 200, y: 100}, false);
        expect(headerBox(boxes.low_high, AREA, size, 8)).toEqual({
            left: 108,
            top: 8,
            right: 192,
            bottom: 48,
            isLeft: true,
        });
        expect(headerBox(boxes.high_low, AREA, size, 8)).toEqual({
            left: 342,
            top: 252,
            right: 492,
            bottom: 292,
            isLeft: false,
        });
    });
});

describe("scales", () => {
    test("values keep the padding from both ends", () => {
        expect(paddedRange({min: 0, max: 80, cut: null}, "linear", 100, {low: 10, high: 10}, 0)).toEqual({
            min: -10,
            max: 90,
        });
        const range = paddedRange({min: 1, max: 100, cut: null}, "log", 120, {low: 40, high: 20}, 0);
        expect(Math.log10(range.min)).toBeCloseTo(-4 / 3);
        expect(Math.log10(range.max)).toBeCloseTo(2 + 2 / 3);
    });

    test("each side of the cut has room for a name, though all values lie on one", () => {
        const range = paddedRange({min: 10, max: 20, cut: 10}, "linear", 100, NO_PADS, 25);
        expect((10 - range.min) / (range.max - range.min)).toBeCloseTo(0.25);
        expect(range.max).toBe(20);
        const reversed = paddedRange({min: 10, max: 20, cut: 20}, "linear", 100, NO_PADS, 25);
        expect((reversed.max - 20) / (reversed.max - reversed.min)).toBeCloseTo(0.25);
    });

    test("a cut beyond the values is shown, unless the scale cannot", () => {
        expect(paddedRange({min: 10, max: 20, cut: 40}, "linear", 100, NO_PADS, 0)).toEqual({min: 10, max: 40});
        expect(paddedRange({min: 10, max: 100, cut: -1}, "log", 100, NO_PADS, 0)).toEqual({min: 10, max: 100});
    });

    test("equal values lie in the middle of something", () => {
        expect(paddedRange({min: 8, max: 8, cut: 8}, "linear", 100, NO_PADS, 10)).toEqual({min: 4, max: 12});
        expect(paddedRange({min: 0, max: 0, cut: 0}, "linear", 100, NO_PADS, 10)).toEqual({min: -1, max: 1});
        const range = paddedRange({min: 100, max: 100, cut: 100}, "log", 100, NO_PADS, 10);
        expect(Math.log10(range.min) + Math.log10(range.max)).toBeCloseTo(4);
    });

    test("a canvas of no size does not divide by zero", () => {
        const range = paddedRange({min: 0, max: 10, cut: 5}, "linear", 0, {low: 30, high: 30}, 100);
        expect(Number.isFinite(range.min) && Number.isFinite(range.max)).toBe(true);
    });

    test("ticks are round, lie within what is shown and reach beyond the values", () => {
        const shown = {min: -100, max: 1100};
        expect(axisTicks({min: 12, max: 940}, shown, "linear", 6)).toEqual([0, 200, 400, 600, 800, 1000]);
        expect(axisTicks({min: 12, max: 940}, {min: 50, max: 850}, "linear", 6)).toEqual([200, 400, 600, 800]);
        expect(axisTicks({min: 0.08, max: 1}, {min: 0, max: 1.2}, "linear", 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
        expect(axisTicks({min: 0, max: 1 + 2e-16}, {min: 0, max: 1.4}, "linear", 5)).toEqual([
            0, 0.2, 0.4, 0.6, 0.8, 1,
        ]);
        expect(axisTicks({min: 7, max: 7}, {min: 3, max: 10}, "linear", 5)).toEqual([7]);
        expect(niceStep(940, 6)).toBe(200);
    });

    test("a logarithmic scale has powers of ten, and 2 and 5 between them where there is room", () => {
        const shown = {min: 1, max: 2e6};
        expect(axisTicks({min: 8, max: 1.2e6}, shown, "log", 8)).toEqual([1, 10, 100, 1000, 1e4, 1e5, 1e6]);
        expect(axisTicks({min: 8, max: 1.2e6}, shown, "log", 3)).toEqual([1, 100, 1e4, 1e6]);
        expect(axisTicks({min: 3, max: 60}, {min: 2, max: 100}, "log", 8)).toEqual([2, 5, 10, 20, 50, 100]);
        expect(axisTicks({min: 0.02, max: 0.3}, {min: 0.01, max: 1}, "log", 6)).toEqual([
            0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1,
        ]);
    });
});

describe("bubbles", () => {
    const limits = {smallest: 4, biggest: 30};

    test("the area is the size", () => {
        expect(bubbleRadius(100, 100, limits)).toBe(30);
        expect(bubbleRadius(25, 100, limits)).toBe(15);
    });

    test("small, empty and negative sizes are the smallest bubbles", () => {
        expect([0.01, 0, -40, null, NaN].map((size) => bubbleRadius(size, 100, limits))).toEqual([4, 4, 4, 4, 4]);
        expect(bubbleRadius(0, 0, limits)).toBe(4);
    });

    test("shapes have the area of their circle", () => {
        const triangle = (3 * Math.sqrt(3)) / 4;
        expect(triangle * SHAPES.triangle ** 2).toBeCloseTo(Math.PI);
        expect(2 * SHAPES.rect ** 2).toBeCloseTo(Math.PI);
        for (const shape of Object.keys(SHAPES)) {
            expect(shapePath(shape, 5)).toMatch(/^M .* Z$/);
        }
    });

    test("the pointer finds the bubble on top, else the nearest within reach", () => {
        const bubbles = [
            {px: 50, py: 50, r: 20},
            {px: 55, py: 50, r: 4},
            {px: 200, py: 50, r: 4},
        ];
        expect(bubbleAt(bubbles, {x: 56, y: 51})).toBe(1);
        expect(bubbleAt(bubbles, {x: 40, y: 50})).toBe(0);
        expect(bubbleAt(bubbles, {x: 207, y: 50})).toBe(2);
        expect(bubbleAt(bubbles, {x: 120, y: 50})).toBe(-1);
        expect(bubbleAt([], {x: 0, y: 0})).toBe(-1);
    });

    test("bubbles on the very same spot are found together", () => {
        const bubbles = [
            {px: 50, py: 50, r: 20},
            {px: 50.4, py: 50, r: 4},
            {px: 53, py: 50, r: 4},
        ];
        expect(bubblesOnSpot(bubbles, 1)).toEqual([0, 1]);
        expect(bubblesOnSpot(bubbles, 2)).toEqual([2]);
    });
});

describe("labels", () => {
    const bubble = (px, py, more) => ({px, py, r: 5, width: 60, height: 16, ...more});
    const isFree = (boxes) => boxes.every((one, index) => boxes.slice(index + 1).every((two) => !overlaps(one, two)));

    test("a label stands to the right, or where there is room", () => {
        const placed = placeLabels([bubble(200, 100), bubble(490, 100)], AREA, [], 10);
        expect(placed[0]).toEqual({left: 209, top: 92, right: 269, bottom: 108});
        expect(placed[1]).toEqual({left: 421, top: 92, right: 481, bottom: 108});
    });

    test("above and below, a label slides along the border", () => {
        const onItsLeft = {left: 300, top: 95, right: 470, bottom: 104};
        const placed = placeLabels([bubble(485, 100, {width: 100})], AREA, [onItsLeft], 1);
        expect(placed[0]).toEqual({left: 400, top: 105, right: 500, bottom: 121});
    });

    test("a label right below its bubble does not touch it, whatever the fractions", () => {
        const sides = {left: 0, right: 600};
        for (let step = 0; step < 50; step++) {
            const [py, r] = [100 + step / 7, 20 + step / 11];
            const obstacle = {...sides, top: 0, bottom: py + r - 1};
            expect(placeLabels([bubble(300, py, {r})], AREA, [obstacle], 1)[0]?.top).toBe(py + r);
        }
    });

    test("where the middle is taken, a label begins with its bubble", () => {
        const beside = {left: 200, right: 400, top: 60, bottom: 104};
        const below = {left: 200, right: 290, top: 104, bottom: 130};
        const placed = placeLabels([bubble(300, 100, {width: 100})], AREA, [beside, below], 1);
        expect(placed[0]).toEqual({left: 295, top: 105, right: 395, bottom: 121});
    });

    test("bubbles without a label are in the way as well", () => {
        const small = Array.from({length: 40}, (_, index) => bubble(110 + index * 10, 100));
        const placed = placeLabels([small[20]], AREA, [], 1, small);
        expect(placed[0]).toEqual({left: 280, top: 105, right: 340, bottom: 121});
    });

    test("two hundred labels in a crowd: none overlaps another, a bubble or an obstacle", () => {
        const crowd = Array.from({length: 200}, (_, index) => bubble(110 + ((index * 37) % 380), (index * 61) % 300));
        const obstacle = {left: 100, top: 0, right: 250, bottom: 60};
        const boxes = Object.values(placeLabels(crowd, AREA, [obstacle], 200));
        expect(boxes.length).toBeGreaterThan(3);
        expect(isFree([...boxes, obstacle])).toBe(true);
        expect(boxes.every((box) => bubbleAt(crowd, {x: box.left + 1, y: box.top + 8}, 0) < 0)).toBe(true);
        expect(
            boxes.every(({left, right, top, bottom}) => left >= 100 && right <= 500 && top >= 0 && bottom <= 300)
        ).toBe(true);
    });

    test("two thousand bubbles: a label is compared with its neighbours only", () => {
        let comparisons = 0;
        const watched = (px, py) => ({
            ...bubble(px, py),
            get r() {
                comparisons++;
                return 5;
            },
        });
        const wide = {left: 0, top: 0, right: 1400, bottom: 800};
        const bubbles = Array.from({length: 2000}, (_, index) => watched((index * 37) % 1400, (index * 61) % 800));
        const labels = bubbles.slice(0, 90);
        placeLabels(labels, wide, [], 30, bubbles);
        const looked = labels.length * 8;
        expect(comparisons).toBeLessThan(bubbles.length * 6 + looked * 20);
        expect(comparisons).toBeGreaterThan(bubbles.length);
    });

    test("the first ones come first, and there is a limit", () => {
        const spread = Array.from({length: 6}, (_, index) => bubble(150, 20 + index * 40));
        expect(Object.keys(placeLabels(spread, AREA, [], 3))).toEqual(["0", "1", "2"]);
    });

    test("a text is cut to its room", () => {
        const measure = (text) => text.length * 10;
        expect(shorten("Northwind", 90, measure)).toBe("Northwind");
        expect(shorten("Northwind Traders", 90, measure)).toBe("Northwin…");
        expect(shorten("North wind", 70, measure)).toBe("North…");
        expect(shorten("Northwind", 5, measure)).toBe("");
    });
});

describe("selections", () => {
    test("a box is the same from whichever corner, and ends at the border", () => {
        const box = {left: 150, right: 300, top: 50, bottom: 200};
        expect(brushBox({x: 150, y: 50}, {x: 300, y: 200}, AREA)).toEqual(box);
        expect(brushBox({x: 300, y: 200}, {x: 150, y: 50}, AREA)).toEqual(box);
        expect(brushBox({x: 300, y: 200}, {x: -20, y: 900}, AREA)).toEqual({
            left: 100,
            right: 300,
            top: 200,
            bottom: 300,
        });
    });

    test("the values of a box, whichever way the axes run", () => {
        const box = {left: 150, right: 300, top: 50, bottom: 200};
        const ranges = {x: [15, 30], y: [100, 250]};
        const valueAt = {x: (pixel) => pixel / 10, y: (pixel) => 300 - pixel};
        expect(boxValues(box, valueAt)).toEqual(ranges);
        const mirrored = {x: (pixel) => 100 - pixel / 10, y: (pixel) => pixel};
        expect(boxValues(box, mirrored)).toEqual({x: [70, 85], y: [50, 200]});
        const axes = {x: {field: "revenue"}, y: {field: "coverage"}};
        expect(rangeDomain(axes, ranges)).toEqual([
            ["revenue", ">=", 15],
            ["revenue", "<=", 30],
            ["coverage", ">=", 100],
            ["coverage", "<=", 250],
        ]);
    });

    test("the box under the pointer", () => {
        const boxes = [
            {left: 0, right: 10, top: 0, bottom: 10},
            {left: 10, right: 20, top: 0, bottom: 10},
        ];
        expect(boxAt(boxes, {x: 10, y: 5})).toBe(1);
        expect(boxAt(boxes, {x: 25, y: 5})).toBe(-1);
    });
});
