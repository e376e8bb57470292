// SPDX-License-Identifier: LGPL-3.0-only
import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {makeMockEnv, patchWithCleanup} from "@web/../tests/web_test_helpers";
import {localization} from "@web/core/l10n/localization";
import {nbsp} from "@web/core/utils/strings";
import {percentageText} from "@key_account_segmentation/fields/percentage_or_empty/percentage_text";
import {formatAxisValue, formatFact, shortDecimals} from "@key_account_segmentation/views/quadrant/quadrant_format";
import {SERIES, seriesOf} from "@key_account_segmentation/views/quadrant/quadrant_palette";
import {shareText, sizeText} from "@key_account_segmentation/views/quadrant/quadrant_texts";

describe.current.tags("headless");
beforeEach(() => makeMockEnv());

test("values of an axis are written in its unit", () => {
    const write = (value, unit, options) => formatAxisValue(value, {unit, digits: [16, 2]}, options);
    expect(write(1234.5, "money", {currencyId: 1})).toBe(`$${nbsp}1,234.50`);
    expect(write(1234.5, "money", {currencyId: false})).toBe("1,234.50");
    expect(write(0.583333, "percent")).toBe("58.3%");
    expect(write(1, "percent")).toBe("100%");
    expect(write(0.0006, "percent")).toBe("0.1%");
    expect(write(0.0004, "percent")).toBe("< 0.1%", {message: "tiny is not nothing"});
    expect(write(0, "percent")).toBe("0%");
    expect(write(12, "days")).toBe("12 days");
    expect(write(1, "months")).toBe("1 month");
    expect(write(2.5, "years")).toBe("2.5 years");
    expect(write(7, "count")).toBe("7");
    expect(write(1.5, "ratio")).toBe("1.5");
    expect(write(0, "score")).toBe("0");
});

test("no value is a dash, zero is not", () => {
    expect([null, false, undefined].map((value) => formatAxisValue(value, {unit: "money"}))).toEqual(["–", "–", "–"]);
    expect(formatAxisValue(0, {unit: "percent"})).toBe("0%");
});

test("ticks and headers are short, and as exact as a person can tell", () => {
    const short = (value) => formatAxisValue(value, {unit: "money"}, {currencyId: 1, isShort: true}).replace(nbsp, "");
    expect([0, 50, 1500, 41347, 250000, 1234567, -2500].map(short)).toEqual([
        "$0",
        "$50",
        "$1.5k",
        "$41.3k",
        "$250k",
        "$1.23M",
        "$-2.5k",
    ]);
    expect([1000, 1500, 1234, 12345, 123456, 0].map(shortDecimals)).toEqual([0, 1, 2, 1, 0, 0]);
});

test("facts are written as Odoo writes them", () => {
    const record = {
        revenue: 1234.5,
        currency_id: 1,
        growth: false,
        share: 0.125,
        manager_id: {id: 3, display_name: "Nora"},
        category: "client",
        is_major: false,
        last_date: "2026-03-31",
        note: "",
    };
    const write = (name, field, widget) => formatFact(record, {name, widget: widget || null}, field);
    expect(write("revenue", {type: "monetary", currency_field: "currency_id"})).toBe(`$${nbsp}1,234.50`);
    expect(write("growth", {type: "float"})).toBe("–", {message: "no growth rate is not a growth of 0"});
    expect(write("share", {type: "float"}, "key_account_percentage")).toBe("12.5%");
    expect(formatFact({share: 0.0004}, {name: "share", widget: "percentage"}, {type: "float"})).toBe("< 0.1%");
    expect(write("manager_id", {type: "many2one"})).toBe("Nora");
    expect(write("category", {type: "selection", selection: [["client", "Client"]]})).toBe("Client");
    expect(write("is_major", {type: "boolean"})).toBe("No");
    expect(write("last_date", {type: "date"})).toMatch(/Mar 31/);
    expect(write("note", {type: "char"})).toBe("–");
    expect(write("missing", {type: "char"})).toBe("–");
});

test("a sum of several currencies is not written, nor a share that says nothing", () => {
    expect(sizeText(null, {currency_id: false})).toBe("");
    expect(shareText(null, {total: {size: null}})).toBe("");
    expect(shareText(30, {total: {size: 120}})).toBe("25%");
    expect(shareText(-5, {total: {size: 120}})).toBe("");
    expect(shareText(0.3, {total: {size: 100}})).toBe("0.3%");
    expect(shareText(0.04, {total: {size: 100}})).toBe("< 0.1%");
    expect(shareText(0, {total: {size: 100}})).toBe("0%");
    expect(shareText(130, {total: {size: 120}})).toBe("", {message: "when others are negative"});
});

test("a tiny share is written as the language writes numbers", () => {
    patchWithCleanup(localization, {decimalPoint: ","});
    expect(percentageText(0.0004)).toBe("< 0,1%");
    expect(percentageText(0.0014)).toBe("0,1%");
});

test("every value has a colour and a shape, and no two the same pair", () => {
    const values = Array.from({length: 20}, (_, index) => ({value: index + 1, label: `Manager ${index}`, count: 1}));
    const series = seriesOf(values, {type: "many2one"});
    expect(new Set(series.map(({color, shape}) => `${color} ${shape}`)).size).toBe(20);
    expect(series[0].shape).not.toBe(series[1].shape);
    expect(series.every(({color}) => Number(color) < SERIES)).toBe(true);
});

test("the values of a selection keep their colour whatever is filtered, no value is grey", () => {
    const field = {
        type: "selection",
        selection: [
            ["a", "A"],
            ["b", "B"],
            ["c", "C"],
        ],
    };
    const series = seriesOf(
        [
            {value: "c", label: "C", count: 9},
            {value: false, label: "None", count: 2},
            {value: "b", label: "B", count: 1},
        ],
        field
    );
    expect(series.map(({label, color, shape}) => [label, color, shape])).toEqual([
        ["B", "1", "triangle"],
        ["C", "2", "rectRot"],
        ["None", "none", "circle"],
    ]);
});
