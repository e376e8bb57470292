// SPDX-License-Identifier: LGPL-3.0-only
import {describe, expect, getFixture, test} from "@odoo/hoot";
import {patchWithCleanup} from "@web/../tests/web_test_helpers";
import {drawImage} from "@key_account_segmentation/views/quadrant/quadrant_image";

describe.current.tags("desktop");

const THEME = {
    font: "sans-serif",
    text: "rgb(0, 0, 0)",
    background: "rgb(10, 20, 30)",
    fills: {0: "rgb(200, 0, 0)", none: "rgb(90, 90, 90)"},
    series: {0: "rgb(100, 0, 0)", none: "rgb(60, 60, 60)"},
};

/** A blue picture of 100 × 50 on the screen, of `ratio` times as many pixels. */
function picture(ratio) {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, {width: 100 * ratio, height: 50 * ratio});
    Object.assign(canvas.style, {width: "100px", height: "50px"});
    getFixture().append(canvas);
    const ctx = canvas.getContext("2d");
    ctx.fillStyle = "rgb(0, 0, 255)";
    ctx.fillRect(0, 0, canvas.width, canvas.height);
    return canvas;
}

const pixel = (canvas, x, y) => [...canvas.getContext("2d").getImageData(x, y, 1, 1).data].join(" ");
const GROUND = "10 20 30 255";
const BLUE = "0 0 255 255";

/** What is written, and how far from the left. */
function catchTexts() {
    const texts = [];
    patchWithCleanup(CanvasRenderingContext2D.prototype, {
        fillText(text, x, y) {
            texts.push({text, x, y});
            return super.fillText(text, x, y);
        },
    });
    return texts;
}

test("the picture lies below title and legend, on an opaque ground", () => {
    const image = drawImage(picture(1), {title: "", legend: [], theme: THEME});
    expect([image.width, image.height]).toEqual([132, 134]);
    expect([pixel(image, 0, 0), pixel(image, 131, 133)]).toEqual([GROUND, GROUND]);
    expect([pixel(image, 16, 67), pixel(image, 16, 68), pixel(image, 115, 117)]).toEqual([GROUND, BLUE, BLUE]);
    expect(pixel(image, 116, 118)).toBe(GROUND);
});

test("on a fine screen it is as fine", () => {
    const image = drawImage(picture(2), {title: "", legend: [], theme: THEME});
    expect([image.width, image.height]).toEqual([264, 268]);
    expect([pixel(image, 32, 135), pixel(image, 32, 136)]).toEqual([GROUND, BLUE]);
});

test("title and legend are written one after the other, in the order of the legend", () => {
    const texts = catchTexts();
    const legend = [
        {label: "Active", color: "0", shape: "circle"},
        {label: "None", color: "none", shape: "rect"},
    ];
    drawImage(picture(1), {title: "Customers: Revenue × Loyalty", legend, theme: THEME});
    expect(texts.map(({text}) => text)).toEqual(["Customers: Revenue × Loyalty", "Active", "None"]);
    expect(texts[2].x).toBeGreaterThan(texts[1].x + 30);
    expect(texts[1].y).toBe(texts[2].y);
    expect(texts[0].y).toBeLessThan(texts[1].y);
});

test("a value has its colour before its name", () => {
    const legend = [{label: "", color: "0", shape: "rect"}];
    const image = drawImage(picture(1), {title: "", legend, theme: THEME});
    expect(pixel(image, 22, 56)).toBe("200 0 0 255");
});

test("the picture on the screen stays as it is", () => {
    const canvas = picture(1);
    drawImage(canvas, {title: "Customers", legend: [], theme: THEME});
    expect(canvas.width).toBe(100);
    expect([pixel(canvas, 0, 0), pixel(canvas, 99, 49)]).toEqual([BLUE, BLUE]);
});
