import {registry} from "@web/core/registry";
import {PercentageField, percentageField} from "@web/views/fields/percentage/percentage_field";

/** A share or rate that may have no value: an empty one is an empty cell, not 0 %. */
export class PercentageOrEmptyField extends PercentageField {
    get formattedValue() {
        return this.props.record.data[this.props.name] === false ? "" : super.formattedValue;
    }
}

registry.category("fields").add("key_account_percentage", {
    ...percentageField,
    component: PercentageOrEmptyField,
});
