// SPDX-License-Identifier: LGPL-3.0-only
import {describe, expect, test} from "@odoo/hoot";
import {PLACES} from "@key_account_segmentation/views/quadrant/quadrant_geometry";
import {QuadrantPlugin} from "@key_account_segmentation/views/quadrant/quadrant_plugin";

describe.current.tags("desktop");

const AREA = {left: 0, right: 400, top: 0, bottom: 300};
const THEME = {
    font: "serif",
    text: "black",
    muted: "gray",
    background: "white",
    line: "blue",
    bin: "navy",
    areas: ["area 0", "area 1", "area 2", "area 3"],
};
const LETTER = 7;

/** A canvas that notes what is drawn on it; each letter is as wide as the other. */
class Pen {
    drawn = [];
    globalAlpha = 1;

    measureText(text) {
        return {width: LETTER * text.length};
    }

    fillRect(left, top, width, height) {
        this.drawn.push({kind: "box", left, top, width, height, color: this.fillStyle, alpha: this.globalAlpha});
    }

    strokeText(text) {
        this.drawn.push({kind: "halo", text, color: this.strokeStyle});
    }

    fillText(text, x, y) {
        this.drawn.push({kind: "text", text, x, y, color: this.fillStyle});
    }

    stroke() {
        this.drawn.push({kind: "cut", color: this.strokeStyle});
    }

    of(kind) {
        return this.drawn.filter((one) => one.kind === kind);
    }
}
for (const name of ["save", "restore", "setLineDash", "beginPath", "moveTo", "lineTo"]) {
    Pen.prototype[name] = () => {};
}

const header = (name, more) => ({name, text: "2 customers", advice: false, color: 1, ...more});
const allHeaders = (more) => Object.fromEntries(PLACES.map((place) => [place, header(place, more)]));

/** Draws a scene to a scale of one pixel for one unit, y upwards. */
function draw({bubbles = [], isReversed = false, ...more}) {
    const scene = {
        bubbles,
        bins: [],
        headers: allHeaders(),
        axes: {x: {cut: 200}, y: {cut: 150}},
        theme: THEME,
        isMirrored: false,
        ...more,
    };
    const ctx = new Pen();
    const layouts = [];
    const plugin = new QuadrantPlugin(scene, (layout) => layouts.push(layout));
    const x = {getPixelForValue: (value) => (isReversed ? AREA.right - value : value)};
    const y = {getPixelForValue: (value) => AREA.bottom - value};
    const data = bubbles.map((bubble) => ({x: x.getPixelForValue(bubble.x), y: y.getPixelForValue(bubble.y)}));
    plugin.afterUpdate({scales: {x, y}, chartArea: AREA, ctx, getDatasetMeta: () => ({data})});
    plugin.beforeDatasetsDraw({ctx});
    plugin.afterDatasetsDraw({ctx});
    return {ctx, layout: layouts[0], layouts};
}

const bubble = (name, x, y, radius = 5) => ({name, x, y, radius});

describe("areas", () => {
    test("each quadrant has its colour, and two lines cut them", () => {
        const headers = {...allHeaders(), high_high: header("Pillars", {color: 3})};
        const {ctx, layouts} = draw({headers});
        expect(ctx.of("box").map(({color}) => color)).toEqual(["area 1", "area 3", "area 1", "area 1"]);
        expect(ctx.of("cut")).toEqual([{kind: "cut", color: "blue"}]);
        expect(layouts).toHaveLength(1, {message: "the layout is said once per update"});
    });

    test("without a cut on both axes there is neither quadrant nor header nor line", () => {
        for (const axes of [
            {x: {cut: null}, y: {cut: 150}},
            {x: {cut: 200}, y: {cut: null}},
        ]) {
            const {ctx, layout} = draw({axes});
            expect(ctx.drawn).toEqual([]);
            expect(layout.headers).toEqual([]);
        }
    });

    test("a cut at zero is one", () => {
        expect(draw({axes: {x: {cut: 0}, y: {cut: 0}}}).ctx.of("cut")).toHaveLength(1);
    });

    test("a quadrant the server says nothing of has the plain colour and no header", () => {
        const {ctx, layout} = draw({headers: {low_low: header("Passers-by")}});
        expect(ctx.of("box").map(({color}) => color)).toEqual(["area 0", "area 0", "area 1", "area 0"]);
        expect(layout.headers.map(({place}) => place)).toEqual(["low_low"]);
    });
});

describe("bins", () => {
    const bin = (x0, x1, count) => ({x0, x1, y0: 10, y1: 20, count});

    test("the fuller a bin, the darker, and what follows is as opaque as before", () => {
        const {ctx} = draw({
            headers: {},
            bins: [bin(0, 10, 4), bin(10, 20, 100)],
            axes: {x: {cut: null}, y: {cut: null}},
        });
        const [few, many] = ctx.of("box").map(({alpha}) => alpha);
        expect(few).toBeWithin(0.15, many - 0.1);
        expect(many).toBeWithin(0.7, 0.8);
        expect(ctx.globalAlpha).toBe(1);
    });

    test("a bin narrower than a pixel is seen all the same", () => {
        const {ctx} = draw({bins: [bin(10, 10.2, 3)], axes: {x: {cut: null}, y: {cut: null}}});
        expect(ctx.of("box")[0].width).toBe(1);
    });

    test("where less is better, a box still runs from left to right", () => {
        const [box] = draw({isReversed: true, bins: [bin(10, 30, 3)]}).layout.bins;
        expect(box).toEqual({left: 370, right: 390, top: 280, bottom: 290});
    });
});

describe("headers", () => {
    test("name, sums and advice are lines of their own; without advice there are two", () => {
        const headers = {low_high: header("Loyal", {advice: "Call them"}), high_high: header("Pillars")};
        const {ctx} = draw({headers});
        expect(ctx.of("text").map(({text, color}) => `${text} (${color})`)).toEqual([
            "Loyal (black)",
            "2 customers (gray)",
            "Call them (black)",
            "Pillars (black)",
            "2 customers (gray)",
        ]);
    });

    test("a line that is too long ends with an ellipsis within its quadrant", () => {
        const advice = "Ask them each month what they need, and bring it along at once";
        const {ctx, layout} = draw({headers: {low_high: header("Loyal", {advice})}});
        const {text, x} = ctx.of("text")[2];
        expect(text).toMatch(/^Ask them .*…$/);
        expect(x + LETTER * text.length).toBeLessThan(200);
        expect(layout.headers[0].right).toBeLessThan(200);
    });

    test("on the right the lines end at the border", () => {
        const {ctx} = draw({headers: {high_high: header("Pillars")}});
        const ends = ctx.of("text").map(({text, x}) => x + LETTER * text.length);
        expect(ends[0]).toBe(ends[1]);
        expect(ends[0]).toBeWithin(AREA.right - 12, AREA.right);
    });
});

describe("labels", () => {
    const names = ({layout}) => layout.labels.map(({text}) => text);

    test("a text has a halo, drawn before it", () => {
        const {ctx} = draw({headers: {}, bubbles: [bubble("Ann", 100, 100)]});
        expect(ctx.drawn.slice(-2).map(({kind, text, color}) => `${kind} ${text} ${color}`)).toEqual([
            "halo Ann white",
            "text Ann black",
        ]);
    });

    test("none lies on a header", () => {
        const bubbles = [bubble("Ann", 20, 280), bubble("Bob", 100, 200)];
        const {layout} = draw({bubbles});
        expect(layout.headers).toHaveLength(4);
        for (const label of layout.labels) {
            const isOn = (box) =>
                label.left < box.right && box.left < label.right && label.top < box.bottom && box.top < label.bottom;
            expect(layout.headers.some(isOn)).toBe(false, {message: label.text});
        }
        expect(names({layout})).toInclude("Bob");
    });

    test("a customer without room goes without, the largest first", () => {
        const crowd = Array.from({length: 40}, (_, index) => bubble(`Customer ${index}`, 200, 150, 5));
        const shown = names(draw({headers: {}, bubbles: crowd}));
        expect(shown[0]).toBe("Customer 0");
        expect(shown.length).toBeWithin(1, 10);
    });

    test("thirty names are enough", () => {
        const apart = Array.from({length: 60}, (_, index) =>
            bubble(`${index}`, 20 + (index % 6) * 65, 10 + Math.floor(index / 6) * 30, 4)
        );
        expect(names(draw({headers: {}, bubbles: apart}))).toHaveLength(30);
    });

    test("a long name is shortened", () => {
        const name = "Vereinigte Brauereien und Mälzereien am Niederrhein";
        const [shown] = names(draw({headers: {}, bubbles: [bubble(name, 100, 100)]}));
        expect(shown).toMatch(/^Vereinigte .*…$/);
        expect(LETTER * shown.length).toBeLessThan(161);
    });
});
