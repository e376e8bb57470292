// SPDX-License-Identifier: LGPL-3.0-only
import {describe, expect, getFixture, test} from "@odoo/hoot";
import {SHAPES} from "@key_account_segmentation/views/quadrant/quadrant_geometry";
import {SERIES, readTheme, seriesOf} from "@key_account_segmentation/views/quadrant/quadrant_palette";

describe.current.tags("desktop");

const value = (key) => ({value: key, label: String(key), count: 1});
const look = ({color, shape}) => `${color} ${shape}`;

describe("series", () => {
    test("a value of a selection keeps colour and shape whatever is filtered", () => {
        const field = {
            type: "selection",
            selection: [
                ["active", "Active"],
                ["late", "Late"],
                ["lost", "Lost"],
            ],
        };
        const all = seriesOf([value("lost"), value("active"), value("late")], field);
        expect(all.map((series) => series.value)).toEqual(["active", "late", "lost"]);
        const [lost] = seriesOf([value("lost")], field);
        expect(look(lost)).toBe(look(all[2]));
        expect(look(lost)).not.toBe(look(all[0]));
    });

    test("other fields go by the order of the server, the most frequent value first", () => {
        const series = seriesOf([value(7), value(3)], {type: "many2one"});
        expect(series.map((one) => [one.value, one.color])).toEqual([
            [7, "0"],
            [3, "1"],
        ]);
    });

    test("no value is a grey circle at the end, and takes no colour from the others", () => {
        for (const none of [false, null]) {
            const series = seriesOf([value(none), value(7), value(3)], {type: "many2one"});
            expect(series.map((one) => one.value)).toEqual([7, 3, none]);
            expect(series.map((one) => one.color)).toEqual(["0", "1", "none"]);
            expect(series[2].shape).toBe("circle");
        }
    });

    test("a value that a selection no longer has is grey", () => {
        const [known, unknown] = seriesOf([value("gone"), value("active")], {
            type: "selection",
            selection: [["active", "Active"]],
        });
        expect([known.value, unknown.value]).toEqual(["active", "gone"]);
        expect(unknown.color).toBe("none");
    });

    test("what the server says of a value stays with it", () => {
        expect(seriesOf([{value: 7, label: "Mitchell", count: 12}])[0]).toMatchObject({label: "Mitchell", count: 12});
    });

    test("more values than colours differ by their shape, as many as there are pairs", () => {
        const most = SERIES * Object.keys(SHAPES).length;
        const looks = seriesOf(Array.from({length: most}, (_, index) => value(index + 1))).map(look);
        expect(new Set(looks).size).toBe(most);
    });

    test("values beside each other never share a colour nor a shape", () => {
        const series = seriesOf(Array.from({length: SERIES}, (_, index) => value(index + 1)));
        const isAlike = (one, other) => one.color === other.color || one.shape === other.shape;
        expect(series.slice(1).filter((one, index) => isAlike(one, series[index]))).toEqual([]);
    });

    test("no values, no series", () => {
        expect(seriesOf([])).toEqual([]);
    });
});

describe("theme", () => {
    test("colours and font are those of the element, not of the page", () => {
        const element = document.createElement("div");
        getFixture().append(element);
        element.style.fontFamily = "monospace";
        element.style.setProperty("--quadrant-text", " #123456 ");
        element.style.setProperty("--quadrant-series-7", "red");
        element.style.setProperty("--quadrant-fill-none", "silver");
        element.style.setProperty("--quadrant-area-11", "gold");
        const theme = readTheme(element);
        expect(theme.font).toBe("monospace");
        expect(theme.text).toBe("#123456");
        expect([theme.series[7], theme.fills.none, theme.areas[11]]).toEqual(["red", "silver", "gold"]);
        expect([theme.muted, theme.series[0]]).toEqual(["", ""], {message: "what the sheet does not say is empty"});
    });
});
