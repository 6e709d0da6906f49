// A sheet as a grid with its reading drawn on it. Every text of the sheet is set as text, never as markup.
//
// data: of       says which sheet this is: another one is shown from its top
//       cards    [{title, text, on}]            the reading that stands, then others; a click sends {what: "offer", value: place}
//       told     a line, or ""
//       tools    [{label, strong, act}]         buttons; an act with `choose` opens a menu of [value, label]
//       letters  of the columns; rows [{label, row, cells, as, note}], as: header, item, quiet; first and last: of a table
//       tables   [{number, header, chips: [{column, letter, label, state, why, value}], fields: [[field, label]]}]
//       below    [[bold, text]]                 evidence
//       words    of the menus
// triggers: act → {what, table, rows, column, value}

const kept = new WeakMap() // of a mounted sheet: where it was scrolled to, what is chosen

export default function (component) {
  const { parentElement } = component
  const held = kept.get(parentElement) ?? { of: null, top: 0, left: 0, chosen: [] }
  kept.set(parentElement, held)
  if (held.of !== component.data.of) Object.assign(held, { of: component.data.of, top: 0, left: 0, chosen: [] })
  new Sheet(component, held).draw()
  return () => kept.delete(parentElement)
}

function make(tag, name, ...inside) {
  const element = document.createElement(tag)
  if (name) element.className = name
  element.append(...inside.filter((one) => one !== null && one !== undefined))
  return element
}

function button(name, text, click) {
  const element = make("button", name, text)
  element.type = "button"
  element.onclick = click
  return element
}

class Sheet {
  constructor({ parentElement, data, setTriggerValue }, held) {
    this.root = parentElement.querySelector(".reading")
    this.data = data
    this.held = held
    this.send = (act) => {
      this.close()
      this.root.classList.add("busy")
      setTriggerValue("act", act)
    }
  }

  draw() {
    const { data, held, root } = this
    root.classList.remove("busy")
    this.frame = make("div", "frame", this.table())
    this.frame.onscroll = () => {
      Object.assign(held, { top: this.frame.scrollTop, left: this.frame.scrollLeft })
      this.close()
    }
    root.replaceChildren(this.cards(), this.tools(), this.frame, this.below())
    Object.assign(this.frame, { scrollTop: held.top, scrollLeft: held.left })
    root.onkeydown = (event) => event.key === "Escape" && this.close(true)
    root.onclick = (event) => !event.composedPath().some((one) => one === this.menu || one === this.opener) && this.close()
  }

  cards() {
    const cards = this.data.cards.map((card, place) => {
      const one = button(card.on ? "on" : "", "", () => card.on || this.send({ what: "offer", value: String(place) }))
      one.append(make("b", "", (card.on ? "✓ " : "") + card.title), make("span", "", card.text))
      one.setAttribute("aria-pressed", String(card.on))
      return one
    })
    const all = make("div", "cards", ...cards)
    all.setAttribute("role", "group")
    all.setAttribute("aria-label", this.data.words.cards)
    return all
  }

  tools() {
    const buttons = this.data.tools.map((tool) => {
      const one = button(tool.strong ? "strong" : "", tool.label, () =>
        tool.act.choose ? this.choose(one, tool.act) : this.send(tool.act))
      return one
    })
    return make("div", "tools", make("span", "told", this.data.told), ...buttons)
  }

  choose(at, { choose, value, ...act }) {
    this.open(at, choose.map(([one, label]) => this.item(label, () => this.send({ ...act, value: one }), one === value)))
  }

  table() {
    const { data } = this
    const main = data.tables[0]
    const head = make("thead", "", this.chips(main, "th"),
      make("tr", "letters", make("th", "corner"), ...data.letters.map((letter) => make("th", "", letter))))
    const body = make("tbody")
    this.lines = new Map()
    for (const row of data.rows) {
      const table = row.table === null ? undefined : data.tables[row.table]
      if (row.begins && table && table !== main) body.append(this.chips(table, "td"))
      body.append(this.row(row, table))
    }
    return make("table", "", head, body)
  }

  chips(table, tag) {
    const cells = this.data.letters.map((letter, column) => {
      const chip = table.chips[column]
      if (!chip) return make(tag)
      const one = button(`chip ${chip.state}`, `${chip.label} ▾`, () => this.fields(one, table, chip))
      one.setAttribute("aria-haspopup", "menu")
      one.setAttribute("aria-label", `${letter}: ${chip.label}`)
      return make(tag, "", one)
    })
    return make("tr", "chips", make(tag, tag === "th" ? "corner" : "number"), ...cells)
  }

  row(row, table) {
    const number = button("", row.label, (event) => this.pick(number, row, event.shiftKey))
    number.setAttribute("aria-haspopup", "menu")
    number.setAttribute("aria-label", `${this.data.words.row} ${row.label}`)
    const line = make("tr", `${row.as}${row.first ? " first" : ""}${row.last ? " last" : ""}`, make("td", "number", number))
    row.cells.forEach((text, column) => {
      const chip = table?.chips[column]
      const cell = make("td", row.as === "item" && (!chip || chip.state === "unused") ? "off" : "", text)
      if (text.length > 24) cell.title = text
      if (row.as === "header" && chip) cell.onclick = () => this.fields(cell, table, chip)
      line.append(cell)
    })
    if (row.note) line.append(make("td", "note", row.note))
    this.lines.set(row.row, line)
    return line
  }

  fields(at, table, chip) {
    const { words } = this.data
    const list = make("div", "many", ...[["", words.unused], ...table.fields].map(([field, label]) =>
      this.item(label, () => this.send({ what: "column", table: table.number, column: chip.letter, value: field }), field === chip.value)))
    this.open(at, [chip.why ? make("div", "why", chip.why) : null, list])
  }

  pick(at, row, further) {
    const { held, data } = this
    const { words } = data
    const from = further && held.chosen.length ? held.chosen[0] : row.row
    const [low, high] = [Math.min(from, row.row), Math.max(from, row.row)]
    held.chosen = from <= row.row ? [low, high] : [high, low]
    const rows = data.rows.map((one) => one.row).filter((one) => low <= one && one <= high)
    for (const [number, line] of this.lines) line.classList.toggle("chosen", low <= number && number <= high)
    const one = (what, label) => this.item(label, () => this.send({ what, rows }))
    const many = rows.length > 1
    this.open(at, [
      rows.length <= 4 ? one("header", many ? words.headers : words.header) : null,
      many ? null : one("another", words.another),
      one("no-items", many ? words["no-items"] : words["no-item"]),
      row.said ? one("items", words["is-item"]) : null,
      many ? null : one("end", words.end),
    ])
  }

  item(label, click, on = false) {
    const one = button(on ? "on" : "", label, click)
    one.setAttribute("role", "menuitem")
    return one
  }

  open(at, inside) {
    this.close()
    this.opener = at
    this.menu = make("div", "menu", ...inside)
    this.menu.setAttribute("role", "menu")
    this.root.append(this.menu)
    const [from, box] = [at.getBoundingClientRect(), this.root.getBoundingClientRect()]
    this.menu.style.left = `${Math.max(0, Math.min(from.left - box.left, box.width - this.menu.offsetWidth))}px`
    const below = from.bottom - box.top + 3
    const fits = from.bottom + 3 + this.menu.offsetHeight <= window.innerHeight || from.top < this.menu.offsetHeight
    this.menu.style.top = `${fits ? below : from.top - box.top - this.menu.offsetHeight - 3}px`
    const items = [...this.menu.querySelectorAll("button")]
    this.menu.onkeydown = (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (!step) return
      event.preventDefault()
      const now = items.indexOf(this.menu.getRootNode().activeElement)
      items[(now + step + items.length) % items.length].focus()
    }
    ;(items.find((one) => one.className === "on") ?? items[0])?.focus({ preventScroll: true })
  }

  close(back = false) {
    if (!this.menu) return
    this.menu.remove()
    this.menu = null
    for (const line of this.lines.values()) line.classList.remove("chosen")
    if (back) this.opener.focus()
  }

  below() {
    return make("div", "below", ...this.data.below.map(([bold, text]) => make("div", "", make("b", "", bold), " ", text)))
  }
}
