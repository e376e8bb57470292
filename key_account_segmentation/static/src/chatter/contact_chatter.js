// SPDX-License-Identifier: LGPL-3.0-only
import {Component} from "@odoo/owl";
import {Chatter} from "@mail/chatter/web_portal/chatter";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/** The messages and activities of a customer's contact, on the customer's profile. */
export class ContactChatter extends Component {
    static template = "key_account_segmentation.ContactChatter";
    static components = {Chatter};
    static props = {...standardWidgetProps};

    get partnerId() {
        return this.props.record.data.partner_id?.id ?? false;
    }
}

registry.category("view_widgets").add("key_account_contact_chatter", {component: ContactChatter});
