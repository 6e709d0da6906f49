// Grab a mark of a Gantt chart that plotly has drawn in this page, and move it.
//
// The mouse is taken in the capture phase, above plotly's own drag layer, and only over a mark: everywhere else plotly pans and
// zooms as ever. Pixels become days with the axis's own scale, days snap to working days, and one trigger says what was
// done when the button is released. Marks are known by their customdata ([id, kind]), never by their position.
//
// Streamlit draws a chart from nothing whenever its figure changes: it blinks, and forgets the zoom. So the page keeps the first
// figure of a chart, and the later ones come here and are handed to the chart as plotly hands a change to its owner.
//
// data: chart   CSS class of the element that holds the chart
//       figure  the figure to show as JSON, or null where the chart has just been drawn with it
//       turn    says which figure that is
//       items   id → [start, finish, calendar, can, float, name]; days since 1970, inclusive; can: 0 look, 1 finish only, 2 move, 3 both
//       calendars  [[first day, "1111100…"]], a digit a day
//       selected   id or null
//       words, lang
// triggers: act → {what: "pick" | "move" | "start" | "finish", id, kind, days, day}

const DAY_MS = 86400000
const SLACK_PX = 3 // a hand that clicks trembles this much
const EDGE_PX = 7 // an end that can be dragged
const WIDE_PX = 22 // narrower bars are moved by their body, resized just behind their end
const PAUSE_MS = 450 // after the last arrow key
const PATIENCE_MS = 4000 // an outline that no answer took away
const MEASURE_MS = 40 // Streamlit gives a chart the height of its frame, which it measures
const [MOST_TRIES, WAIT_MS] = [50, 100] // for a chart that is not there yet
const boards = new WeakMap()

export default function (component) {
  const { parentElement } = component
  if (!boards.has(parentElement)) boards.set(parentElement, new Board(parentElement))
  const board = boards.get(parentElement)
  board.update(component)
  return () => {
    board.stop()
    boards.delete(parentElement)
  }
}

class Calendar {
  constructor([first, worked]) {
    this.first = first
    this.before = [0] // working days before each day
    this.nth = [] // the day of each working day
    ;[...worked].forEach((digit, day) => {
      this.before.push(this.before[day] + Number(digit))
      if (digit === "1") this.nth.push(day)
    })
  }
  count(day) {
    return this.before[Math.min(Math.max(day - this.first, 0), this.before.length - 1)]
  }
  add(day, n) {
    if (n === 0) return day
    const at = (n > 0 ? this.count(day + 1) - 1 : this.count(day)) + n
    return this.first + this.nth[Math.min(Math.max(at, 0), this.nth.length - 1)]
  }
}

class Board {
  constructor(parent) {
    this.parent = parent
    this.root = parent.querySelector("[role=application]")
    this.said = parent.querySelector("[aria-live]")
    this.held = null // what the mouse or the keys are moving
    const on = (target, type, handler) => {
      const listen = (event) => handler.call(this, event)
      target.addEventListener(type, listen, { capture: true })
      return () => target.removeEventListener(type, listen, { capture: true })
    }
    this.listeners = [
      on(document, "pointerdown", this.down),
      on(document, "pointermove", this.move),
      on(document, "pointerup", this.up),
      on(document, "pointercancel", this.drop),
      on(document, "mousedown", this.keepFromPlotly),
      on(document, "touchstart", this.keepFromPlotly),
      on(document, "mousemove", (event) => this.held?.pointer !== undefined && event.stopPropagation()),
      on(document, "keydown", this.escape),
      on(this.root, "keydown", this.key),
      on(this.root, "focus", this.tell),
      on(this.root, "blur", this.tell),
    ]
  }

  update({ data, setTriggerValue }) {
    this.data = data
    this.send = (act) => setTriggerValue("act", act)
    this.calendars = data.calendars.map((one) => new Calendar(one))
    this.selected = data.selected
    this.root.setAttribute("aria-label", data.words.label)
    this.show(data.turn)
    this.tell()
  }

  // Let the chart show the newest figure; what was drawn while dragging goes when it does.
  show(turn, tries = MOST_TRIES) {
    const { figure, turn: newest } = this.data
    const chart = this.chart
    if (turn !== newest) return
    if (!chart) return tries && setTimeout(() => this.show(turn, tries - 1), WAIT_MS)
    const done = () => this.held || this.clear()
    const frame = chart.closest(`.st-key-${this.data.chart}`)
    if (!figure) Object.assign(frame.style, { flex: "", height: "" })
    if (!figure || chart.tpmTurn === turn) return done()
    const { data, layout } = JSON.parse(figure)
    const hand = () => {
      if (turn !== this.data.turn || !chart.isConnected) return
      chart.tpmTurn = turn
      Object.assign(chart, { data, layout })
      chart.once("plotly_afterplot", done)
      chart.emit("plotly_relayout", {})
    }
    if (Math.abs(frame.clientHeight - layout.height) < 2) return hand()
    Object.assign(frame.style, { flex: `0 0 ${layout.height}px`, height: `${layout.height}px` })
    setTimeout(hand, MEASURE_MS)
  }

  stop() {
    this.listeners.forEach((remove) => remove())
    clearTimeout(this.timer)
    this.clear()
  }

  // What is drawn

  get chart() {
    const chart = document.querySelector(`.st-key-${this.data.chart} .js-plotly-plot`)
    return chart?._fullLayout?.xaxis?.c2p ? chart : null
  }

  marks(chart) {
    const { xaxis, yaxis } = chart._fullLayout
    const found = []
    for (const points of chart.calcdata || []) {
      const trace = points[0]?.trace
      if (!trace?.customdata) continue
      points.forEach((point, index) => {
        const told = trace.customdata[point.i ?? index]
        if (!told) return
        const bar = trace.type === "bar"
        const [left, right] = bar ? [xaxis.c2p(point.b), xaxis.c2p(point.b + point.s)] : [xaxis.c2p(point.x), xaxis.c2p(point.x)]
        const half = bar ? Math.abs(yaxis.c2p(point.p + point.w / 2) - yaxis.c2p(point.p)) : (point.ms ?? trace.marker.size) / 2
        const grow = bar ? 0 : half
        found.push({ id: told[0], kind: told[1], point: !bar, left: left - grow, right: right + grow,
                     middle: yaxis.c2p(bar ? point.p : point.y), half })
      })
    }
    return found
  }

  place(chart, event) {
    const { xaxis, yaxis } = chart._fullLayout
    const box = chart.querySelector(".main-svg").getBoundingClientRect()
    return [event.clientX - box.left - xaxis._offset, event.clientY - box.top - yaxis._offset]
  }

  // The mark under the pointer and the part of it, or null. Points lie above bars.
  under(event) {
    const chart = this.chart
    if (!chart || !chart.contains(event.target) || event.target.closest?.(".modebar")) return null
    const [x, y] = this.place(chart, event)
    const { _length: width } = chart._fullLayout.xaxis
    if (x < 0 || x > width) return null
    const near = this.marks(chart).filter((mark) => Math.abs(y - mark.middle) <= mark.half + 2 && x >= mark.left - 2 && x <= mark.right + EDGE_PX)
    const hit = near.sort((a, b) => b.point - a.point || a.right - a.left - (b.right - b.left))
      .find((mark) => x <= mark.right + 2 || (this.can(mark.id) & 1 && !mark.point))
    if (!hit) return null
    return { mark: hit, what: this.part(hit, x), chart, x }
  }

  can(id) {
    return this.data.items[id]?.[3] ?? 0
  }

  part(mark, x) {
    const can = this.can(mark.id)
    if (!can) return "pick"
    if (can === 1) return "finish"
    const wide = mark.right - mark.left >= WIDE_PX
    if (can === 3 && x > mark.right - (wide ? EDGE_PX : 0)) return "finish"
    if (can === 3 && wide && x < mark.left + EDGE_PX) return "start"
    return "move"
  }

  // The mouse

  down(event) {
    if (event.button !== 0 || this.held?.pointer !== undefined) return
    const found = this.under(event)
    if (!found) return
    this.drop()
    const { mark, what, chart, x } = found
    this.held = { ...mark, what, chart, from: x, days: 0, pointer: event.pointerId, moved: false }
    event.stopPropagation()
    event.preventDefault()
  }

  keepFromPlotly(event) {
    if (this.held?.pointer === undefined) return
    event.stopPropagation()
    event.preventDefault()
  }

  move(event) {
    const held = this.held
    if (held?.pointer === undefined) return this.hover(event)
    if (event.pointerId !== held.pointer) return
    event.stopPropagation()
    const [x] = this.place(held.chart, event)
    if (!held.moved && Math.abs(x - held.from) < SLACK_PX) return
    if (held.what === "pick") return
    held.moved = true
    const axis = held.chart._fullLayout.xaxis
    held.days = this.snapped(held, (axis.p2c(x) - axis.p2c(held.from)) / DAY_MS)
    this.outline(held)
  }

  up(event) {
    const held = this.held
    if (held?.pointer === undefined || event.pointerId !== held.pointer) return
    event.stopPropagation()
    this.held = null
    this.selected = this.data.items[held.id] ? held.id : this.selected
    this.root.focus({ preventScroll: true })
    if (held.moved && held.days) this.commit(held)
    else if (held.moved) this.clear()
    else this.send({ what: "pick", id: held.id, kind: held.kind, days: 0, day: 0 })
    this.tell()
  }

  hover(event) {
    const layer = this.chart?.querySelector(".nsewdrag")
    if (!layer || !this.chart.contains(event.target)) return
    const what = this.under(event)?.what
    layer.style.cursor = { pick: "pointer", move: "grab", start: "ew-resize", finish: "ew-resize" }[what] ?? ""
  }

  // Days

  // Whole working days that a way of so many calendar days means; an end never passes the other.
  snapped({ id, what }, days) {
    const [start, finish, calendar] = this.data.items[id]
    const worked = this.calendars[calendar]
    const edge = what === "finish" ? finish : start
    const n = worked.count(edge + Math.round(days)) - worked.count(edge)
    return this.limited(id, what, n)
  }

  limited(id, what, n) {
    const [start, finish, calendar] = this.data.items[id]
    const length = this.calendars[calendar].count(finish + 1) - this.calendars[calendar].count(start)
    if (what === "finish") return Math.max(n, 1 - Math.max(length, 1))
    return what === "start" ? Math.min(n, Math.max(length, 1) - 1) : n
  }

  // Start and finish as they will be.
  after({ id, what, days }) {
    const [start, finish, calendar] = this.data.items[id]
    const worked = this.calendars[calendar]
    return [what === "finish" ? start : worked.add(start, days), what === "start" ? finish : worked.add(finish, days)]
  }

  commit(held) {
    const [start, finish] = this.after(held)
    this.send({ what: held.what, id: held.id, kind: held.kind, days: held.days, day: held.what === "finish" ? finish : start })
    clearTimeout(this.patience)
    this.patience = setTimeout(() => this.clear(), PATIENCE_MS)
  }

  // The outline and what it says

  outline(held) {
    const chart = held.chart
    const { xaxis, yaxis } = chart._fullLayout
    const [start, finish] = this.after(held)
    const half = DAY_MS / 2
    chart.querySelector(".hoverlayer")?.replaceChildren()
    const ends = held.point ? [finish * DAY_MS + half, finish * DAY_MS + half] : [start * DAY_MS, (finish + 1) * DAY_MS]
    const grow = held.point ? held.half : 0
    const left = xaxis.c2p(ends[0]) - grow
    const right = Math.max(xaxis.c2p(ends[1]) + grow, left + 3)
    if (!this.ghost?.isConnected) {
      this.ghost = document.createElement("div")
      this.ghost.className = "tpm-drag"
      this.ghost.append(document.createElement("div"), document.createElement("span"))
      chart.querySelector(".svg-container").append(this.ghost)
    }
    const style = getComputedStyle(this.root)
    const [colour, back] = ["--st-primary-color", "--st-background-color"].map((name) => style.getPropertyValue(name))
    const [shape, label] = this.ghost.children
    const at = `left:${xaxis._offset + left}px;top:${yaxis._offset + held.middle - held.half}px;`
    this.ghost.style.cssText = "position:absolute;inset:0;pointer-events:none;z-index:5;overflow:hidden"
    shape.style.cssText = `position:absolute;box-sizing:border-box;${at}width:${right - left}px;height:${2 * held.half}px;` +
      `border:2px solid ${colour};background:color-mix(in srgb, ${colour} 25%, transparent);border-radius:2px;` +
      (held.point ? "transform:rotate(45deg) scale(0.75);" : "")
    label.textContent = this.words(held, start, finish)
    label.style.cssText = `position:absolute;white-space:nowrap;font:600 12px ${style.fontFamily};padding:3px 8px;border-radius:4px;` +
      `color:${back};background:${colour};box-shadow:0 1px 4px rgba(0,0,0,.25);font-variant-numeric:tabular-nums;`
    const room = xaxis._offset + xaxis._length
    const x = Math.max(4, Math.min(xaxis._offset + (left + right) / 2 - label.offsetWidth / 2, room - label.offsetWidth))
    const y = yaxis._offset + held.middle - held.half - label.offsetHeight - 5
    label.style.left = `${x}px`
    label.style.top = `${y < 2 ? yaxis._offset + held.middle + held.half + 5 : y}px`
  }

  clear() {
    clearTimeout(this.patience)
    this.ghost?.remove()
    this.ghost = null
  }

  words(held, start, finish) {
    const { words } = this.data
    const spare = this.data.items[held.id][4]
    const days = fill(words.days, { days: (held.days > 0 ? "+" : held.days < 0 ? "−" : "±") + Math.abs(held.days) })
    const later = held.what === "start" ? 0 : held.days
    const eaten = spare === null || later <= 0 ? "" : spare <= 0 ? words.critical
      : fill(later <= spare ? words.eaten : words.beyond, { days: later <= spare ? later : later - spare, spare })
    const day = this.day(held.what === "finish" || held.point ? finish : start)
    return [fill(words[held.what], { day }), days, eaten].filter(Boolean).join(" · ")
  }

  day(day) {
    const date = new Date(day * DAY_MS)
    const part = (options) => new Intl.DateTimeFormat(this.data.lang, { ...options, timeZone: "UTC" }).format(date)
    return fill(this.data.words.date, { d: date.getUTCDate(), month: part({ month: "short" }),
                                        weekday: part({ weekday: "short" }) })
  }

  tell() {
    const item = this.data?.items[this.selected]
    const pending = this.held && this.held.pointer === undefined
    this.said.textContent = pending ? `${this.data.items[this.held.id][5]}: ${this.words(this.held, ...this.after(this.held))}`
      : item ? fill(this.data.words.chosen, { name: item[5], start: this.day(item[0]), finish: this.day(item[1]) }) : this.data?.words.hint ?? ""
  }

  // The keyboard

  key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const days = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (event.ctrlKey || event.metaKey || event.altKey || !this.chart) return
    if (steps) this.next(steps)
    else if (days) this.nudge(days, event.shiftKey)
    else if (event.key === "Enter" && this.held) this.settle()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  escape(event) {
    if (event.key === "Escape" && this.held) this.drop()
  }

  next(step) {
    this.settle()
    const ids = this.marks(this.chart).filter((mark) => this.data.items[mark.id])
      .sort((a, b) => a.middle - b.middle || a.left - b.left).map((mark) => mark.id)
    if (!ids.length) return
    const at = ids.indexOf(this.selected)
    this.selected = ids[at < 0 ? 0 : Math.min(Math.max(at + step, 0), ids.length - 1)]
    clearTimeout(this.timer)
    const id = this.selected
    this.timer = setTimeout(() => this.send({ what: "pick", id, kind: "", days: 0, day: 0 }), PAUSE_MS)
    this.tell()
  }

  nudge(days, finish) {
    const id = this.selected
    const can = this.can(id)
    if (!can) return
    const mark = this.marks(this.chart).find((one) => one.id === id)
    if (!mark) return
    const what = (finish && can & 1) || can === 1 ? "finish" : "move"
    const held = this.held?.id === id && this.held.what === what ? this.held : { ...mark, what, chart: this.chart, days: 0 }
    held.days = this.limited(id, what, held.days + days)
    this.held = held
    this.outline(held)
    this.tell()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.settle(), PAUSE_MS)
  }

  settle() {
    const held = this.held
    if (!held || held.pointer !== undefined) return
    clearTimeout(this.timer)
    this.held = null
    if (held.days) this.commit(held)
    else this.clear()
  }

  drop() {
    clearTimeout(this.timer)
    this.held = null
    this.clear()
    this.tell()
  }
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all)
}
