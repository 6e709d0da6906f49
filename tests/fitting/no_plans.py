"""Invented sheets that are no plans: what else lies in a project's folder, with dates, names, people and states in it.

Without them a reader learns that every table with a text and a date is a plan.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from typing import Final

from tests.fitting.invented import Invented
from tpm.ingest.opening.grid import Cell
from tpm.model import TableKind

_ITEMS: Final = (
    "Chairs",
    "Server rack",
    "Paint",
    "노트북",
    "모니터",
    "Screws M6",
    "Printer paper",
    "License",
    "Hotel",
    "Flights",
    "Catering",
    "방수포",
    "Cable 5 m",
    "음료",
)
_PEOPLE: Final = (
    "Ana Ruiz",
    "Bo Lind",
    "Chen Wei",
    "김하늘",
    "이바다",
    "박서준",
    "Mira Holm",
    "Odd Lund",
    "Sam Fox",
    "佐藤 花",
    "Ivan Petrov",
    "Lucía Gil",
)
_ROLES: Final = ("Project manager", "Developer", "Designer", "QA", "개발", "기획", "Sponsor", "Architect", "PM", "Analyst")
_SENTENCES: Final = (
    "User logs in with a valid password",
    "Error message is shown",
    "사용자는 비밀번호를 변경할 수 있다",
    "The list is sorted by date",
    "Open the page and press save",
    "We agreed to look at it again next week",
    "결제 오류 재현 후 공유하기로 함",
    "The supplier sends the drawings by mail",
    "A record is written to the audit log",
    "How satisfied are you with the support?",
    "통계 화면에서 기간을 선택한다",
    "Costs are shared between both departments",
    "Password must have ten characters",
)
_TITLES: Final = (
    "Introduction to statistics",
    "The old man and the sea",
    "Data structures",
    "운영체제",
    "회계원리",
    "Renewal of licences",
    "Safety at work",
    "Export to PDF",
    "Single sign-on",
    "Regional sales conference",
    "微積分",
    "Brandschutz",
)
_TERMS: Final = ("SLA", "API", "Backlog", "Sprint", "VLAN", "결재선", "Stakeholder", "KPI", "GRC", "MVP", "REST", "PMO")
_PLACES: Final = ("Room 4", "Seoul", "Building B", "3층", "Berlin", "Warehouse", "Line 2", "Lab")
_STATES: Final = ("Open", "Closed", "Pass", "Fail", "OK", "Done", "N/A", "완료", "진행중", "미결")
_CODES: Final = ("TC", "REQ", "SR", "AS", "IF", "T", "U")

Maker = Callable[[random.Random, int], Cell]


def _pick(*values: str) -> Maker:
    return lambda rng, _: rng.choice(values)


def _number(low: float, high: float, digits: int = 0) -> Maker:
    return lambda rng, _: round(rng.uniform(low, high), digits)


def _day(rng: random.Random, row: int) -> Cell:
    return dt.date(2025, 1, 6) + dt.timedelta(days=row * 3 + rng.randrange(3))


def _next_day(_: random.Random, row: int) -> Cell:
    return dt.date(2025, 3, 3) + dt.timedelta(days=row)


def _count(_: random.Random, row: int) -> Cell:
    return float(row + 1)


def _code(rng: random.Random, row: int) -> Cell:
    return f"{_CODES[row * 0 + rng.randrange(1)]}-{row + 1:03d}"


def _maybe(make: Maker, share: float) -> Maker:
    return lambda rng, row: make(rng, row) if rng.random() < share else ""


_ITEM, _PERSON, _ROLE, _SENTENCE, _TITLE, _TERM, _PLACE, _STATE = (
    _pick(*values) for values in (_ITEMS, _PEOPLE, _ROLES, _SENTENCES, _TITLES, _TERMS, _PLACES, _STATES)
)
_LEVEL = _pick("High", "Medium", "Low", "상", "중", "하")
_FLAG = _pick("Yes", "No", "O", "X", "")
_MAIL: Final[Maker] = lambda rng, row: f"user{row}@firm.example"  # noqa: E731
_PHONE: Final[Maker] = lambda rng, row: f"010-{rng.randrange(1000, 9999)}-{rng.randrange(1000, 9999)}"  # noqa: E731
_HOUR: Final[Maker] = lambda rng, row: f"{8 + row % 12:02d}:00"  # noqa: E731
_HOURS: Final[Maker] = lambda rng, row: f"{8 + row % 12}:00 {rng.choice('-~–')} {8 + row % 12}:{rng.choice((30, 45, 50))}"  # noqa: E731
_MONEY = _number(10, 90000, 2)

# header in several words → what stands below it
_SHEETS: Final[Mapping[str, tuple[tuple[tuple[str, ...], Maker], ...]]] = {
    "budget": (
        (("Item", "품목", "Position", "Concepto", "항목"), _ITEM),
        (("Category", "구분", "Kategorie"), _ROLE),
        (("Quantity", "수량", "Menge", "Cantidad"), _number(1, 40)),
        (("Unit price", "단가", "Preis", "Precio"), _MONEY),
        (("Total", "금액", "Summe", "Importe"), _MONEY),
        (("Supplier", "구매처", "비고"), _maybe(_PLACE, 0.5)),
    ),
    "contacts": (
        (("Name", "이름", "성명", "Nombre", "Nom"), _PERSON),
        (("Role", "역할", "직책", "Position", "Rolle"), _ROLE),
        (("E-mail", "이메일", "Email", "Mail"), _MAIL),
        (("Phone", "연락처", "전화번호", "Telefon"), _PHONE),
        (("Department", "부서", "소속", "Team"), _PLACE),
    ),
    "team": (
        (("Name", "이름", "Member", "팀원"), _PERSON),
        (("Role", "담당 업무", "역할"), _ROLE),
        (("Responsibilities", "비고", "Notes"), _SENTENCE),
    ),
    "staffing": (
        (("Name", "이름", "성명", "투입 인력", "Mitarbeiter"), _PERSON),
        (("Role", "역할", "Rolle", "등급"), _ROLE),
        (("Start", "시작일", "투입일", "Von"), _day),
        (("End", "종료일", "철수일", "Bis"), _day),
        (("Share", "투입률", "M/M"), _number(0, 1, 1)),
    ),
    "test cases": (
        (("Test ID", "TC ID", "테스트 ID", "No"), _code),
        (("Test case", "시험 항목", "Testfall", "테스트명"), _SENTENCE),
        (("Steps", "절차", "Schritte"), _SENTENCE),
        (("Expected result", "예상 결과", "Erwartet"), _SENTENCE),
        (("Actual result", "실제 결과"), _maybe(_SENTENCE, 0.4)),
        (("Pass/Fail", "결과", "Result"), _STATE),
        (("Tester", "시험자"), _PERSON),
    ),
    "requirements": (
        (("Req ID", "요구사항 ID", "ID", "번호"), _code),
        (("Requirement", "요구사항명", "요구사항", "Anforderung"), _SENTENCE),
        (("Description", "상세 설명", "내용"), _SENTENCE),
        (("Type", "구분", "유형"), _ROLE),
        (("Priority", "중요도", "우선순위"), _LEVEL),
        (("Source", "출처", "요청자"), _PERSON),
        (("Requested on", "요청일", "등록일"), _maybe(_day, 0.7)),
    ),
    "change log": (
        (("Version", "버전", "Rev.", "개정번호"), _number(0.1, 3, 1)),
        (("Date", "변경일", "일자", "Datum"), _day),
        (("Author", "작성자", "Autor"), _PERSON),
        (("Change", "변경내용", "변경 사유", "Änderung"), _SENTENCE),
    ),
    "issues": (
        (("Issue ID", "No", "번호"), _count),
        (("Issue", "이슈 내용", "Issue title", "Problem"), _SENTENCE),
        (("Date raised", "발생일", "제기일", "Date identified"), _day),
        (("Raised by", "제기자", "Reported by"), _PERSON),
        (("Severity", "심각도", "Impact"), _LEVEL),
        (("Owner", "담당자", "Assigned to"), _PERSON),
        (("Status", "상태", "Open/Closed"), _STATE),
        (("Resolution", "조치 내용", "Comment"), _maybe(_SENTENCE, 0.6)),
    ),
    "assumptions": (
        (("ID", "No."), _count),
        (("Assumption", "가정 사항", "Dependency", "Constraint"), _SENTENCE),
        (("Date raised", "등록일"), _day),
        (("Raised by", "등록자"), _PERSON),
        (("Validated (Y/N)", "확인 여부"), _FLAG),
    ),
    "lists": ((("Status", "상태", "States"), _STATE), (("Priority", "우선순위"), _LEVEL), (("Type", "유형"), _ROLE)),
    "glossary": ((("Term", "용어", "Begriff", "Abbreviation"), _TERM), (("Definition", "설명", "Meaning", "Bedeutung"), _SENTENCE)),
    "survey": (
        (("Question", "질문", "Survey question"), _SENTENCE),
        (("Question type", "유형"), _ROLE),
        (("Option 1", "보기 1"), _LEVEL),
        (("Option 2", "보기 2"), _LEVEL),
        (("Answer", "답변"), _maybe(_STATE, 0.6)),
    ),
    "minutes": (
        (("Agenda", "안건", "Tagesordnung", "Topic"), _TERM),
        (("Discussion", "논의 내용", "Notes"), _SENTENCE),
        (("Decision", "결정 사항", "결과"), _maybe(_SENTENCE, 0.5)),
        (("Participants", "참석자"), _PERSON),
    ),
    "series": (
        (("Date", "일자", "Datum", "기준일"), _day),
        (("Value", "값", "Close", "매출"), _MONEY),
        (("Growth", "증감률", "Change %"), _number(-1, 1, 3)),
        (("Volume", "거래량"), _number(100, 99999)),
    ),
    "attendance": (
        (("Name", "이름", "Employee"), _PERSON),
        (("Mon", "월", "Montag"), _FLAG),
        (("Tue", "화", "Dienstag"), _FLAG),
        (("Wed", "수", "Mittwoch"), _FLAG),
        (("Thu", "목"), _FLAG),
        (("Fri", "금"), _FLAG),
    ),
    "timetable": (
        (("Time", "시간", "Uhrzeit", "Hora"), _HOUR),
        (("Monday", "월요일", "Lundi"), _maybe(_TERM, 0.6)),
        (("Tuesday", "화요일", "Mardi"), _maybe(_TERM, 0.6)),
        (("Wednesday", "수요일"), _maybe(_TERM, 0.6)),
        (("Thursday", "목요일"), _maybe(_TERM, 0.5)),
    ),
    "programme": (
        (("Time", "시간", "Start time"), _HOUR),
        (("Session", "내용", "Programm"), _SENTENCE),
        (("Speaker", "발표자", "Who"), _PERSON),
        (("Room", "장소", "Ort"), _PLACE),
    ),
    "inventory": (
        (("Asset", "자산명", "Gerät", "Equipo"), _ITEM),
        (("Serial number", "시리얼", "Seriennummer"), _code),
        (("Model", "모델명"), _TERM),
        (("Location", "위치", "Standort"), _PLACE),
        (("Purchased on", "구입일", "Kaufdatum"), _day),
        (("Condition", "상태"), _STATE),
    ),
    "ports": (
        (("Port", "포트"), _count),
        (("Device", "장비명", "Host"), _ITEM),
        (("VLAN", "IP"), _number(1, 400)),
        (("Description", "설명", "용도"), _SENTENCE),
        (("Location", "위치"), _PLACE),
    ),
    "grades": (
        (("Student", "학생", "학번", "Alumno"), _PERSON),
        (("Midterm", "중간", "Parcial"), _number(20, 100)),
        (("Final", "기말"), _number(20, 100)),
        (("Grade", "성적"), _LEVEL),
    ),
    "stakeholders": (
        (("Stakeholder", "이해관계자", "Name"), _PERSON),
        (("Interest", "관심도"), _LEVEL),
        (("Influence", "영향력", "Power"), _LEVEL),
        (("Strategy", "대응 전략", "Communication"), _SENTENCE),
    ),
    "lessons": (
        (("Lesson", "교훈", "What went well"), _SENTENCE),
        (("Category", "구분"), _ROLE),
        (("Recommendation", "개선 방안", "Action"), _SENTENCE),
        (("Date", "일자"), _day),
    ),
    "expenses": (
        (("Date", "일자", "사용일", "Fecha"), _day),
        (("Payee", "사용처", "Description", "내역", "적요"), _ITEM),
        (("Amount", "금액", "Betrag", "Importe"), _MONEY),
        (("Category", "계정", "분류"), _ROLE),
        (("Paid by", "결제자"), _PERSON),
    ),
    "holidays": ((("Date", "날짜", "일자"), _day), (("Holiday", "공휴일", "Remarks", "비고"), _TERM)),
    "kpi": (
        (("KPI", "지표", "Metric", "Indicator"), _TERM),
        (("Target", "목표", "Ziel"), _number(1, 100)),
        (("Actual", "실적", "Ist"), _number(1, 100)),
        (("Comment", "비고"), _maybe(_SENTENCE, 0.4)),
    ),
    "hours": (
        (("Date", "일자", "Datum", "작업일"), _day),
        (("Employee", "이름", "Person", "Mitarbeiter"), _PERSON),
        (("Hours", "시간", "Stunden", "Horas"), _number(1, 9, 1)),
        (("Comment", "내용", "What was done", "Tätigkeit"), _SENTENCE),
    ),
    "customers": (
        (("Customer", "고객사", "Kunde", "Cliente"), _PLACE),
        (("Contact", "담당자", "Ansprechpartner"), _PERSON),
        (("Revenue", "매출", "Umsatz"), _MONEY),
        (("Since", "거래 시작일", "Kunde seit"), _day),
    ),
    "schema": (
        (("Table", "테이블명", "Entity"), _TERM),
        (("Column", "컬럼명", "Field"), _TERM),
        (("Type", "타입"), _pick("int", "varchar(20)", "date", "text")),
        (("Null", "NULL 여부"), _FLAG),
        (("Comment", "설명"), _SENTENCE),
    ),
    "interfaces": (
        (("Method", "메서드"), _pick("GET", "POST", "PUT", "DELETE")),
        (("URL", "경로", "Endpoint"), lambda rng, row: f"/api/v1/item{row}"),
        (("Description", "기능 설명", "기능"), _SENTENCE),
        (("Developer", "담당"), _maybe(_PERSON, 0.6)),
    ),
    "evaluation": (
        (("Criteria", "평가 항목", "Kriterium"), _SENTENCE),
        (("Weight", "가중치", "Gewicht"), _number(1, 5)),
        (("Option A", "A안"), _number(1, 5)),
        (("Option B", "B안"), _number(1, 5)),
    ),
    "shopping": (
        (("What", "물품", "사올 것", "Artikel"), _ITEM),
        (("How many", "개수", "Anzahl"), _number(1, 9)),
        (("Who", "담당", "Wer"), _maybe(_PERSON, 0.7)),
        (("Bought", "구매 여부", "Gekauft"), _FLAG),
    ),
    "links": (
        (("Title", "제목", "Document"), _TERM),
        (("Link", "URL", "링크"), lambda rng, row: f"https://docs.example/{row}"),
        (("Date added", "등록일"), _day),
        (("Notes", "비고"), _maybe(_SENTENCE, 0.4)),
    ),
    "staff": (
        (("Employee no", "사번", "Personalnummer"), _count),
        (("Name", "성명", "Name"), _PERSON),
        (("Joined", "입사일", "Eintritt"), _day),
        (("Left", "퇴사일", "Austritt"), _maybe(_day, 0.2)),
        (("Department", "부서", "Abteilung"), _PLACE),
        (("Salary", "급여", "Gehalt"), _MONEY),
    ),
    "orders": (
        (("Order", "주문번호", "Bestellung"), _code),
        (("Product", "상품명", "Produkt"), _ITEM),
        (("Ordered on", "주문일", "Bestelldatum"), _day),
        (("Delivered on", "배송일", "Lieferdatum"), _maybe(_day, 0.6)),
        (("Price", "가격", "Preis"), _MONEY),
        (("Status", "상태"), _STATE),
    ),
    "price list": (
        (("Article", "상품", "Artikel", "Artículo", "Articolo", "商品"), _ITEM),
        (("Unit", "단위", "Einheit", "Unidad"), _pick("pc", "m", "kg", "개", "box")),
        (("Price", "단가", "Preis", "Precio", "Prezzo", "価格"), _MONEY),
        (("Valid from", "적용일", "Gültig ab", "Válido desde"), _day),
    ),
    "leave": (
        (("Employee", "직원", "Mitarbeiter", "Empleado", "Dipendente", "氏名"), _PERSON),
        (("Leave type", "휴가 구분", "Art", "Tipo", "休暇種別"), _pick("Annual", "Sick", "연차", "병가", "Urlaub")),
        (("From", "시작일", "Von", "Desde", "Dal"), _day),
        (("To", "종료일", "Bis", "Hasta", "Al"), _day),
        (("Days", "일수", "Tage", "Días"), _number(1, 10)),
        (("Approved by", "승인자", "Genehmigt von"), _maybe(_PERSON, 0.7)),
    ),
    "library": (
        (("Book", "도서명", "Buch", "Libro", "書名"), _TITLE),
        (("ISBN", "Call number", "청구기호"), _code),
        (("Borrower", "대출자", "Ausgeliehen von", "Prestatario"), _PERSON),
        (("Borrowed on", "대출일", "Ausgeliehen am", "Fecha de préstamo"), _day),
        (("Returned on", "반납일", "Zurück am", "Devuelto"), _maybe(_day, 0.7)),
    ),
    "visitors": (
        (("Visitor", "방문자", "Besucher", "Visitante"), _PERSON),
        (("Company", "소속", "Firma", "Empresa"), _PLACE),
        (("Date", "방문일", "Datum", "Fecha"), _day),
        (("Arrival", "입실", "Ankunft", "Entrada"), _HOUR),
        (("Departure", "퇴실", "Abfahrt", "Salida"), _HOUR),
    ),
    "pipeline": (
        (("Deal", "Opportunity", "영업건", "Chance"), _TITLE),
        (("Customer", "고객사", "Kunde", "Cliente"), _PLACE),
        (("Stage", "단계", "Phase"), _pick("Lead", "Proposal", "Won", "Lost", "제안", "계약")),
        (("Amount", "금액", "Betrag", "Importe"), _MONEY),
        (("Close date", "계약 예정일", "Abschluss"), _day),
        (("Account manager", "영업 담당", "Vertrieb"), _PERSON),
    ),
    "mileage": (
        (("Date", "일자", "Datum", "Fecha", "Data"), _day),
        (("From", "출발지", "Von", "Origen"), _PLACE),
        (("To", "도착지", "Nach", "Destino"), _PLACE),
        (("Km", "거리", "Kilometer"), _number(3, 400)),
        (("Purpose", "용무", "Zweck", "Motivo"), _TITLE),
    ),
    "server log": (
        (
            ("timestamp", "time", "시각", "Zeitstempel"),
            lambda rng, row: f"2025-03-{1 + row % 28:02d} {rng.randrange(24):02d}:{rng.randrange(60):02d}:07",
        ),
        (("level", "severity"), _pick("INFO", "WARN", "ERROR")),
        (("host", "service"), _ITEM),
        (("message", "event", "내용"), _SENTENCE),
    ),
    "readings": (
        (("Date", "측정일", "Datum", "日付"), _day),
        (("Sensor", "센서", "Station"), _code),
        (("Temperature", "온도", "Temperatur", "温度"), _number(-5, 40, 1)),
        (("Humidity", "습도", "Feuchte"), _number(20, 90)),
    ),
    "exam timetable": (
        (("Subject", "과목", "Fach", "Asignatura", "Materia", "科目"), _TITLE),
        (("Date", "시험일", "Datum", "Fecha"), _day),
        (("Time", "시간", "Uhrzeit", "Hora"), _HOUR),
        (("Room", "고사장", "Raum", "Aula"), _PLACE),
        (("Invigilator", "감독", "Aufsicht"), _PERSON),
    ),
    "scores": (
        (("Rank", "순위", "Platz"), _count),
        (("Player", "선수", "Spieler", "Jugador"), _PERSON),
        (("Team", "팀", "Verein"), _PLACE),
        (("Points", "점수", "Punkte", "Puntos"), _number(1, 99)),
    ),
    "contracts": (
        (("Contract no", "계약번호", "Vertragsnummer"), _code),
        (("Supplier", "계약 상대", "Lieferant", "Proveedor"), _PLACE),
        (("Value", "계약금액", "Wert"), _MONEY),
        (("Signed on", "계약일", "Unterzeichnet am"), _day),
        (("Expires on", "만료일", "Läuft ab"), _day),
    ),
    "decisions": (
        (("No", "번호"), _count),
        (("Decision", "결정 사항", "Entscheidung", "Decisión"), _SENTENCE),
        (("Decided on", "결정일", "Datum", "Fecha"), _day),
        (("Decided by", "결정자", "Wer"), _PERSON),
        (("Reason", "사유", "Grund"), _SENTENCE),
    ),
    "timesheet": (
        (("Project", "프로젝트", "Projekt", "Proyecto"), _PLACE),
        (("Mon", "월"), _number(0, 8)),
        (("Tue", "화"), _number(0, 8)),
        (("Wed", "수"), _number(0, 8)),
        (("Thu", "목"), _number(0, 8)),
        (("Fri", "금"), _number(0, 8)),
        (("Total", "합계"), _number(0, 40)),
    ),
    "faq": (
        (("Question", "질문", "Frage", "Pregunta", "質問"), _SENTENCE),
        (("Answer", "답변", "Antwort", "Respuesta", "回答"), _SENTENCE),
    ),
    "feature matrix": (
        (("Feature", "기능", "Funktion", "Característica"), _TITLE),
        (("Us", "자사", "Wir"), _FLAG),
        (("Competitor A", "A사"), _FLAG),
        (("Competitor B", "B사"), _FLAG),
    ),
    "checklist": (
        (("No", "번호"), _count),
        (("Check", "점검 항목", "Prüfpunkt", "Comprobación"), _SENTENCE),
        (("OK", "적합", "i.O."), _FLAG),
        (("Remark", "비고", "Bemerkung"), _maybe(_SENTENCE, 0.3)),
    ),
    "invoices": (
        (("Invoice", "청구번호", "Rechnung", "Factura"), _code),
        (("Customer", "고객사", "Kunde", "Cliente"), _PLACE),
        (("Issued on", "발행일", "Ausgestellt am", "Emitida"), _day),
        (("Due date", "납부기한", "Fällig am", "Vencimiento"), _day),
        (("Amount", "금액", "Betrag", "Importe"), _MONEY),
        (("Paid", "결제", "Bezahlt", "Pagada"), _FLAG),
    ),
    "training": (
        (("Name", "성명", "Name", "Nombre"), _PERSON),
        (("Course", "교육과정", "Schulung", "Curso"), _TITLE),
        (("Completed on", "이수일", "Abgeschlossen am"), _day),
        (("Hours", "시간", "Stunden"), _number(1, 16)),
        (("Result", "결과"), _pick("Pass", "Fail", "수료")),
    ),
    "matches": (
        (("Date", "일자", "Datum", "Fecha"), _day),
        (("Home", "홈", "Heim", "Local"), _PLACE),
        (("Away", "원정", "Gast", "Visitante"), _PLACE),
        (("Score", "결과", "Ergebnis"), lambda rng, row: f"{rng.randrange(5)}:{rng.randrange(5)}"),
    ),
    "recipes": (
        (("Ingredient", "재료", "Zutat", "Ingrediente"), _ITEM),
        (("Amount", "분량", "Menge", "Cantidad"), _number(1, 500)),
        (("Unit", "단위", "Einheit"), _pick("g", "ml", "EL", "개")),
    ),
    "countries": (
        (("Country", "국가", "Land", "País"), _PLACE),
        (("Period", "기간", "Zeitraum"), _pick("1990-2011", "1970-1990", "2000-2010")),
        (("Source", "출처", "Quelle"), _TERM),
        (("Value", "값", "Wert"), _number(-5, 9, 1)),
    ),
    "bugs found": (
        (("Defect", "결함 내용", "Fehler", "Defecto"), _SENTENCE),
        (("Found on", "발견일", "Gefunden am"), _day),
        (("Found by", "발견자", "Gefunden von"), _PERSON),
        (("Severity", "심각도", "Schwere"), _LEVEL),
        (("Fixed", "수정 여부", "Behoben"), _FLAG),
    ),
    "journal": (
        (("Date", "날짜", "Datum", "Fecha", "日付", "Jour"), _next_day),
        (("What I did", "한 일", "Getan", "Qué hice", "Log", "Notes"), _SENTENCE),
        (("Hours", "시간", "Stunden", "Horas"), _number(1, 9)),
        (("Mood", "기분", "Remark", "비고"), _maybe(_SENTENCE, 0.3)),
    ),
    "work of two by day": (
        (("", "Date", "일자"), _next_day),
        (("Kim", "Ana", "Lee", "程"), _SENTENCE),
        (("Bo", "Mira", "Park", "胡"), _SENTENCE),
    ),
    "measured by day": (
        (("Date", "날짜", "Datum", "Fecha"), _next_day),
        (("Value", "값", "Wert", "Temperature", "Rate", "Close"), _number(1, 90, 2)),
        (("Low", "최저", "Minimum"), _number(1, 40, 1)),
        (("Remark", "비고", "Weather"), _maybe(_TERM, 0.6)),
    ),
    "itinerary": (
        (("Time", "시간", "Uhrzeit", "Hora", "When"), _HOURS),
        (("Programme", "일정", "Activity", "Programm", "Actividad", "내용"), _TITLE),
        (("Where", "장소", "Ort", "Lugar", "Notes"), _PLACE),
        (("Remark", "비고", "Cost"), _maybe(_SENTENCE, 0.4)),
    ),
    "course plan": (
        (("Week", "주차", "Woche", "Semana"), _count),
        (("Lecture", "강의 내용", "Vorlesung", "Clase"), _TITLE),
        (("Reading", "교재", "Lektüre", "Lectura"), _TERM),
        (("Lecturer", "교수", "Dozent", "Profesor"), _PERSON),
    ),
}

# kind of grid → (headers of the first column, its cells, cells below the days)
_GRIDS: Final[Mapping[str, tuple[tuple[str, ...], Maker, Maker]]] = {
    "duty roster": (("Name", "이름", "Mitarbeiter", "Nombre", "氏名"), _PERSON, _pick("D", "N", "F", "주", "야", "")),
    "timesheet by day": (("Employee", "성명", "Person", "Empleado"), _PERSON, _number(0, 9)),
    "attendance by day": (("Student", "학생", "Schüler", "Alumno", "生徒"), _PERSON, _pick("O", "X", "출", "결", "")),
    "meals": (("Meal", "식사", "Mahlzeit"), _pick("Breakfast", "Lunch", "Dinner", "중식", "석식"), _ITEM),
    "revenue by month": (("Region", "지역", "Product", "Umsatz"), _PLACE, _MONEY),
    "hours of the day": (("Time", "시간", "Uhrzeit", "Hora"), _HOUR, _maybe(_TERM, 0.6)),
}


KINDS: Final = (*sorted(_SHEETS), *sorted(_GRIDS))


def no_plan(seed: int) -> tuple[str, Invented]:
    """(name of the sheet, an invented table that is no plan); the same seed gives the same, the kind is ``KINDS[seed % len(KINDS)]``."""
    rng = random.Random(f"none{seed}")
    name = KINDS[seed % len(KINDS)]
    size = rng.choice((2, 3, 5, 8, 12, 25, 40))
    columns = _grid(rng, name) if name in _GRIDS else _columns(rng, name)
    rows = tuple(tuple(make(rng, row) for _, make in columns) for row in range(size))
    sheet = rng.choice((name, name.title(), "Sheet1", "Sheet2", "시트1", "", "Plan", "Schedule", "WBS", "일정"))
    return sheet, Invented(TableKind.OTHER, tuple(header for header, _ in columns), ("none",) * len(columns), rows)


def _columns(rng: random.Random, name: str) -> list[tuple[str, Maker]]:
    chosen = [(rng.choice(headers), make) for headers, make in _SHEETS[name] if rng.random() < 0.9]
    return chosen or [(_SHEETS[name][0][0][0], _SHEETS[name][0][1])]


def _grid(rng: random.Random, name: str) -> list[tuple[str, Maker]]:
    headers, first, below = _GRIDS[name]
    ticks = rng.choice(
        (
            ("Mon", "Tue", "Wed", "Thu", "Fri"),
            tuple(f"{day}일" for day in range(1, 15)),
            ("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
            tuple(f"3/{day}" for day in range(1, 11)),
            ("월", "화", "수", "목", "금"),
        )
    )
    return [(rng.choice(headers), first), *((tick, below) for tick in ticks)]
