// SPDX-License-Identifier: LGPL-3.0-only
import {registry} from "@web/core/registry";
import {PercentageField, percentageField} from "@web/views/fields/percentage/percentage_field";
import {isTiny, percentageText} from "./percentage_text";

/** A share or rate that may have no value: an empty one is an empty cell and a tiny one no 0%. */
export class PercentageOrEmptyField extends PercentageField {
    get formattedValue() {
        const value = this.props.record.data[this.props.name];
        if (value === false) {
            return "";
        }
        return isTiny(value) ? percentageText(value) : super.formattedValue;
    }
}

registry.category("fields").add("key_account_percentage", {
    ...percentageField,
    component: PercentageOrEmptyField,
});
