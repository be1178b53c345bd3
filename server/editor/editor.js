// The query editor of /query. The page works without it: this puts an editor in the place of the
// text area, and fetches answers without leaving the page.

import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { EditorView } from "codemirror";
import { sparql } from "codemirror-lang-sparql";

import { completions, schemaOf } from "./completion.js";
import { prologueOf } from "./place.js";

const KEY = "onrecord.queries";
const MOST_KEPT = 50;
const LONGEST_ADDRESS = 30000;

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--blue)", fontWeight: "600" },
  { tag: tags.variableName, color: "var(--more)" },
  { tag: [tags.string, tags.integer, tags.float, tags.bool], color: "var(--added)" },
  { tag: [tags.url, tags.typeName], color: "var(--blue)" },
  { tag: [tags.comment, tags.annotation], color: "var(--quiet)" },
]);

const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--page)", border: "1px solid var(--quiet)" },
  "&.cm-focused": { outline: "3px solid var(--blue)", outlineOffset: "2px" },
  ".cm-scroller": { font: ".9rem/1.5 ui-monospace, 'DejaVu Sans Mono', monospace" },
  "&.cm-editor": { maxHeight: "26rem" },
  ".cm-content": { minHeight: "12rem", caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--ground)", color: "var(--quiet)", border: "0" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground":
    { backgroundColor: "var(--less-ground)" },
  "& .cm-matchingBracket, &.cm-focused .cm-matchingBracket":
    { backgroundColor: "var(--less-ground)", outline: "1px solid var(--blue)" },
  ".cm-lintRange-error": {
    backgroundImage: "none", textDecoration: "underline wavy var(--more)", textUnderlineOffset: ".2em",
  },
  ".cm-tooltip": { backgroundColor: "var(--page)", color: "var(--ink)", border: "1px solid var(--quiet)" },
  ".cm-tooltip-autocomplete > ul": { font: ".88rem/1.5 ui-monospace, 'DejaVu Sans Mono', monospace", maxWidth: "90vw" },
  ".cm-tooltip-autocomplete > ul > li": { minHeight: "24px", padding: ".1rem .4rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--blue)", color: "var(--page)" },
  ".cm-completionDetail": { fontStyle: "normal", fontFamily: "system-ui, sans-serif" },
  ".cm-completionIcon": { display: "none" },
  ".cm-completionInfo": { font: ".88rem/1.4 system-ui, sans-serif", maxWidth: "20rem" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--more)" },
  ".cm-diagnosticAction": { font: "inherit", minHeight: "24px", backgroundColor: "var(--blue)", color: "var(--page)" },
});

const form = document.querySelector("#query-form");
const area = form.elements.namedItem("query");
const label = form.querySelector("label[for=query]");
const state = form.querySelector("[role=status]");
let known = null;
let running = null;

// The names of the release. Without them one can still write.
const schema = fetch(form.dataset.completion)
  .then((response) => (response.ok ? response.json() : Promise.reject(response.status)))
  .then((data) => (known = schemaOf(data)))
  .catch(() => null);

// What is typed before the names have come is completed once they are here.
async function complete(context) {
  const names = await schema;
  return names && !context.aborted ? completions(names)(context) : null;
}

const host = document.createElement("div");
host.id = "editor";
area.after(host);
// Within a shadow root the styles are constructed sheets, which the page's policy allows.
const root = host.attachShadow({ mode: "open", delegatesFocus: true });

const view = new EditorView({
  root,
  parent: root,
  state: EditorState.create({
    doc: area.value,
    extensions: [
      Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }])),
      lineNumbers(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(),
      bracketMatching(), closeBrackets(), sparql(), syntaxHighlighting(colours), theme,
      EditorView.lineWrapping,
      autocompletion({ override: [complete], icons: false, maxRenderedOptions: 60 }),
      EditorView.contentAttributes.of({
        "aria-label": "Query",
        "aria-description": "Escape, then Tab leaves the editor. Control and Enter runs the query.",
        tabindex: "0", spellcheck: "false", autocapitalize: "off", autocorrect: "off",
      }),
      keymap.of([
        { key: "Tab", run: acceptCompletion },
        ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, indentWithTab,
      ]),
    ],
  }),
});
// The list of completions scrolls, and what scrolls can be reached.
new MutationObserver(() => {
  root.querySelector(".cm-tooltip-autocomplete > ul:not([tabindex])")?.setAttribute("tabindex", "0");
}).observe(root, { childList: true, subtree: true });
area.hidden = true;
form.querySelector(".keys").hidden = false;
label.addEventListener("click", (event) => {
  event.preventDefault();
  view.focus();
});

// The remedy for a prefix that is not declared needs the names.
schema.then(markError);

function textOf() {
  return view.state.doc.toString();
}

function setText(text) {
  if (text !== textOf()) {
    view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: text },
      selection: { anchor: 0 },
    });
  }
}

// The place of line and column as the server counts them: from 1, in characters.
function positionOf(line, column) {
  const found = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
  const before = [...found.text].slice(0, column - 1).join("").length;
  return Math.min(found.from + before, found.to);
}

function markError() {
  const error = document.querySelector("#problem [data-line]");
  const text = textOf();
  // What was asked may have been changed in the meantime.
  if (!error || text !== area.value) return;
  let from = positionOf(Number(error.dataset.line), Number(error.dataset.column));
  if (from === text.length || /\s/.test(text[from])) {
    // At the end there is nothing to underline, so the word before it is.
    from = Math.max(text.slice(0, from + 1).search(/\S+\s*$/), 0);
  }
  const word = /^(?:[?$@]?[\p{L}\d_:.-]+|<[^>\s]*>?|\S)/u.exec(text.slice(from))?.[0] ?? "";
  const to = Math.min(from + Math.max(word.length, 1), text.length);
  const message = error.dataset.message;
  view.dispatch(
    setDiagnostics(view.state, [{ from, to, severity: "error", message, actions: remedies(word) }]),
    { selection: { anchor: from }, scrollIntoView: true },
  );
}

function remedies(word) {
  const prefix = /^([\p{L}\d_-]*):/u.exec(word)?.[1];
  const namespace = known?.prefixes[prefix];
  const { prefixes, end } = prologueOf(textOf());
  if (namespace === undefined || prefixes.has(prefix)) return [];
  const insert = `PREFIX ${prefix}: <${namespace}>\n`;
  return [{ name: `Declare ${prefix}:`, apply: () => view.dispatch({ changes: { from: end, insert } }) }];
}

function addressOf(fields) {
  // Of an order that was kept and the one that is asked for, the last counts.
  for (const name of ["sort", "iris", "start"]) {
    if (fields.has(name)) fields.set(name, fields.getAll(name).at(-1));
  }
  return `/query?${new URLSearchParams([...fields].filter(([, value]) => value !== ""))}`;
}

function run() {
  area.value = textOf();
  const fields = new FormData(form);
  const address = addressOf(fields);
  if (address.length <= LONGEST_ADDRESS) return show(address, { keep: true });
  // An address has an end: a long query is sent in the body, and has none.
  return show("/query", { keep: true, body: new URLSearchParams(fields) });
}

// What was pressed is pressed again in the new answer, so the keyboard stays there.
function focusOf(pressed) {
  if (pressed?.name === "sort") {
    const column = pressed.closest("th").cellIndex;
    return () => document.querySelectorAll(".answer th button")[column];
  }
  return pressed ? () => document.querySelector("#answer .wide") : null;
}

async function show(address, { keep = false, text = false, push = true, body = null, focus = null } = {}) {
  running?.abort();
  const mine = (running = new AbortController());
  state.textContent = "Running …";
  document.querySelector("#answer").setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, {
      method: body ? "POST" : "GET", body, headers: { Accept: "text/html" }, signal: mine.signal,
    });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const answer = page.querySelector("#answer");
    if (!answer) throw new Error(`${response.status} ${response.statusText}`);
    for (const part of ["#problem", "#answer"]) {
      document.querySelector(part).replaceWith(document.importNode(page.querySelector(part), true));
    }
    document.title = page.title;
    area.value = page.querySelector("#query").value;
    if (text) setText(area.value);
    focus?.()?.focus();
    if (push) window.history.pushState({}, "", address);
    view.dispatch(setDiagnostics(view.state, []));
    markError();
    state.textContent = answer.dataset.state;
    if (keep) remember(textOf(), answer.dataset.state);
  } catch (error) {
    if (error.name === "AbortError") return;
    document.querySelector("#answer").removeAttribute("aria-busy");
    state.textContent = `The server cannot be reached: ${error.message}`;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});

document.addEventListener("submit", (event) => {
  if (event.target.id !== "arrange" || event.target.method !== "get") return;
  event.preventDefault();
  const pressed = event.submitter;
  show(addressOf(new FormData(event.target, pressed)), { focus: focusOf(pressed) });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const changed = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button;
  if (!link || changed || link.origin !== location.origin || link.pathname !== "/query") return;
  if (link.closest("header, nav") || !link.search) return;
  event.preventDefault();
  const example = !link.closest("#answer");
  show(link.pathname + link.search, { text: example });
  if (example) view.focus();
});

window.addEventListener("popstate", () => {
  show(location.pathname + location.search, { text: true, push: false });
});

// The queries that were run here are kept in this browser, and nowhere else.
const kept = document.querySelector("#kept");

function remembered() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => typeof each?.text === "string") : [];
  } catch {
    return [];
  }
}

function remember(text, answer) {
  const at = new Date().toISOString().slice(0, 16).replace("T", " ");
  const others = remembered().filter((each) => each.text !== text);
  try {
    localStorage.setItem(KEY, JSON.stringify([{ text, answer, at }, ...others].slice(0, MOST_KEPT)));
  } catch {
    // A browser that keeps nothing has no history.
  }
  listKept();
}

function firstLine(text) {
  const title = /^#\s*title:\s*(.+)$/m.exec(text)?.[1];
  const { end } = prologueOf(text);
  return (title ?? text.slice(end).replace(/\s+/g, " ").trim()).slice(0, 90);
}

function listKept() {
  const all = remembered();
  kept.hidden = !all.length;
  kept.querySelector("summary").textContent = `Your queries (${all.length})`;
  kept.querySelector("ol").replaceChildren(
    ...all.map(({ text, answer, at }) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = firstLine(text);
      button.addEventListener("click", () => {
        setText(text);
        view.focus();
      });
      const when = document.createElement("small");
      when.textContent = ` ${at} UTC, ${answer}`;
      item.append(button, when);
      return item;
    }),
  );
}

kept.querySelector("button.clear").addEventListener("click", () => {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // There is nothing to clear.
  }
  listKept();
  view.focus();
});
listKept();
markError();
