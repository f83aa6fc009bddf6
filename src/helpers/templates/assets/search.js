// The list of what Pagefind finds: pages, and in them the cells.
"use strict";

const MOST = 20;
const CELLS = 4;
const AROUND = 14;

const form = document.querySelector("form.search");
const field = document.getElementById("query");
const told = document.getElementById("told");
const list = document.getElementById("results");
let engine = null;
let turn = 0;

function element(name, text, more = {}) {
  return Object.assign(document.createElement(name), { textContent: text ?? "" }, more);
}

// Where a page says the words: the last cell, claim or heading before each place.
function places(page) {
  const anchors = page.anchors.filter((a) => /^(ARTICLE|SECTION|H[2-4])$/i.test(a.element) && !a.id.endsWith("-claim"))
    .sort((a, b) => a.location - b.location);
  const found = new Map();
  for (const location of [...page.locations].sort((a, b) => a - b)) {
    const anchor = anchors.filter((a) => a.location <= location).pop();
    if (anchor && !found.has(anchor.id)) found.set(anchor.id, { location, hits: 0 });
    if (anchor) found.get(anchor.id).hits += 1;
  }
  // The article first: a finding or a claim says it in one sentence.
  return [...found].sort(([, a], [, b]) => b.hits - a.hits).slice(0, CELLS);
}

function excerpt(page, location) {
  const words = page.content.split(/[\s\u200b]+/);
  const hits = new Set(page.locations);
  const start = Math.max(0, location - 6);
  const out = element("p");
  if (start) out.append("… ");
  words.slice(start, start + 2 * AROUND).forEach((word, n) => {
    out.append(hits.has(start + n) ? element("mark", word) : word, " ");
  });
  out.append("…");
  return out;
}

function entry(page) {
  const item = element("li");
  const title = element("h2");
  // Pagefind takes the site for the root of its server; it may lie in a folder there.
  const url = new URL(page.raw_url.replace(/^\//, ""), location.href);
  title.append(element("a", page.meta.title, { href: url.href }));
  item.append(title);
  const cells = element("ul");
  for (const [id, place] of places(page)) {
    const one = element("li");
    const name = element("a", "", { href: `${url.href}#${id}` });
    const called = id.replace("cell-id=", "");
    name.append(/^(fig|tbl|txt)-/.test(called) ? element("code", called) : called.replaceAll("-", " "));
    one.append(name, excerpt(page, place.location));
    cells.append(one);
  }
  item.append(cells.children.length ? cells : excerpt(page, page.locations[0] ?? 0));
  return item;
}

// The pages say DPRK and ROK, readers often do not.
function named(words) {
  return words.replace(/\bnorth[ -]koreans?('s)?\b|\bnorth korea\b/gi, "DPRK").replace(/\bsouth[ -]koreans?('s)?\b|\bsouth korea\b/gi, "ROK");
}

function count(number) {
  if (!number) return "Nothing was found. Every word must stand on one page: try fewer, or the filter of the cells.";
  if (number > MOST) return `${number} pages, the best ${MOST} are shown`;
  return number === 1 ? "1 page" : `${number} pages`;
}

async function search() {
  const words = field.value.trim();
  const asked = named(words);
  const own = ++turn;
  history.replaceState(null, "", words ? `?${new URLSearchParams({ q: words })}` : location.pathname);
  if (!words) {
    list.replaceChildren();
    told.textContent = "";
    return;
  }
  const { results } = await engine.search(asked);
  const pages = await Promise.all(results.slice(0, MOST).map((r) => r.data()));
  if (own !== turn) return; // a newer search has begun
  list.replaceChildren(...pages.map(entry));
  told.textContent = count(results.length) + (asked === words ? "" : `; searched for “${asked}”, as the pages name the states`);
}

async function start() {
  if (location.protocol === "file:") {
    told.hidden = true;
    document.getElementById("offline").hidden = false;
    return;
  }
  engine = await import("../pagefind/pagefind.js");
  await engine.init();
  let waiting;
  form.hidden = false;
  told.textContent = "";
  form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 200); });
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  if (field.value) search();
  field.focus();
}

start();
