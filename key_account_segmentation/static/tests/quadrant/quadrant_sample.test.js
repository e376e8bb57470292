// SPDX-License-Identifier: LGPL-3.0-only
import {describe, expect, test} from "@odoo/hoot";
import {makeMockEnv} from "@web/../tests/web_test_helpers";
import {registry} from "@web/core/registry";
import {PLACES} from "@key_account_segmentation/views/quadrant/quadrant_geometry";
import {sampleMatrix} from "@key_account_segmentation/views/quadrant/quadrant_sample";

describe.current.tags("desktop");

test("Odoo's sample server finds it", () => {
    expect(registry.category("sample_server").get("matrix_read")).toBe(sampleMatrix);
});

test("each customer lies on the side of the cut that its place says, within the axes", async () => {
    await makeMockEnv();
    const {x, y, points} = sampleMatrix({x: "revenue", y: "loyalty"});
    expect([x.field, y.field]).toEqual(["revenue", "loyalty"]);
    for (const [, , across, up, , , place] of points) {
        expect([across >= x.cut, up >= y.cut].map((isHigh) => (isHigh ? "high" : "low")).join("_")).toBe(place);
        expect([across, up].every((value) => value >= x.min && value <= x.max)).toBe(true);
    }
});

test("the quadrants count what they hold, and all together the total", async () => {
    await makeMockEnv();
    const {points, quadrants, total} = sampleMatrix({x: "revenue", y: "loyalty"});
    expect(quadrants.map(({place}) => place)).toEqual(PLACES);
    expect(quadrants.map(({place, count}) => count - points.filter((point) => point[6] === place).length)).toEqual([
        0, 0, 0, 0,
    ]);
    expect(total.count).toBe(points.length);
});

test("no name and no amount is made up, and it is the same each time", async () => {
    await makeMockEnv();
    const sample = sampleMatrix({x: "revenue", y: "loyalty"});
    expect(new Set(sample.points.map(([, name]) => name))).toEqual(new Set([""]));
    expect([sample.total.size, sample.missing.count, sample.currency_id]).toEqual([null, 0, false]);
    expect(JSON.stringify(sampleMatrix({x: "revenue", y: "loyalty"}))).toBe(JSON.stringify(sample));
});

test("the customers lie apart, and the largest come first", async () => {
    await makeMockEnv();
    const {points} = sampleMatrix({x: "revenue", y: "loyalty"});
    expect(new Set(points.map(([, , x, y]) => `${x} ${y}`)).size).toBe(points.length);
    const sizes = points.map((point) => point[4]);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
});
