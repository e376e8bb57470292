// SPDX-License-Identifier: LGPL-3.0-only
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {formatInteger, formatMonetary} from "@web/views/fields/formatters";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {shareInPercent} from "../fields/percentage_or_empty/percentage_text";

/** Who would move where: rows are what customers are now, columns what they would be; a number opens the names. */
export class MovesTableField extends Component {
    static template = "key_account_segmentation.MovesTableField";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get table() {
        return this.props.record.data[this.props.name];
    }

    count(head) {
        return formatInteger(head.customers);
    }

    money(head) {
        return formatMonetary(head.revenue, {currencyId: this.table.currency_id, digits: [16, 0]});
    }

    /** Part of a total in percent; none of one that is not above zero. */
    part(value, total) {
        return total > 0 ? `(${shareInPercent(value / total)})` : "";
    }

    /** What a screen reader says of a number, and a mouse that rests on it. */
    title(row, column, cell) {
        return _t("From “%(old)s” to “%(new)s”: %(count)s customers, %(revenue)s. Show the names", {
            count: this.count(cell),
            old: row.label,
            new: column.label,
            revenue: this.money(cell),
        });
    }

    async open(cell) {
        this.action.doAction(await this.orm.call("key.account.preview.line", "action_open", [[cell.id]]));
    }
}

registry.category("fields").add("key_account_moves", {
    component: MovesTableField,
    supportedTypes: ["json"],
});

/** Back to where the user came from; to the action in ``next`` if that is not known any more. */
async function goBack(env, action) {
    try {
        await env.services.action.restore();
    } catch {
        return action.params.next;
    }
}

registry.category("actions").add("key_account_back", goBack);
