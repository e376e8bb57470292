// SPDX-License-Identifier: LGPL-3.0-only
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("key_account_tour", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            trigger: ".o_app[data-menu-xmlid='key_account_segmentation.menu_root']",
            content: _t("Your customers are already classified, from the invoices you have posted. Have a look."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_switch_view.o_kanban",
            content: _t(
                "Each bubble is a customer: the further right, the more revenue; the higher, the steadier. Now see what to do with them."
            ),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_kanban_record:not(.o_kanban_ghost)",
            content: _t(
                "Partners bring money steadily, clients now and then. The colour says who keeps their rhythm. Open one."
            ),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_notebook .nav-link[name='why']",
            content: _t("Here is why: each rule, this customer's figure, and how far the next class is."),
            tooltipPosition: "top",
            run: "click",
        },
    ],
});
