"""What the tools export, in miniature: the columns, notations and dates that each writes, read without configuration."""

from __future__ import annotations

from typing import Any

import openpyxl

from tests.ingest.build import codes, links, read, read_text, row, saved
from tpm.ingest import read_files
from tpm.model import ImportResult

Item = tuple[str, str | None, str | None, str | None, str | None]


def items(result: ImportResult) -> list[Item]:
    """(name, name of the parent, start, finish, owner) of every activity."""
    frame = result.plan.activities
    names: dict[Any, str] = dict(zip(frame["id"], frame["name"], strict=True))
    rows = [row(result, name) for name in frame["name"]]
    return [(one["name"], names.get(one["parent"]), one["planned_start"], one["planned_finish"], one["owner"]) for one in rows]


def pairs(result: ImportResult) -> list[tuple[str, str, str, float]]:
    """(predecessor's name, successor's name, type, lag) of every link."""
    names = dict(zip(result.plan.activities["id"], result.plan.activities["name"], strict=True))
    return [(names[first], names[second], kind, lag) for first, second, kind, lag, _ in links(result)]


def test_azure_devops() -> None:
    result = read_text(
        "ID,Work Item Type,Title 1,Title 2,Title 3,Assigned To,State,Iteration Path,Area Path,Start Date,Target Date,Predecessor\n"
        "101,Epic,Checkout,,,Maya Chen <maya@x.com>,Active,Shop\\Sprint 1,Shop\\Payments,3/2/2026 12:00:00 AM,3/20/2026 12:00:00 AM,\n"
        "102,Feature,,Card form,,Bo Kim <bo@x.com>,Active,Shop\\Sprint 1,Shop\\Payments,3/2/2026 12:00:00 AM,3/13/2026 12:00:00 AM,\n"
        "103,User Story,,,Build the form,Bo Kim <bo@x.com>,Closed,Shop\\Sprint 1,Shop\\Web,3/2/2026 12:00:00 AM,3/6/2026 12:00:00 AM,\n"
        "104,User Story,,,Test the form,Bo Kim <bo@x.com>,New,Shop\\Sprint 2,Shop\\Web,3/9/2026 12:00:00 AM,3/13/2026 12:00:00 AM,103\n"
        "105,Feature,,Receipts,,,New,Shop\\Sprint 2,Shop\\Payments,3/16/2026 12:00:00 AM,3/20/2026 12:00:00 AM,102;104\n"
    )
    assert items(result) == [
        ("Checkout", None, "2026-03-02", "2026-03-20", "Maya Chen"),
        ("Card form", "Checkout", "2026-03-02", "2026-03-13", "Bo Kim"),
        ("Build the form", "Card form", "2026-03-02", "2026-03-06", "Bo Kim"),
        ("Test the form", "Card form", "2026-03-09", "2026-03-13", "Bo Kim"),
        ("Receipts", "Checkout", "2026-03-16", "2026-03-20", None),
    ]
    assert ("Build the form", "Test the form", "FS", 0) in pairs(result)
    test = row(result, "Test the form")
    assert (test["id"], test["team"], test["phase"], test["state"]) == ("104", "Shop\\Web", "Shop\\Sprint 2", "not_started")


def test_asana() -> None:
    result = read_text(
        "Task ID,Created At,Completed At,Last Modified,Name,Section/Column,Assignee,Assignee Email,Start Date,Due Date,Tags,Notes,Projects,"
        "Parent task,Blocked By (Dependencies),Blocking (Dependencies)\n"
        '1201,2026-02-01,,2026-02-20,Launch,Build,Maya Chen,maya@example.com,2026-03-02,2026-03-20,,,"Shop",,,\n'
        '1202,2026-02-01,2026-03-05,2026-03-05,Write copy,Build,Bo Kim,bo@example.com,2026-03-02,2026-03-06,,,,Launch,,Review copy\n'
        '1203,2026-02-01,,2026-02-20,Review copy,Build,Maya Chen,maya@example.com,2026-03-09,2026-03-10,,,,Launch,Write copy,\n'
        '1204,2026-02-01,,2026-02-20,Announce,Ship,,,,2026-03-20,,,"Shop",,"Review copy,Write copy",\n'
    )
    assert items(result) == [
        ("Launch", None, "2026-03-02", "2026-03-20", "Maya Chen"),
        ("Write copy", "Launch", "2026-03-02", "2026-03-06", "Bo Kim"),
        ("Review copy", "Launch", "2026-03-09", "2026-03-10", "Maya Chen"),
        ("Announce", None, None, "2026-03-20", None),
    ]
    assert sorted(pairs(result)) == [
        ("Review copy", "Announce", "FS", 0),
        ("Write copy", "Announce", "FS", 0),
        ("Write copy", "Review copy", "FS", 0),
    ]
    copy = row(result, "Write copy")
    assert (copy["id"], copy["phase"], copy["state"], copy["actual_finish"]) == ("1202", "Build", "done", "2026-03-05")


def test_trello() -> None:
    result = read_text(
        "Card ID,Card Name,Card URL,Card Description,Labels,Members,Due Date,Attachment Count,Attachment Links,Checklist Item Total Count,"
        "Checklist Item Completed Count,Vote Count,Comment Count,Last Activity Date,List ID,List Name,Board ID,Board Name,Archived,"
        "Start Date,Due Complete\n"
        '65aa01,Design the page,https://trello.com/c/a1,,Web (blue),"Maya Chen,Bo Kim",2026-03-06T17:00:00.000Z,0,,0,0,0,0,'
        "2026-02-20T08:00:00.000Z,5fb1,Done,5fa0,Shop,false,2026-03-02T09:00:00.000Z,true\n"
        "65aa02,Build the page,https://trello.com/c/a2,The whole page,,Bo Kim,2026-03-13T17:00:00.000Z,0,,0,0,0,0,"
        "2026-02-20T08:00:00.000Z,5fb2,Doing,5fa0,Shop,false,2026-03-09T09:00:00.000Z,false\n"
    )
    assert items(result) == [
        ("Design the page", None, "2026-03-02", "2026-03-06", "Maya Chen,Bo Kim"),
        ("Build the page", None, "2026-03-09", "2026-03-13", "Bo Kim"),
    ]
    build = row(result, "Build the page")
    assert (build["id"], build["status"], build["state"], build["program"]) == ("65aa02", "Doing", "in_progress", "Shop")
    assert build["link"] == "https://trello.com/c/a2"


def test_linear() -> None:
    result = read_text(
        "ID,Team,Title,Description,Status,Estimate,Priority,Project ID,Project,Creator,Assignee,Labels,Cycle Number,Cycle Name,Cycle Start,"
        "Cycle End,Created,Updated,Started,Triaged,Completed,Canceled,Archived,Due Date,Parent issue,Initiatives,Related to,Blocked by\n"
        "PAY-1,Payments,Card form,,In Progress,5,High,p1,Checkout,maya@example.com,bo@example.com,,12,Cycle 12,2026-03-02,2026-03-13,"
        "2026-02-20T08:00:00.000Z,2026-03-03T08:00:00.000Z,2026-03-03T08:00:00.000Z,,,,,2026-03-13,,,,\n"
        "PAY-2,Payments,Validate numbers,,Done,2,Urgent,p1,Checkout,maya@example.com,bo@example.com,,12,Cycle 12,2026-03-02,2026-03-13,"
        "2026-02-20T08:00:00.000Z,2026-03-06T08:00:00.000Z,2026-03-03T08:00:00.000Z,,2026-03-06T08:00:00.000Z,,,2026-03-06,PAY-1,,,\n"
        "PAY-3,Payments,Store tokens,,Todo,3,No priority,p1,Checkout,maya@example.com,,,12,Cycle 12,2026-03-02,2026-03-13,"
        '2026-02-20T08:00:00.000Z,2026-02-20T08:00:00.000Z,,,,,,2026-03-13,PAY-1,,PAY-1,"PAY-2"\n'
    )
    frame = [(name, parent, finish) for name, parent, _, finish, _ in items(result)]
    assert frame == [
        ("Card form", None, "2026-03-13"),
        ("Validate numbers", "Card form", "2026-03-06"),
        ("Store tokens", "Card form", "2026-03-13"),
    ]
    assert pairs(result) == [("Validate numbers", "Store tokens", "FS", 0)]
    done = row(result, "Validate numbers")
    assert (done["id"], done["team"], done["program"], done["owner"]) == ("PAY-2", "Payments", "Checkout", "bo@example.com")
    assert (done["actual_start"], done["actual_finish"], done["state"]) == ("2026-03-03", "2026-03-06", "done")
    assert (done["priority_rank"], done["phase"]) == (1, "Cycle 12")


def test_clickup() -> None:
    result = read_text(
        "Task ID,Task Name,Task Content,Status,Date Created,Date Created Text,Due Date,Due Date Text,Start Date,Start Date Text,Parent ID,"
        "Assignees,Tags,Priority,List Name,Folder Name,Space Name,Time Estimated,Time Estimated Text\n"
        '86a1,Card form,,in progress,1771200000000,"2/16/2026",1773360000000,"3/13/2026, 12:00:00 AM GMT",1772409600000,'
        '"3/2/2026, 12:00:00 AM GMT",null,"[Maya Chen,Bo Kim]",[],2,Checkout,Shop,Product,null,\n'
        '86a2,Validate numbers,,complete,1771200000000,"2/16/2026",1772755200000,"3/6/2026, 12:00:00 AM GMT",1772409600000,'
        '"3/2/2026, 12:00:00 AM GMT",86a1,[Bo Kim],[],1,Checkout,Shop,Product,28800000,8 h\n'
        '86a3,Store tokens,,Open,1771200000000,"2/16/2026",1773360000000,"3/13/2026, 12:00:00 AM GMT",1773014400000,'
        '"3/9/2026, 12:00:00 AM GMT",86a1,[],[],null,Checkout,Shop,Product,null,\n'
    )
    assert items(result) == [
        ("Card form", None, "2026-03-02", "2026-03-13", "Maya Chen, Bo Kim"),
        ("Validate numbers", "Card form", "2026-03-02", "2026-03-06", "Bo Kim"),
        ("Store tokens", "Card form", "2026-03-09", "2026-03-13", None),
    ]
    assert (row(result, "Validate numbers")["id"], row(result, "Validate numbers")["priority_rank"]) == ("86a2", 1)
    assert row(result, "Store tokens")["state"] == "not_started"
    assert not {"unreadable-duration", "duration-contradicts", "number-not-date"} & codes(result)


def test_monday() -> None:
    head = ["Name", "Person", "Status", "Timeline - Start", "Timeline - End", "Dependent On", "Duration"]
    result = read(
        [
            ["Checkout"],
            ["Design"],
            head,
            ["Draft pages", "Maya Chen", "Done", "2026-03-02", "2026-03-06", None, 5],
            ["Review pages", "Bo Kim", "Working on it", "2026-03-09", "2026-03-10", "Draft pages", 2],
            [None],
            ["Build"],
            head,
            ["Code pages", "Bo Kim, Maya Chen", "Stuck", "2026-03-11", "2026-03-20", "Draft pages, Review pages", 8],
            ["Ship", None, None, "2026-03-23", "2026-03-23", "Code pages", 1],
        ]
    )
    dated = [one for one in items(result) if one[0] not in ("Design", "Build", "Checkout")]
    assert [one[0] for one in dated] == ["Draft pages", "Review pages", "Code pages", "Ship"]
    assert [one[2:] for one in dated] == [
        ("2026-03-02", "2026-03-06", "Maya Chen"),
        ("2026-03-09", "2026-03-10", "Bo Kim"),
        ("2026-03-11", "2026-03-20", "Bo Kim, Maya Chen"),
        ("2026-03-23", "2026-03-23", None),
    ]
    assert pairs(result) == [
        ("Draft pages", "Review pages", "FS", 0),
        ("Draft pages", "Code pages", "FS", 0),
        ("Review pages", "Code pages", "FS", 0),
        ("Code pages", "Ship", "FS", 0),
    ]
    assert [one[1] or row(result, one[0])["phase"] for one in dated] == ["Design", "Design", "Build", "Build"]
    assert row(result, "Code pages")["state"] == "blocked"


def test_smartsheet() -> None:
    result = read(
        [
            ["Task Name", "Level", "Duration", "Start", "Finish", "Predecessors", "Assigned To", "% Complete", "Status"],
            ["Design", 0, "7d", "2026-03-02", "2026-03-10", None, None, 0.6, "In Progress"],
            ["Draft pages", 1, "5d", "2026-03-02", "2026-03-06", None, "Maya Chen", 1, "Complete"],
            ["Review pages", 1, "2d", "2026-03-09", "2026-03-10", "2", "Bo Kim", 0.1, "In Progress"],
            ["Build", 0, "5d", "2026-03-13", "2026-03-19", None, None, 0, "Not Started"],
            ["Code pages", 1, "5d", "2026-03-13", "2026-03-19", "3FS +2d", "Bo Kim", 0, "Not Started"],
            ["Launch", 0, "0", "2026-03-20", "2026-03-20", "5", None, 0, "Not Started"],
        ]
    )
    assert [(name, parent) for name, parent, *_ in items(result)] == [
        ("Design", None),
        ("Draft pages", "Design"),
        ("Review pages", "Design"),
        ("Build", None),
        ("Code pages", "Build"),
        ("Launch", None),
    ]
    assert pairs(result) == [
        ("Draft pages", "Review pages", "FS", 0),
        ("Review pages", "Code pages", "FS", 2),
        ("Code pages", "Launch", "FS", 0),
    ]
    code = row(result, "Code pages")
    assert (code["planned_start"], code["planned_finish"], code["duration"], code["owner"]) == ("2026-03-13", "2026-03-19", 5, "Bo Kim")
    assert row(result, "Review pages")["progress"] == 0.1
    assert row(result, "Launch")["kind"] == "milestone"


def test_smartsheet_with_ancestors() -> None:
    result = read_text(
        "Primary,Ancestors,Duration,Start Date,End Date,Predecessors\n"
        "Design,0,5d,03/02/26,03/06/26,\nDraft,1,3d,03/02/26,03/04/26,\nReview,1,2d,03/05/26,03/06/26,2SS +3d\n"
        "Build,0,5d,03/16/26,03/20/26,\nCode,1,5d,03/16/26,03/20/26,3\n"
    )
    assert [(name, parent) for name, parent, *_ in items(result)] == [
        ("Design", None),
        ("Draft", "Design"),
        ("Review", "Design"),
        ("Build", None),
        ("Code", "Build"),
    ]
    assert pairs(result) == [("Draft", "Review", "SS", 3), ("Review", "Code", "FS", 0)]
    assert row(result, "Code")["planned_start"] == "2026-03-16"


def test_github_projects() -> None:
    url = "https://github.com/acme/shop/issues/"
    result = read_text(
        "Title\tURL\tAssignees\tStatus\tIteration\tStart date\tTarget date\tRepository\tParent issue\n"
        f"Checkout\t{url}10\tmaya\tIn Progress\tIteration 1\tMar 2, 2026\tMar 20, 2026\tacme/shop\t\n"
        f"Card form\t{url}11\tmaya, bo\tDone\tIteration 1\tMar 2, 2026\tMar 6, 2026\tacme/shop\t{url}10\n"
        f"Receipts\t{url}12\t\tTodo\tIteration 2\tMar 9, 2026\tMar 20, 2026\tacme/shop\tCheckout\n",
        "project.tsv",
    )
    assert items(result) == [
        ("Checkout", None, "2026-03-02", "2026-03-20", "maya"),
        ("Card form", "Checkout", "2026-03-02", "2026-03-06", "maya, bo"),
        ("Receipts", "Checkout", "2026-03-09", "2026-03-20", None),
    ]
    assert (row(result, "Card form")["link"], row(result, "Card form")["phase"]) == (f"{url}11", "Iteration 1")


def test_github_projects_rows_are_called_by_their_issue() -> None:
    host = "https://github.com/acme/shop"
    result = read_text(
        "Title\tURL\tStatus\tStart date\tTarget date\tBlocked by\n"
        f"Checkout\t{host}/issues/10\tTodo\tMar 2, 2026\tMar 6, 2026\t\n"
        f"Card form\t{host}/pull/11\tTodo\tMar 9, 2026\tMar 10, 2026\t#10\n"
        f"Receipts\t{host}/issues/12\tTodo\tMar 11, 2026\tMar 12, 2026\tacme/shop#11, {host}/issues/10\n"
        "Idea\t\tTodo\tMar 13, 2026\tMar 13, 2026\tshop#12\n"
        f"Twice\t{host}/issues/13\tTodo\tMar 13, 2026\tMar 13, 2026\t\n"
        f"Again\t{host}/issues/13\tTodo\tMar 13, 2026\tMar 13, 2026\t\n",
        "project.tsv",
    )
    assert result.plan.activities["id"].tolist() == ["shop#10", "shop#11", "shop#12", "R5", "R6", "R7"]
    assert pairs(result) == [
        ("Checkout", "Card form", "FS", 0),
        ("Card form", "Receipts", "FS", 0),
        ("Checkout", "Receipts", "FS", 0),
        ("Receipts", "Idea", "FS", 0),
    ]


def test_an_issue_without_a_repository_is_its_number_and_stated_ids_stay() -> None:
    bare = read_text(
        "Title,URL,Start date\nA,https://issues.example.com/issues/7,2026-03-02\nB,https://issues.example.com/issues/8/,2026-03-03\n"
    )
    assert bare.plan.activities["id"].tolist() == ["#7", "#8"]
    stated = read_text(
        "ID,Title,URL,Start date,Blocked by\n8,A,https://x.com/a/b/issues/7,2026-03-02,\n7,B,https://x.com/a/b/issues/8,2026-03-03,#8\n"
    )
    assert stated.plan.activities["id"].tolist() == ["8", "7"]
    assert pairs(stated) == [("A", "B", "FS", 0)]


def test_openproject_writes_the_lag_in_brackets() -> None:
    result = read_text(
        "ID,Subject,Start date,Finish date,Follows\n"
        "11,Draft pages,2026-03-02,2026-03-06,\n"
        "12,Review pages,2026-03-11,2026-03-12,11 (+2 days)\n"
        '13,Go live,2026-03-20,2026-03-20,"#12 Review pages (-1 day), 11 (+1 w)"\n'
    )
    assert links(result) == [("11", "12", "FS", 2, "working"), ("12", "13", "FS", -1, "working"), ("11", "13", "FS", 5, "working")]


def test_openproject() -> None:
    result = read_text(
        "ID,Type,Subject,Status,Assignee,Priority,Start date,Finish date,% Complete,Parent,Follows\n"
        "10,Phase,Design,In progress,Maya Chen,Normal,2026-03-02,2026-03-10,40,,\n"
        "11,Task,Draft pages,Closed,Maya Chen,High,2026-03-02,2026-03-06,100,#10 Design,\n"
        "12,Task,Review pages,New,Bo Kim,Normal,2026-03-09,2026-03-10,0,Phase #10: Design,#11 Draft pages\n"
        '13,Milestone,Go live,New,,Immediate,2026-03-20,2026-03-20,0,,"#12, #11"\n'
    )
    assert [(name, parent) for name, parent, *_ in items(result)] == [
        ("Design", None),
        ("Draft pages", "Design"),
        ("Review pages", "Design"),
        ("Go live", None),
    ]
    assert pairs(result) == [
        ("Draft pages", "Review pages", "FS", 0),
        ("Review pages", "Go live", "FS", 0),
        ("Draft pages", "Go live", "FS", 0),
    ]
    assert (row(result, "Go live")["kind"], row(result, "Go live")["id"], row(result, "Go live")["priority_rank"]) == ("milestone", "13", 1)
    assert row(result, "Review pages")["planned_finish"] == "2026-03-10"


def test_notion() -> None:
    page = "https://www.notion.so/"
    result = read_text(
        "Name,Status,Assign,Date,Blocked by,Sub-item,Parent item\n"
        f'Launch,In progress,Maya Chen,"March 2, 2026 → March 20, 2026",,"Draft pages ({page}Draft-pages-0a1b?pvs=21), '
        f'Code pages ({page}Code-pages-0a2b?pvs=21)",\n'
        f'Draft pages,Done,Maya Chen,"March 2, 2026 → March 6, 2026",,,Launch ({page}Launch-0a0b?pvs=21)\n'
        f'Code pages,Not started,"Bo Kim, Maya Chen","March 9, 2026 → March 20, 2026",Draft pages ({page}Draft-pages-0a1b?pvs=21),,'
        f"Launch ({page}Launch-0a0b?pvs=21)\n"
        f'Celebrate,Not started,,"March 23, 2026","Draft pages ({page}Draft-pages-0a1b), Code pages ({page}Code-pages-0a2b)",,\n'
    )
    assert items(result) == [
        ("Launch", None, "2026-03-02", "2026-03-20", "Maya Chen"),
        ("Draft pages", "Launch", "2026-03-02", "2026-03-06", "Maya Chen"),
        ("Code pages", "Launch", "2026-03-09", "2026-03-20", "Bo Kim, Maya Chen"),
        ("Celebrate", None, None, "2026-03-23", None),
    ]
    assert pairs(result) == [
        ("Draft pages", "Code pages", "FS", 0),
        ("Draft pages", "Celebrate", "FS", 0),
        ("Code pages", "Celebrate", "FS", 0),
    ]


def test_notion_with_sub_items_only() -> None:
    page = "https://www.notion.so/"
    result = read_text(
        "Name,Date,Sub-item\n"
        f'Launch,"March 2, 2026 → March 20, 2026","Draft pages ({page}Draft-0a1b), Code pages ({page}Code-0a2b)"\n'
        'Draft pages,"March 2, 2026 → March 6, 2026",\nCode pages,"March 9, 2026 → March 20, 2026",\n'
    )
    assert [(name, parent) for name, parent, *_ in items(result)] == [("Launch", None), ("Draft pages", "Launch"), ("Code pages", "Launch")]


def test_microsoft_project_export_to_excel() -> None:
    result = read(
        {
            "Task_Table": [
                ["ID", "Active", "Task Mode", "Name", "Duration", "Start", "Finish", "Predecessors", "Outline Level", "Resource Names"],
                [1, "Yes", "Auto Scheduled", "Design", "7 days", "March 2, 2026 8:00 AM", "March 10, 2026 5:00 PM", None, 1, None],
                [2, "Yes", "Auto Scheduled", "Draft pages", "5 days", "March 2, 2026 8:00 AM", "Fri 3/6/26", None, 2, "Maya Chen"],
                [3, "Yes", "Auto Scheduled", "Review pages", "2 days?", "Mon 3/9/26", "March 10, 2026 5:00 PM", "2", 2, "Bo Kim[50%]"],
                [4, "Yes", "Manually Scheduled", "Build", "1 wk", "March 13, 2026 8:00 AM", "March 19, 2026 5:00 PM", "3FS+2 days", 1,
                 "Bo Kim,Maya Chen"],
                [5, "Yes", "Auto Scheduled", "Launch", "0 days", "March 19, 2026 5:00 PM", "March 19, 2026 5:00 PM", "4", 1, None],
            ]
        }
    )  # fmt: skip
    assert items(result) == [
        ("Design", None, "2026-03-02", "2026-03-10", None),
        ("Draft pages", "Design", "2026-03-02", "2026-03-06", "Maya Chen"),
        ("Review pages", "Design", "2026-03-09", "2026-03-10", "Bo Kim"),
        ("Build", None, "2026-03-13", "2026-03-19", "Bo Kim,Maya Chen"),
        ("Launch", None, "2026-03-19", "2026-03-19", None),
    ]
    assert pairs(result) == [
        ("Draft pages", "Review pages", "FS", 0),
        ("Review pages", "Build", "FS", 2),
        ("Build", "Launch", "FS", 0),
    ]
    assert row(result, "Launch")["kind"] == "milestone"
    assert row(result, "Build")["duration"] == 5


def test_jira() -> None:
    result = read_text(
        "Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Priority,Assignee,Created,Resolved,Component/s,Due date,"
        "Sprint,Sprint,Inward issue link (Blocks),Inward issue link (Blocks),Outward issue link (Blocks),"
        "Outward issue link (Relates),"
        "Custom field (Start date),Custom field (Story Points),Custom field (Epic Link),Parent,Parent summary,"
        "Original estimate,Status Category\n"
        "Checkout,PAY-1,10001,Epic,In Progress,PAY,Payments,High,Maya Chen,02/Feb/26 9:12 AM,,Web,20/Mar/26 12:00 AM,,,,,,,"
        "02/Mar/26 12:00 AM,,,,,,In Progress\n"
        "Card form,PAY-2,10002,Story,Done,PAY,Payments,High,Bo Kim,02/Feb/26 9:12 AM,06/Mar/26 4:40 PM,Web,06/Mar/26 12:00 AM,"
        "Sprint 1,Sprint 2,,,PAY-3,PAY-9,02/Mar/26 12:00 AM,5,PAY-1,,,28800,Done\n"
        "Store tokens,PAY-3,10003,Story,To Do,PAY,Payments,Medium,,02/Feb/26 9:12 AM,,Api,13/Mar/26 12:00 AM,Sprint 2,,PAY-2,,PAY-4,,"
        "09/Mar/26 12:00 AM,3,PAY-1,,,57600,To Do\n"
        "Refunds,PAY-4,10004,Sub-task,Blocked,PAY,Payments,Low,Bo Kim,02/Feb/26 9:12 AM,,Api,20/Mar/26 12:00 AM,,,PAY-3,PAY-2,,,"
        "16/Mar/26 12:00 AM,,,10003,Store tokens,,In Progress\n",
        "Jira.csv",
    )
    assert items(result) == [
        ("Checkout", None, "2026-03-02", "2026-03-20", "Maya Chen"),
        ("Card form", "Checkout", "2026-03-02", "2026-03-06", "Bo Kim"),
        ("Store tokens", "Checkout", "2026-03-09", "2026-03-13", None),
        ("Refunds", "Store tokens", "2026-03-16", "2026-03-20", "Bo Kim"),
    ]
    assert [pair[:3] for pair in pairs(result)] == [("Card form", "Store tokens", "FS"), ("Card form", "Refunds", "FS")]
    form = row(result, "Card form")
    assert (form["id"], form["team"], form["program"], form["phase"]) == ("PAY-2", "Web", "Payments", "Sprint 2")
    assert (form["actual_finish"], form["state"], form["priority_rank"], form["duration"]) == ("2026-03-06", "done", 2, None)
    assert row(result, "Refunds")["state"] == "blocked"
    assert "unreadable-duration" not in codes(result)


def test_jira_estimates_are_seconds_where_no_dates_say_how_long() -> None:
    result = read_text(
        "Summary,Issue key,Due date,Original estimate\nBuild,A-1,13/Mar/26 12:00 AM,144000\nTest,A-2,20/Mar/26 12:00 AM,28800\n"
    )
    assert [(row(result, name)["duration"], row(result, name)["planned_start"]) for name in ("Build", "Test")] == [(5, None), (1, None)]


def test_asana_names_with_commas_in_lists_of_names() -> None:
    result = read_text(
        "Task ID,Name,Section/Column,Start Date,Due Date,Parent task,Blocked By (Dependencies)\n"
        '1202,"Draft, then edit",Build,2026-03-02,2026-03-06,,\n'
        '1203,Review copy,Build,2026-03-09,2026-03-10,,"Draft, then edit"\n'
        '1204,Ship,Ship,,2026-03-20,,"Draft, then edit,Review copy"\n'
    )
    assert sorted(pairs(result)) == [
        ("Draft, then edit", "Review copy", "FS", 0),
        ("Draft, then edit", "Ship", "FS", 0),
        ("Review copy", "Ship", "FS", 0),
    ]
    assert "unknown-predecessor" not in codes(result)


def test_trello_due_complete_says_done_where_the_list_is_no_state() -> None:
    result = read_text(
        "Card ID,Card Name,List Name,Due Date,Board Name,Start Date,Due Complete\n"
        "ab1,Design,Sprint 12,2026-03-06T17:00:00.000Z,Shop,2026-03-02T09:00:00.000Z,true\n"
        "ab2,Build,Sprint 12,2026-03-13T17:00:00.000Z,Shop,,false\n"
    )
    assert [row(result, name)["state"] for name in ("Design", "Build")] == ["done", "not_started"]


def test_linear_dates_with_time_zones_in_words() -> None:
    zone = "00:00:00 GMT+0900 (Korean Standard Time)"
    result = read_text(
        '"ID","Team","Title","Status","Completed","Due Date","Parent issue","Blocked by"\n'
        f'"PAY-1","Payments","Card form","In Progress","","Fri Mar 13 2026 {zone}","",""\n'
        f'"PAY-2","Payments","Tokens","Done","Fri Mar 06 2026 {zone}","Mon Mar 09 2026 {zone}","",""\n'
        f'"PAY-3","Payments","Receipts","Todo","","Fri Mar 20 2026 {zone}","","PAY-1, PAY-2"\n'
    )
    assert [one[3] for one in items(result)] == ["2026-03-13", "2026-03-09", "2026-03-20"]
    assert row(result, "Tokens")["actual_finish"] == "2026-03-06"
    assert [pair[:2] for pair in pairs(result)] == [("Card form", "Receipts"), ("Tokens", "Receipts")]


def test_github_parents_as_repository_and_number() -> None:
    url = "https://github.com/acme/shop/issues/"
    result = read_text(
        "Title\tURL\tAssignees\tStatus\tMilestone\tRepository\tParent issue\tStart date\tTarget date\tIteration\n"
        f"Checkout\t{url}10\tmaya\tIn Progress\tv1.0\tacme/shop\t\tMar 2, 2026\tMar 20, 2026\tIteration 1\n"
        f"Card form\t{url}11\tmaya, bo\tDone\tv1.0\tacme/shop\tacme/shop#10\tMar 2, 2026\tMar 6, 2026\tIteration 1\n",
        "project.tsv",
    )
    assert [one[:2] for one in items(result)] == [("Checkout", None), ("Card form", "Checkout")]
    assert row(result, "Card form")["program"] == "acme/shop"
    assert result.plan.attributes["Milestone"].tolist() == ["v1.0", "v1.0"]


def test_notion_dates_with_times_and_zones() -> None:
    result = read_text(
        "Task name,Status,Due,Blocked by,Parent-task\n"
        '"Launch, phase 1",In progress,"November 2, 2026 → November 20, 2026",,\n'
        'Draft,Done,"November 2, 2026 9:00 AM (GMT+9) → November 6, 2026 6:00 PM",,"Launch, phase 1"\n'
        'Celebrate,Not started,"November 23, 2026","Draft, Launch, phase 1",\n'
    )
    assert [one[:4] for one in items(result)] == [
        ("Launch, phase 1", None, "2026-11-02", "2026-11-20"),
        ("Draft", "Launch, phase 1", "2026-11-02", "2026-11-06"),
        ("Celebrate", None, None, "2026-11-23"),
    ]
    assert sorted(pair[:2] for pair in pairs(result)) == [("Draft", "Celebrate"), ("Launch, phase 1", "Celebrate")]


def test_smartsheet_rows_indented_by_the_outline() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (
        ["Task Name", "Duration", "Start", "Finish", "Predecessors", "Assigned To", "% Complete"],
        ["Design", "7d", "2026-03-02", "2026-03-10", None, None, 0.6],
        ["Draft", "5d", "2026-03-02", "2026-03-06", None, "maya@example.com", 1],
        ["Review", "~2d", "2026-03-09", "2026-03-10", "2", "bo@example.com, maya@example.com", 0.1],
        ["Launch", "0", "2026-03-20", "2026-03-20", "3FS +2d, 2SS +1w", None, 0],
    ):
        sheet.append(line)
    for number in (3, 4):
        sheet.row_dimensions[number].outlineLevel = 1
    result = read_files([("plan.xlsx", saved(book))])
    assert [one[:2] for one in items(result)] == [("Design", None), ("Draft", "Design"), ("Review", "Design"), ("Launch", None)]
    assert pairs(result) == [("Draft", "Review", "FS", 0), ("Review", "Launch", "FS", 2), ("Draft", "Launch", "SS", 5)]
    assert row(result, "Launch")["kind"] == "milestone"


def test_microsoft_project_day_first_dates_and_inactive_tasks() -> None:
    head = ["ID", "Active", "Task Mode", "Name", "Duration", "Start", "Finish", "Predecessors", "Outline Level", "Resource Names"]
    result = read(
        {
            "Task_Table": [
                head,
                [1, "Yes", "Auto Scheduled", "Draft", "5 days?", "Mon 02/11/26", "Fri 06/11/26", None, 1, "Maya[50%],Bo"],
                [2, "Yes", "Auto Scheduled", "Review", "2 days", "Thu 19/11/26", "Fri 20/11/26", "1FS-1 day", 1, None],
                [3, "No", "Auto Scheduled", "Parked", "3 days", "Fri 20/11/26", "Tue 24/11/26", "1SS+50%,2FF+1 eday", 1, None],
            ]
        }
    )
    assert [one[2:] for one in items(result)] == [
        ("2026-11-02", "2026-11-06", "Maya,Bo"),
        ("2026-11-19", "2026-11-20", None),
        ("2026-11-20", "2026-11-24", None),
    ]
    assert links(result) == [("1", "2", "FS", -1, "working"), ("1", "3", "SS", 0.5, "percent"), ("2", "3", "FF", 1, "elapsed")]
    assert [row(result, name)["state"] for name in ("Draft", "Parked")] == ["not_started", "cancelled"]


def test_a_delimiter_inside_quotes_separates_no_cells() -> None:
    others = {n: ";".join(str((n + step) % 60) for step in range(1, 21)) for n in range(60)}
    result = read_text("ID,Task,Start,Predecessors\n" + "".join(f'{n},Task {n},2026-03-02,"{ids}"\n' for n, ids in others.items()))
    assert len(result.plan.activities) == 60
    assert len(links(result)) == 60 * 20
