# SPDX-License-Identifier: LGPL-3.0-only
"""Every number a verdict depends on, with the value it has until a company chooses its own.

The names are the fields of the policy (``key.account.policy``), which is where people change them and where each is
explained; the rules only ever see this plain copy.
"""

from dataclasses import dataclass, field

#: Calendar length of each cadence in days, shortest first: a tie goes to the shorter.
CADENCE_DAYS = {
    "weekly": 7.0,
    "biweekly": 14.0,
    "monthly": 30.4375,
    "bimonthly": 60.875,
    "quarterly": 91.3125,
    "semiannual": 182.625,
    "annual": 365.25,
}

#: Whole months of the cadences that are counted in months.
CADENCE_MONTHS = {"monthly": 1, "bimonthly": 2, "quarterly": 3, "semiannual": 6, "annual": 12}

#: Cadences longer than a month: what makes a customer periodic.
PERIODIC_CADENCES = frozenset({"bimonthly", "quarterly", "semiannual", "annual"})

#: Cadences so long that fewer gaps have to be enough to recognise them.
LONG_CADENCES = frozenset({"semiannual", "annual"})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The thresholds of one policy. Shares and probabilities are fractions (0.8 is 80%), durations say their unit.

    >>> Thresholds().tolerance("quarterly")
    10.0
    """

    # Customers and documents
    count_own_companies: bool = False
    lookback_months: int = 48
    undone_days: int = 30
    engagement_months: int = 12
    # Months
    pattern_adi: float = 1.32
    pattern_cv2: float = 0.49
    # Cadence
    cadence_share_min: float = 0.75
    cadence_gaps_min: int = 3
    cadence_gaps_min_long: int = 2
    tolerance_weekly: float = 2.0
    tolerance_biweekly: float = 3.0
    tolerance_monthly: float = 5.0
    tolerance_bimonthly: float = 8.0
    tolerance_quarterly: float = 10.0
    tolerance_semiannual: float = 15.0
    tolerance_annual: float = 20.0
    # Season
    season_months_min: int = 2
    season_months_max: int = 6
    season_overlap_min: float = 0.6
    # Silence
    prior_gap_days: float = 90.0
    prior_customers_min: int = 5
    # Lifecycle
    late_gaps: float = 2.0
    risk_gaps: float = 3.0
    lost_days_min: int = 60
    season_late_days: int = 15
    season_risk_days: int = 60
    season_lost_days: int = 180
    silence_late_min: float = 0.3
    silence_risk_min: float = 0.5
    silence_lost_min: float = 0.8
    # Recurrence
    steady_min: float = 0.75
    monthly_active_min: int = 3
    new_months: int = 6
    # Lately
    shrinking_max: float = 0.75
    shrinking_noise: float = 1.0
    shrinking_months_min: int = 6
    shrinking_share_min: float = 0.05
    # Category
    seasonal_is_recurring: bool = False
    # Portfolio
    abc_a_share: float = 0.80
    abc_b_share: float = 0.95
    major_share: float = 0.10
    # Key accounts
    stability_days: int = 30
    type_growth_min: float = 3.0
    type_potential_share_min: float = 0.5
    type_image_share_min: float = 0.05
    type_feedback_min: int = 3
    #: (cadence, shortest gap, longest gap, gaps needed), made once because every customer is measured against it
    cadence_windows: tuple = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        windows = tuple(
            (
                cadence,
                days - self.tolerance(cadence),
                days + self.tolerance(cadence),
                self.cadence_gaps_min_long if cadence in LONG_CADENCES else self.cadence_gaps_min,
            )
            for cadence, days in CADENCE_DAYS.items()
        )
        object.__setattr__(self, "cadence_windows", windows)

    def tolerance(self, cadence):
        """Days an interval may differ from the nominal length of ``cadence`` and still count as one."""
        return getattr(self, "tolerance_" + cadence)
