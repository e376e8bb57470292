// SPDX-License-Identifier: LGPL-3.0-only
import {_t} from "@web/core/l10n/translation";
import {formatInteger, formatMonetary} from "@web/views/fields/formatters";
import {shareInPercent} from "../../fields/percentage_or_empty/percentage_text";
import {formatAxisValue, shortDecimals} from "./quadrant_format";

/** "1 customer", "1,234 customers". */
export function countText(count) {
    return count === 1 ? _t("1 customer") : _t("%s customers", formatInteger(count));
}

/** A sum of sizes; nothing where there is none (sizes in several currencies have no sum). */
export function sizeText(size, data, {isShort = false} = {}) {
    if (size === null || size === undefined || size === false) {
        return "";
    }
    if (!data.currency_id) {
        return formatAxisValue(size, {unit: "ratio"}, {isShort});
    }
    const short = {humanReadable: true, digits: [16, shortDecimals(size)]};
    return formatMonetary(size, {currencyId: data.currency_id, ...(isShort ? short : {})});
}

/** How much of the total a quadrant brings; nothing where that says nothing. */
export function shareText(size, data) {
    const isMeaningful = data.total.size > 0 && size >= 0 && size <= data.total.size;
    return isMeaningful ? shareInPercent(size / data.total.size) : "";
}

/** The second line of a quadrant: how many customers, how much they bring, which part that is. */
export function quadrantText(quadrant, data) {
    const texts = [countText(quadrant.count), sizeText(quadrant.size, data, {isShort: true})];
    return [...texts, shareText(quadrant.size, data)].filter(Boolean).join(" · ");
}

/** The title of an axis. */
export function axisText(axis) {
    return axis.reversed ? _t("%s (less is better)", axis.label) : axis.label;
}

/** The picture in a sentence or two, for those who do not see it. */
export function summaryText(data) {
    const intro = _t("%(customers)s by %(x)s and %(y)s.", {
        customers: countText(data.total.count),
        x: data.x.label,
        y: data.y.label,
    });
    const places = [...data.quadrants, ...data.aside];
    return [intro, ...places.map((place) => `${place.name}: ${quadrantText(place, data)}.`)].join(" ");
}
