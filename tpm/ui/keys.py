"""Names of everything kept in the session or in the address; pages and their tests share them."""

from __future__ import annotations

from enum import StrEnum


class Key(StrEnum):
    """Session-state keys. Widget keys are stable so that tests find widgets by key, never by index."""

    # in the address as well
    WORKSPACE = "w"
    LANGUAGE = "lang"
    HEADER = "frame_header"
    NAME = "frame_name"
    HEARD = "frame_heard"  # what is there for screen readers only

    # plan page
    UPLOADER = "plan_uploader"  # followed by a counter: a new uploader is an empty one
    UPLOAD_COUNT = "plan_upload_count"
    UPLOAD_AS = "plan_upload_as"
    PASTE = "plan_paste"
    PASTE_FORM = "plan_paste_form"
    OPEN_SAMPLE = "plan_open_sample"
    TEMPLATE = "plan_template"
    BUNDLE = "plan_bundle"
    REJECTED = "plan_rejected"
    REFUSED = "plan_refused"  # files of the last upload in which nothing was found, and what they were meant as
    TAKE_ANYWAY = "plan_take_anyway"
    NOTICE = "notice"  # findings of the last upload that could not be used
    CLOSE = "workspace_close"
    SNAPSHOT = "plan_snapshot"
    OPENED = "opened_workspaces"
    RECENT = "plan_recent"  # followed by its place in the list
    ITEMS = "plan_items"
    CLEAN = "plan_clean_workbook"
    ORIGINAL = "plan_original_workbook"
    ALTERED = "plan_altered_files"
    SOURCE_CELLS = "plan_source_cells"
    DATE_ORDER = "plan_date_order"
    SHEET = "plan_sheet"
    SHEETS = "plan_sheets"  # which one is drawn
    DRAWN = "plan_drawn"  # the drawn sheet
    SAID_BEFORE = "plan_said_before"  # what each click on it replaced, for undo
    SAID_NOTHING = "plan_said_nothing"  # the last click could not be remembered

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
    USE_TODAY = "settings_use_today"
    STATUS_MODE = "settings_status_mode"
    STATUS_DATE = "settings_status_date"
    MODE = "settings_mode"
    COUNTRY = "settings_country"
    WEEK = "settings_week"
    TEAM_COUNTRIES = "settings_team_countries"
    PROJECT_START = "settings_project_start"
    USE_COLUMN = "finding_use"
    DAY_ONE = "finding_day_one"
    YEAR = "finding_year"
    DAY_ONE_ROADMAP = "roadmap_day_one"
    BOARD_OWNER = "roadmap_board_owner"
    NEAR_CRITICAL = "settings_near_critical"
    TARGET = "settings_target"

    # dependencies page
    WAITS_VIEW = "waits_view"  # which section is open
    GRAPH_LANE = "waits_graph_lane"
    GRAPH_COLUMNS = "waits_graph_columns"
    GRAPH_HIDE_DONE = "waits_graph_hide_done"
    GRAPH_ITEM = "waits_graph_item"  # whose chain is lit; stays when its panel is closed
    GRAPH_CLEAR = "waits_graph_clear"
    GRAPH_OPENED = "waits_graph_opened"  # folds that the reader opened
    GRAPH_FOLD = "waits_graph_fold"
    GRAPH_PLACES = "waits_graph_places"  # where things stood, so that a change does not reshuffle the picture
    GRAPH_CHART = "waits_graph_chart"  # followed by a turn, as the roadmap's
    GRAPH_TURN = "waits_graph_turn"
    MATRIX_BY = "waits_matrix_by"
    MATRIX_CELL = "waits_matrix_cell"
    MATRIX_CHART = "waits_matrix_chart"
    MESSAGE_TEAM = "waits_message_team"
    MESSAGE_LANGUAGE = "waits_message_language"
    COMMITMENTS_CSV = "waits_commitments_csv"
    BOTTLENECK_KIND = "waits_bottleneck_kind"
    LOAD_BY = "waits_load_by"
    LOAD_CELL = "waits_load_cell"
    LOAD_CHART = "waits_load_chart"
    TABLE_TURN = "waits_table_turn"  # a new table has nothing selected: the same row can be picked again
    WAITS_TABLE = "waits_table"  # followed by the table's name and the turn
    ASSUMPTION_OPEN = "waits_assumption_open"  # followed by the rule
    ASSUMPTION_MORE = "waits_assumption_more"  # followed by the rule
    ASSUMPTION_REASON = "waits_assumption_reason"  # followed by a digest of the finding's key
    ASSUMPTION_DISMISS = "waits_assumption_dismiss"  # followed by a digest of the finding's key
    ASSUMPTION_RESTORE = "waits_assumption_restore"  # followed by a digest of the finding's key
    OFFER_ADD = "waits_offer_add"  # followed by a digest of the offer's key
    OFFER_ADD_SURE = "waits_offer_add_sure"
    OFFER_MORE = "waits_offer_more"
    LINK_BEFORE = "waits_link_before"
    LINK_AFTER = "waits_link_after"
    LINK_ADD = "waits_link_add"

    # what-if page
    SCENARIO = "s"  # in the address as well: the key of the open scenario
    BOARD = "what_if_board"  # the open scenario and what can be undone
    UNKNOWN_SCENARIO = "what_if_unknown"
    WHAT_IF_SCENARIO = "what_if_scenario"
    WHAT_IF_NAME = "what_if_name"
    WHAT_IF_NEW = "what_if_new"
    WHAT_IF_DUPLICATE = "what_if_duplicate"
    WHAT_IF_DELETE = "what_if_delete"
    WHAT_IF_UNDO = "what_if_undo"
    WHAT_IF_REDO = "what_if_redo"
    WHAT_IF_RESET = "what_if_reset"
    WHAT_IF_TARGET = "what_if_target"
    WHAT_IF_LANE = "what_if_lane"
    WHAT_IF_SHOW = "what_if_show"
    WHAT_IF_TEXT = "what_if_text"
    WHAT_IF_ANSWER = "what_if_answer"
    WHAT_IF_CHART = "what_if_chart"
    WHAT_IF_FIGURE = "what_if_figure"  # the figure that the chart was drawn with; later ones are handed to it
    WHAT_IF_DRAG = "what_if_drag"
    WHAT_IF_EXPANDED = "what_if_expanded"  # lanes and summaries that the row limit must leave open
    WHAT_IF_COLLAPSED = "what_if_collapsed"  # lanes and summaries that the reader closed
    WHAT_IF_FOLDED = "what_if_folded"  # what is folded as drawn
    WHAT_IF_KIND = "what_if_kind"  # what to do, in the form
    WHAT_IF_ITEMS = "what_if_items"
    WHAT_IF_DAYS = "what_if_days"
    WHAT_IF_DATE = "what_if_date"
    WHAT_IF_DURATION = "what_if_duration"
    WHAT_IF_PROGRESS = "what_if_progress"
    WHAT_IF_OTHER = "what_if_other"
    WHAT_IF_LINK_TYPE = "what_if_link_type"
    WHAT_IF_LAG = "what_if_lag"
    WHAT_IF_CUT = "what_if_cut"
    WHAT_IF_PERIOD = "what_if_period"
    WHAT_IF_TEAM = "what_if_team"
    WHAT_IF_RISKS = "what_if_risks"
    WHAT_IF_APPLY = "what_if_apply"
    WHAT_IF_REMOVE = "what_if_remove"  # followed by the change's position
    WHAT_IF_RECOVER = "what_if_recover"
    WHAT_IF_WANTED = "what_if_wanted"
    WHAT_IF_COMBINE = "what_if_combine"
    WHAT_IF_TOLERANCE = "what_if_tolerance"
    WHAT_IF_COMPARE = "what_if_compare"
    WHAT_IF_COMPARED = "what_if_compared"
    WHAT_IF_SIMULATE = "what_if_simulate"
    WHAT_IF_TAKE = "what_if_take"
    WHAT_IF_ALTERED = "what_if_altered_files"
    WHAT_IF_TAKE_LANGUAGE = "what_if_take_language"
    WHAT_IF_ADOPT = "what_if_adopt"
    WHAT_IF_ADOPTED = "what_if_adopted"

    # risks page
    RISK_TABS = "risks_tabs"
    RISK_TEAMS = "risks_teams"
    RISK_CATEGORIES = "risks_categories"
    RISK_PROGRAMS = "risks_programs"
    RISK_WINDOW = "risks_window"
    RISK_CLOSED = "risks_closed"
    RISK_CHART = "risks_chart"  # followed by a turn: a new chart has nothing selected
    RISK_CHART_TURN = "risks_chart_turn"
    RISK_ITEM = "risks_item"
    RISK_CELL = "risks_cell"  # a cell of the matrix: impact level, probability level
    RISK_BANDS = "risks_bands"  # followed by the level
    RISK_IMPACTS = "risks_impacts"  # followed by the level
    RISK_MEDIUM = "risks_medium"
    RISK_HIGH = "risks_high"
    RISK_SCALE_SAVE = "risks_scale_save"
    RISK_SCALE_RESET = "risks_scale_reset"
    RISK_ADD = "risks_add"
    RISK_REGISTER = "risks_register"
    RISK_EXPORT = "risks_export"
    RISK_IMPORT = "risks_import"  # followed by a counter: a new uploader is an empty one
    RISK_IMPORT_COUNT = "risks_import_count"
    RISK_IMPORT_REPLACE = "risks_import_replace"
    RISK_NOTICE = "risks_notice"  # what came of the last import
    EXPOSURE_CHART = "risks_exposure_chart"
    EXPOSURE_CHART_TURN = "risks_exposure_chart_turn"
    EXPOSURE_CELL = "risks_exposure_cell"
    SIMULATION_RUN = "simulation_run"  # this session's run under way
    SIMULATION_CANCEL = "simulation_cancel"
    SIMULATION_AGAIN = "simulation_again"
    SIMULATION_TARGET = "simulation_target"
    SIMULATION_DATE = "simulation_date"  # followed by the target
    SIMULATION_RUNS = "simulation_runs"
    SIMULATION_SEED = "simulation_seed"
    SIMULATION_DISTRIBUTION = "simulation_distribution"
    SIMULATION_LOW = "simulation_low"
    SIMULATION_HIGH = "simulation_high"
    SIMULATION_CORRELATION = "simulation_correlation"
    SIMULATION_LEARNED = "simulation_learned"
    TORNADO_KINDS = "tornado_kinds"

    # changes page
    CHANGES_FROM = "changes_from"
    CHANGES_TO = "changes_to"
    CHANGES_SEEN = "changes_seen"  # the versions that could be chosen: with others the last two are compared again
    CHANGES_TABS = "changes_tabs"
    CHANGES_TARGET = "changes_target"
    CHANGES_WATERFALL = "changes_waterfall"
    CHANGES_TREND = "changes_trend"
    CHANGES_HEATMAP = "changes_heatmap"
    CHANGES_GANTT = "changes_gantt"
    CHANGES_KINDS = "changes_kinds"
    CHANGES_SAME = "changes_same"
    CHANGES_OTHER = "changes_other"
    CHANGES_FORGET = "changes_forget"
    CHANGES_READ_ALL = "changes_read_all"
    CHANGES_BASELINE = "changes_baseline"
    VERSION_CHOSEN = "version_chosen"
    VERSION_NAME = "version_name"  # this and the next: followed by the version's number
    VERSION_NOTE = "version_note"
    VERSION_FREEZE = "version_freeze"
    VERSION_FREEZE_NAME = "version_freeze_name"
    VERSION_RELEASE = "version_release"
    VERSION_DELETE = "version_delete"
    VERSION_RESTORE = "version_restore"

    # tables that are typed into
    GRIDS = "grids"  # what each shows and what was kept of it, by its name
    GRID_UPDATE = "grid_update"  # followed by the grid's name

    # whatever the store could not keep, and what others did to the same workspace
    STORE_TROUBLE = "store_trouble"
    RESCUE = "workspace_rescue"
    UNUSABLE_REMOVE = "unusable_remove"  # followed by its place in the list
    SEEN = "shared_seen"  # what this tab shows
    HELD = "shared_held"  # followed by the key of a form's widget: the stored value that it was given
    NEWS = "shared_news"
    NEWS_LOAD = "shared_news_load"
    CLASHES = "shared_clashes"  # workspace and questions
    CLASHES_NEW = "shared_clashes_new"  # a question that no page has shown yet
    CLASH = "shared_clash"  # this and the next two: followed by the question's place
    CLASH_THEIRS = "shared_clash_theirs"
    CLASH_MINE = "shared_clash_mine"

    # exec review page
    REVIEW_SECTION = "review_section"
    REVIEW_PRESENT = "review_present"
    REVIEW_STAGE = "review_stage"
    REVIEW_LENGTH = "review_length"
    REVIEW_SHAPE = "review_shape"
    REVIEW_WRITTEN = "review_written"  # followed by the reader's language
    REVIEW_SENTENCE = "review_sentence"  # followed by section and position
    REVIEW_DECISION = "review_decision"  # followed by its number
    REVIEW_TRY = "review_try"  # followed by the decision's and the option's number
    REVIEW_DECIDE = "review_decide"  # followed by its number
    REVIEW_REOPEN = "review_reopen"  # followed by its place in the log
    REVIEW_MESSAGE = "review_message"  # followed by the person
    REVIEW_OPTIONS = "review_options"
    REVIEW_PINNED = "review_pinned"
    REVIEW_HIDDEN = "review_hidden"
    REVIEW_LANE = "review_lane"
    REVIEW_AMBER = "review_amber"
    REVIEW_RED = "review_red"
    REVIEW_AMBER_SHARE = "review_amber_share"
    REVIEW_RED_SHARE = "review_red_share"
    REVIEW_FILES_WRITTEN = "review_files_written"  # followed by the reader's language
    REVIEW_TEMPLATE = "review_template"
    REVIEW_FILE = "review_file"  # followed by the format
