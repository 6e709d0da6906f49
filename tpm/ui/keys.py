"""Names of everything kept in the session or in the address; pages and their tests share them."""

from __future__ import annotations

from enum import StrEnum


class Key(StrEnum):
    """Session-state keys. Widget keys are stable so that tests find widgets by key, never by index."""

    # in the address as well
    WORKSPACE = "w"
    LANGUAGE = "lang"
    HEADER = "frame_header"

    # plan page
    UPLOADER = "plan_uploader"  # followed by a counter: a new uploader is an empty one
    UPLOAD_COUNT = "plan_upload_count"
    UPLOAD_AS = "plan_upload_as"
    OPEN_SAMPLE = "plan_open_sample"
    TEMPLATE = "plan_template"
    BUNDLE = "plan_bundle"
    REJECTED = "plan_rejected"
    NOTICE = "notice"  # findings of the last upload that could not be used
    CLOSE = "workspace_close"
    SNAPSHOT = "plan_snapshot"
    OPENED = "opened_workspaces"
    ITEMS = "plan_items"  # followed by a digest of the corrections that stand
    CLEAN = "plan_clean_workbook"
    ORIGINAL = "plan_original_workbook"
    ALTERED = "plan_altered_files"
    DATE_ORDER = "plan_date_order"
    SHEET = "plan_sheet"
    COLUMNS = "plan_columns"  # followed by the table's number

    # roadmap page
    LANE = "roadmap_lane"
    DATES = "roadmap_dates"
    SCALE = "roadmap_scale"
    LINKS = "roadmap_links"
    TEAMS = "roadmap_teams"
    STATES = "roadmap_states"
    TEXT = "roadmap_text"
    WINDOW = "roadmap_window"
    HIDE_DONE = "roadmap_hide_done"
    CRITICAL_ONLY = "roadmap_critical_only"
    LATE_ONLY = "roadmap_late_only"
    COLLAPSED = "roadmap_collapsed"  # lanes
    CLOSED = "roadmap_closed"  # summaries
    EXPANDED = "roadmap_expanded"
    FOLDED = "roadmap_folded"  # what is folded as drawn, by hand or by the limit
    CHART = "roadmap_chart"  # followed by a turn: a new chart has nothing selected
    CHART_TURN = "roadmap_chart_turn"
    ITEM = "roadmap_item"
    PATH_OPEN = "roadmap_path_open"
    PATH_TARGET = "roadmap_path_target"

    # schedule settings, in one popover on every page
    USE_SAVED = "settings_use_saved"
    STATUS_MODE = "settings_status_mode"
    STATUS_DATE = "settings_status_date"
    MODE = "settings_mode"
    COUNTRY = "settings_country"
    WEEK = "settings_week"
    TEAM_COUNTRIES = "settings_team_countries"
    PROJECT_START = "settings_project_start"
    NEAR_CRITICAL = "settings_near_critical"
    TARGET = "settings_target"
