// キー操作: every page works without a mouse. Single keys act only outside of fields and can be switched off
// (WCAG 2.1.4) on the page of shortcuts; that choice stays in this browser.
(() => {
  const OFF = "yakuba.singleKeysOff";
  const single = () => localStorage.getItem(OFF) !== "1";
  const typing = (element) => element instanceof HTMLElement &&
    (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName)) &&
    !(element.tagName === "INPUT" && /^(checkbox|radio|button|submit)$/.test(element.type));
  const visible = (element) => element.getClientRects().length > 0 && !element.disabled;
  let prefix = "";

  // A single key never takes anything back by itself: it goes to the button, and Enter presses it.
  function press(element) {
    if (element.matches("input, select, textarea, .danger")) { element.focus(); if (element.select) element.select(); } else element.click();
  }

  function rowsMove(step) {
    const links = [...document.querySelectorAll("table[data-rows] tbody tr [data-row]")].filter(visible);
    if (!links.length) return false;
    const at = links.indexOf(document.activeElement);
    const next = links[Math.min(links.length - 1, Math.max(0, at + step))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  function nextField(field) {
    const fields = [...field.form.querySelectorAll("input, select, textarea, button.primary")]
      .filter((one) => visible(one) && one.type !== "hidden" && !(one.type === "radio" && !tabbable(one)));
    const rest = fields.slice(fields.indexOf(field) + 1);
    const target = rest.find((one) => !(one.type === "radio" && field.type === "radio" && one.name === field.name));
    if (!target) return false;
    target.focus();
    if (target.select && target.type !== "checkbox" && target.type !== "radio") target.select();
    return true;
  }

  // Of a group of radio buttons the Tab key stops at the chosen one, or at the first.
  function tabbable(radio) {
    const group = [...radio.form.querySelectorAll(`input[type=radio][name="${CSS.escape(radio.name)}"]`)];
    const chosen = group.find((one) => one.checked);
    return chosen ? chosen === radio : group[0] === radio;
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    const field = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = field.closest("form") || document.querySelector("main form[data-main]");
      const primary = form && form.querySelector("button.primary:not(:disabled)");
      if (primary) { event.preventDefault(); primary.click(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && field.form && field.form.matches("[data-enter-next]") && /^(INPUT|SELECT)$/.test(field.tagName)) {
      if (nextField(field)) event.preventDefault();
      return;
    }
    if (event.key === "Escape" && typing(field)) {
      field.blur();
      document.getElementById("main").focus();
      return;
    }
    // Who presses the key of the search box while already in it means the box, not the letter.
    if (event.key === "/" && field.dataset && field.dataset.key === "/" && field.value === "") { event.preventDefault(); return; }
    if (event.key === "ArrowDown" && field.matches("[data-search-input]")) { if (rowsMove(1)) event.preventDefault(); return; }
    if (typing(field)) return;
    const inRows = field.closest && field.closest("table[data-rows]");
    if (inRows && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      rowsMove(event.key === "ArrowDown" ? 1 : -1);
      return;
    }
    if (!single()) return;
    if (event.key === "j" || event.key === "k") { if (rowsMove(event.key === "j" ? 1 : -1)) event.preventDefault(); return; }
    const key = prefix + event.key;
    prefix = "";
    if (event.key === "g" && key === "g") { prefix = "g "; window.setTimeout(() => { prefix = ""; }, 1500); event.preventDefault(); return; }
    const target = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key && visible(one));
    if (target) { event.preventDefault(); press(target); }
  });

  document.addEventListener("DOMContentLoaded", () => {
    const toggle = document.getElementById("single-keys");
    if (toggle) {
      toggle.checked = single();
      toggle.addEventListener("change", () => localStorage.setItem(OFF, toggle.checked ? "0" : "1"));
    }
  });

  // 全選択: a checkbox that ticks all of its list.
  document.addEventListener("change", (event) => {
    const all = event.target;
    if (!all.matches || !all.matches("[data-all]")) return;
    for (const one of document.querySelectorAll(`input[name="${CSS.escape(all.dataset.all)}"]`)) if (!one.disabled) one.checked = all.checked;
  });
})();
