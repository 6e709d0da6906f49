// The presentation: one picture at a time over the whole window. Arrow keys, Page Up/Down, space, Home and End step; Esc leaves.
export default function (component) {
  const { data, setTriggerValue, parentElement } = component;
  const held = (parentElement.__present ??= { at: 0 });
  held.undo?.();

  const stage = document.createElement("div");
  stage.className = "tpm-present";
  stage.setAttribute("role", "dialog");
  stage.setAttribute("aria-label", data.label);
  stage.tabIndex = 0;
  Object.assign(stage.style, {
    position: "fixed", inset: "0", zIndex: "1000000", background: data.background, display: "flex", alignItems: "center",
    justifyContent: "center", cursor: "none", outline: "none",
  });
  const picture = document.createElement("div");
  Object.assign(picture.style, { width: "min(100vw, calc(100vh * 16 / 9))" });
  const place = document.createElement("div");
  Object.assign(place.style, { position: "fixed", right: "14px", bottom: "8px", font: "12px sans-serif", color: data.quiet });
  stage.append(picture, place);

  const draw = () => {
    held.at = Math.max(0, Math.min(held.at, data.pages.length - 1));
    picture.innerHTML = data.pages[held.at]; // made by the program: every text of the sheet is escaped in it
    place.textContent = data.place.replace("{at}", held.at + 1).replace("{of}", data.pages.length);
    stage.dataset.page = String(held.at + 1);
  };
  const step = (by) => { held.at += by; draw(); };
  const leave = () => { undo(); setTriggerValue("left", true); };
  const keys = {
    ArrowRight: () => step(1), ArrowDown: () => step(1), PageDown: () => step(1), " ": () => step(1),
    ArrowLeft: () => step(-1), ArrowUp: () => step(-1), PageUp: () => step(-1), Home: () => step(-1e6), End: () => step(1e6),
    Escape: leave,
  };
  const pressed = (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const undo = () => { window.removeEventListener("keydown", pressed, true); stage.remove(); held.undo = undefined; };
  held.undo = undo;
  stage.addEventListener("click", () => step(1));
  window.addEventListener("keydown", pressed, true);
  document.body.append(stage);
  draw();
  stage.focus();
  return undo;
}
