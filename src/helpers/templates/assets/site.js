// Colours, copying and filters. Without it every page can still be read.
"use strict";

function scheme() {
  const button = document.querySelector("button.scheme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const dark = () => (root.dataset.scheme ? root.dataset.scheme === "dark" : system.matches);
  const name = () => {
    button.textContent = dark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `${button.textContent} colours`);
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.scheme = dark() ? "light" : "dark";
    try { localStorage.setItem("scheme", root.dataset.scheme); } catch { /* lasts as long as the page */ }
    name();
  });
  system.addEventListener("change", name);
  name();
}

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

async function copy(button) {
  const text = document.getElementById(button.dataset.of);
  const name = button.dataset.name ??= button.textContent;
  try {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = "Copied";
  } catch {
    text.closest("details").open = true;
    select(text);
    button.textContent = "Selected: press Ctrl or ⌘ and C";
  }
  setTimeout(() => { button.textContent = name; }, 2500);
}

function fragment() {
  try { return decodeURIComponent(location.hash.slice(1)); } catch { return location.hash.slice(1); }
}

// An address that a report printed may be of a cell that is gone, or end in the report's full stop.
function lost() {
  const id = fragment();
  const old = document.querySelector(".lost");
  old?.remove();
  if (!/^(cell-id=|C\d)/.test(id) || document.getElementById(id)) return;
  const bare = id.replace(/[^\w]+$/, "");
  if (document.getElementById(bare)) { location.replace(`#${bare}`); return; }
  const note = document.createElement("p");
  const list = document.querySelector('.top a[href$="cells.html"]').getAttribute("href");
  note.className = "lost";
  note.setAttribute("role", "status");
  note.append(`This page has no ${bare.replace("cell-id=", "cell ")}. It may have been renamed or withdrawn: look for it in `,
    Object.assign(document.createElement("a"), { href: list, textContent: "the index of cells" }), ".");
  document.querySelector(".content").prepend(note);
}

function filter(form) {
  const items = [...document.getElementById(form.dataset.list).children];
  const texts = items.map((item) => item.textContent.toLowerCase());
  const told = form.querySelector("output");
  const publishers = [...document.querySelectorAll("#publishers option")].map((o) => o.value.toLowerCase());
  const chosen = () => [...new FormData(form)].filter(([, value]) => value.trim());

  function fits(item, n, [name, value]) {
    const wanted = value.trim().toLowerCase();
    if (name === "text") return wanted.split(/\s+/).every((word) => texts[n].includes(word));
    const own = item.dataset[name].split("|");
    if (name === "publisher") return own.some((p) => p && publishers[p].includes(wanted));
    return own.includes(value);
  }

  function apply() {
    const wanted = chosen();
    let left = 0;
    items.forEach((item, n) => {
      item.hidden = !wanted.every((one) => fits(item, n, one));
      left += item.hidden ? 0 : 1;
    });
    told.textContent = `${left} of ${items.length} ${form.dataset.what}`;
  }

  function remember() {
    const query = new URLSearchParams(chosen()).toString();
    // A file opened from a folder may not change its address.
    try { history.replaceState(null, "", (query ? `?${query}` : location.pathname) + location.hash); } catch { /* */ }
  }

  function show() {
    const target = document.getElementById(fragment());
    if (target?.hidden) {
      form.reset();
      apply();
      target.scrollIntoView();
    }
  }

  for (const [name, value] of new URLSearchParams(location.search)) {
    if (form.elements[name]) form.elements[name].value = value;
  }
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { apply(); remember(); });
  form.addEventListener("reset", () => setTimeout(() => { apply(); remember(); }));
  addEventListener("hashchange", show);
  apply();
  show();
}

scheme();
lost();
addEventListener("hashchange", lost);
document.querySelectorAll("form.filter").forEach(filter);
document.querySelectorAll("button.copy[hidden]").forEach((button) => { button.hidden = false; });
document.addEventListener("click", (event) => {
  if (event.target.matches("button.copy")) copy(event.target);
});
const current = document.querySelector(".side [aria-current]");
if (current) current.closest(".side").scrollTop = current.offsetTop - 80;
