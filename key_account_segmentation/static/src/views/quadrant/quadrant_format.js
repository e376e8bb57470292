// SPDX-License-Identifier: LGPL-3.0-only
import {deserializeDate, deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {formatFloat, formatMonetary} from "@web/views/fields/formatters";
import {percentageText} from "../../fields/percentage_or_empty/percentage_text";

const NO_VALUE = "–";
const NUMERIC = ["float", "integer", "monetary"];

/** How many decimals a number of thousands, millions … needs so that about three digits are seen, none for nothing. */
export function shortDecimals(value) {
    const magnitude = Math.abs(value);
    const thousands = magnitude < 1000 ? 0 : Math.floor(Math.log10(magnitude) / 3);
    const shown = magnitude / 1000 ** thousands;
    const most = shown >= 100 ? 0 : shown >= 10 ? 1 : 2;
    const isExact = (decimals) => Math.abs(shown * 10 ** decimals - Math.round(shown * 10 ** decimals)) < 1e-6;
    return [0, 1, 2].find((decimals) => decimals >= most || isExact(decimals));
}

function formatMoney(value, {currencyId, isShort}) {
    if (!isShort) {
        return formatMonetary(value, {currencyId});
    }
    return formatMonetary(value, {currencyId, humanReadable: true, digits: [16, shortDecimals(value)]});
}

function formatNumber(value, {digits, isShort}) {
    if (isShort && Math.abs(value) >= 1000) {
        return formatFloat(value, {humanReadable: true, decimals: shortDecimals(value)});
    }
    return formatFloat(value, {digits: digits || [16, 2], trailingZeros: false});
}

const formatTime = (value, options) => formatNumber(value, {...options, digits: [16, 1]});

const UNITS = {
    money: formatMoney,
    percent: percentageText,
    days: (value, options) => (value === 1 ? _t("1 day") : _t("%s days", formatTime(value, options))),
    months: (value, options) => (value === 1 ? _t("1 month") : _t("%s months", formatTime(value, options))),
    years: (value, options) => (value === 1 ? _t("1 year") : _t("%s years", formatTime(value, options))),
};

/**
 * A value of an axis in words; a dash without one.
 *
 * @param {number|false|null} value
 * @param {{unit: string, digits: [number, number]}} axis
 * @param {{currencyId?: number|false, isShort?: boolean}} [options] short is 12.3k, for ticks and headers
 */
export function formatAxisValue(value, axis, options = {}) {
    if (value === null || value === false || value === undefined) {
        return NO_VALUE;
    }
    return (UNITS[axis.unit] || formatNumber)(value, {...options, digits: axis.digits});
}

function readValue(value, field) {
    if (!value) {
        return value;
    }
    return {date: deserializeDate, datetime: deserializeDateTime}[field.type]?.(value) ?? value;
}

function isEmpty(value, field) {
    return value === undefined || value === null || (value === false && NUMERIC.includes(field.type));
}

/**
 * A field of a record in words, as Odoo writes it; a dash without a value.
 *
 * @param {Object} record as `web_read` answers
 * @param {{name: string, widget: string|null}} fact
 * @param {Object} field its definition
 */
export function formatFact(record, fact, field) {
    const value = record[fact.name];
    if (isEmpty(value, field)) {
        return NO_VALUE;
    }
    if (field.type === "boolean") {
        return value ? _t("Yes") : _t("No");
    }
    if (fact.widget?.includes("percentage")) {
        return percentageText(value);
    }
    const formatters = registry.category("formatters");
    const format = formatters.get(fact.widget, null) || formatters.get(field.type, String);
    return format(readValue(value, field), {data: record, field}) || NO_VALUE;
}
