// SPDX-License-Identifier: LGPL-3.0-only
import {formatPercentage} from "@web/views/fields/formatters";

const TENTH = {digits: [16, 1]};
const LEAST = 0.001;

/** Whether a share is above zero although its tenths of a percent are none. */
export function isTiny(share) {
    return share > 0 && share < LEAST / 2;
}

/** A share or rate in percent, to the tenth; what is tiny is not nothing. */
export function percentageText(share) {
    return isTiny(share) ? `< ${formatPercentage(LEAST, TENTH)}` : formatPercentage(share, TENTH);
}

/** A share in whole percents, in tenths where it would be none. */
export function shareInPercent(share) {
    return share > 0 && share < 0.005 ? percentageText(share) : formatPercentage(share, {digits: [16, 0]});
}
