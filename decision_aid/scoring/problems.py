"""What can be wrong with a decision aid's document, and with the cases it must get right."""

from enum import StrEnum


class RulesetProblem(StrEnum):
    """Codes of `read_ruleset`; conditions and facts bring those of their own readers."""

    NOT_AN_OBJECT = "not_an_object"
    NOT_A_LIST = "not_a_list"
    MISSING_FIELD = "missing_field"
    UNKNOWN_FIELD = "unknown_field"
    WRONG_TYPE = "wrong_type"
    BAD_CODE = "bad_code"
    UNKNOWN_WORD = "unknown_word"
    DUPLICATE_ID = "duplicate_id"
    NAME_TAKEN = "name_taken"
    UNKNOWN_FACT = "unknown_fact"
    UNKNOWN_SCALE = "unknown_scale"
    UNKNOWN_OPTION = "unknown_option"
    UNKNOWN_OUTCOME = "unknown_outcome"
    UNKNOWN_SOURCE = "unknown_source"
    UNKNOWN_WARNING_SIGN = "unknown_warning_sign"
    MISSING_REASON = "missing_reason"
    MISSING_SOURCE = "missing_source"
    BANDS_GAP = "bands_gap"
    BANDS_OVERLAP = "bands_overlap"
    BAND_EMPTY = "band_empty"
    CYCLE_OF_SCALES = "cycle_of_scales"
    SCALE_WITHOUT_ITEMS = "scale_without_items"
    SCALE_ITEM_UNSUITABLE = "scale_item_unsuitable"
    MISSING_RULE_IMPOSSIBLE = "missing_rule_impossible"
    RULE_POINTS_MISSING = "rule_points_missing"
    RULE_POINTS_UNUSED = "rule_points_unused"
    MISSING_ESTIMATE = "missing_estimate"
    DUPLICATE_ESTIMATE = "duplicate_estimate"
    ESTIMATE_INCOMPLETE = "estimate_incomplete"
    ESTIMATE_CONTRADICTORY = "estimate_contradictory"
    UNSOURCED_FIGURE = "unsourced_figure"
    TIMELINE_INCOMPLETE = "timeline_incomplete"


class GoldenProblem(StrEnum):
    """Codes of `run_golden_cases`: where the ruleset's answer is not the expected one."""

    PATHWAY = "golden_pathway_differs"
    CANDIDACY = "golden_candidacy_differs"
    SCALE = "golden_scale_differs"
    DECISIVE = "golden_decisive_differs"
    WARNING_SIGNS = "golden_warning_signs_differ"
