"use strict";
(() => {
  const MOST_ROWS = 1000;  // what a browser still lays out at once; searching finds the others

  const items = () => {
    const table = document.getElementById("items");
    const body = table.tBodies[0], rows = [...body.rows];
    const search = document.getElementById("search"), team = document.getElementById("team"), late = document.getElementById("late");
    const shown = document.getElementById("shown"), heads = [...table.tHead.rows[0].cells];
    const texts = new Map(rows.map((row) => [row, row.textContent.toLocaleLowerCase()]));
    const filter = () => {
      const wanted = search.value.trim().toLocaleLowerCase();
      let count = 0;
      for (const row of rows) {
        const keep = texts.get(row).includes(wanted) && (team.selectedIndex <= 0 || row.dataset.team === team.value)
          && (!late.checked || row.dataset.late === "1");
        count += keep;
        row.hidden = !keep || count > MOST_ROWS;
      }
      shown.textContent = shown.dataset.words.replace("%1", Math.min(count, MOST_ROWS)).replace("%2", rows.length);
    };
    for (const control of [search, team, late]) control.addEventListener("input", filter);
    const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
    heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const number = head.classList.contains("number");
      const keys = new Map(rows.map((row) => [row, row.cells[column].dataset.key ?? row.cells[column].textContent]));
      rows.sort((one, other) => {
        const a = keys.get(one), b = keys.get(other);
        if (a === "" || b === "") return (a === "") - (b === "");
        return (down ? -1 : 1) * (number ? a - b : order.compare(a, b));
      });
      for (const row of rows) body.append(row);
      filter();
    }));
    filter();
  };
  if (document.getElementById("items")) items();  // before the charts measure the page

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const charts = [...document.querySelectorAll(".chart[data-figure]")];
  const figures = new Map();
  const figure = (name) => {
    if (!figures.has(name)) figures.set(name, document.getElementById(name).textContent);
    return JSON.parse(figures.get(name));
  };
  const draw = (isDark, width) => {
    for (const place of charts) {
      const told = figure(place.dataset.figure + (isDark ? "-dark" : "-light"));
      if (width && !place.classList.contains("narrow")) { told.layout.autosize = false; told.layout.width = width; }
      Plotly.react(place, told.data, told.layout, told.config);
    }
  };
  draw(dark.matches);
  dark.addEventListener("change", () => draw(dark.matches));
  const LANDSCAPE = [0.78, 530], PORTRAIT = [0.6, 820];  // of A4: how large a chart of 1160 px is, and how high at most
  addEventListener("beforeprint", () => {
    draw(false, 1160);
    for (const place of charts) {  // whole on one page; what is too high for a wide page has a high one
      const height = place.offsetHeight, tall = height * LANDSCAPE[0] > LANDSCAPE[1];
      const [zoom, most] = tall ? PORTRAIT : LANDSCAPE;
      place.closest("section").classList.toggle("tall", tall);
      place.style.zoom = Math.min(zoom, most / height);
    }
  });
  addEventListener("afterprint", () => {
    for (const place of charts) place.style.zoom = "";
    draw(dark.matches);
  });
})();
