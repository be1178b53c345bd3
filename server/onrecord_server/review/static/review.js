// Keys of a review. Each decision is answered when it is on disk, and only then the next one is sent.

const article = document.querySelector("#article");
const cards = document.querySelector("#cards");
const message = document.querySelector("#message");
const progress = document.querySelector("#progress");
const missed = document.querySelector("#missed");

let focus = document.querySelector("[aria-current]")?.dataset.card ?? null;
let figure = null; // the figure whose series the next digit names; NONE if there is none
let thenAccept = false; // whether keeping the form accepts the card
let wrong = ""; // the field that the last refusal is about
const NO_CARD = "no card is in focus, n goes to one";
const NONE = -1;
let piece = null; // the number of the piece of its words that was gone to
let queue = Promise.resolve();
let waiting = 0; // decisions that are not answered yet

function say(words, isError = false) {
  message.textContent = words;
  message.className = isError ? "error" : "";
}

function send(decision) {
  waiting += 1;
  document.body.ariaBusy = "true";
  queue = queue.then(() => answered(decision)).finally(() => {
    waiting -= 1;
    document.body.ariaBusy = String(waiting > 0);
  });
  return queue;
}

async function answered(decision) {
  // The card is the one in focus when its turn comes, not when the key was pressed.
  const asked = { card: focus, ...(typeof decision === "function" ? decision() : decision) };
  let answer;
  try {
    const response = await fetch("do", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
    });
    answer = response.ok ? await response.json() : { error: await response.text() };
  } catch {
    answer = { error: "the server is gone; what it answered is kept, start onrecord review again" };
  }
  if (answer.error) {
    say(answer.error, true);
    wrong = answer.field ?? "";
    // What the message says need not stand on the card as well.
    for (const line of cards.querySelectorAll("[aria-current] .lacks")) {
      line.hidden = line.textContent === answer.error;
    }
    if (asked.do === "accept" && wrong) edit(true, wrong);
    return false;
  }
  if (answer.focus !== focus || asked.do === "drop") piece = null;
  focus = answer.focus;
  article.innerHTML = answer.article;
  cards.innerHTML = answer.cards;
  progress.innerHTML = answer.progress;
  say(answer.message);
  // So that the page comes back to this card when it is loaded again.
  history.replaceState(null, "", focus ? `#at-${focus}` : location.pathname);
  show();
  return true;
}

function show() {
  document.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  const mark = document.querySelector("mark.piece") ?? document.getElementById(`at-${focus}`);
  if (mark) mark.scrollIntoView({ block: "center" });
}

function beside(by) {
  const all = [...cards.querySelectorAll(".card")].map((each) => each.dataset.card);
  const place = all.indexOf(focus);
  return all[(place + by + all.length) % all.length];
}

function edit(andAccept, name) {
  const form = document.querySelector("#edit");
  if (!form) {
    say(NO_CARD, true);
    return;
  }
  thenAccept = andAccept;
  form.hidden = false;
  // What is still to be written first: a text of one's own, the series of a figure, a condition.
  const field = form.elements[name] ?? form.querySelector("[data-lacks]") ?? form.elements.text;
  field.focus();
  if (name) field.select?.();
}

function leave() {
  document.activeElement?.blur();
  const form = document.querySelector("#edit");
  if (form) form.hidden = true;
  if (missed.open) missed.close();
  figure = null;
}

// The digit behind `s` is one of a series, whatever the card has: first of the figure that lacks one,
// then, pressed again, of each other figure in turn.
function askSeries() {
  const figures = [...document.querySelectorAll("[data-figure]")];
  if (!figures.length) {
    figure = NONE;
    say(focus ? "this card has no figure, so the next digit is taken for nothing" : NO_CARD, true);
    return;
  }
  const numbers = figures.map((each) => Number(each.dataset.figure));
  const open = figures.findIndex((each) => each.querySelector("[data-asked]"));
  if (figure === null && open >= 0) {
    figure = numbers[open];
    say("series: a number");
    return;
  }
  figure = numbers[(numbers.indexOf(figure ?? NONE) + 1) % numbers.length];
  const asked = figure;
  send({ do: "show", figure: asked }).then((shown) => {
    if (shown && figure === asked) say("another series: a number");
  });
}

function nextPiece() {
  const count = document.querySelectorAll("[data-piece]").length;
  if (!count) {
    say(focus ? "its words are in one piece" : NO_CARD, true);
    return;
  }
  piece = piece === null ? 1 : (piece + 1) % count;
  const gone = piece;
  send({ do: "show", piece: gone }).then((shown) => shown && say(`piece ${gone + 1} of ${count}`));
}

// Offsets of the text count code points; a selection counts UTF-16 units of what is shown.
function selection() {
  const chosen = getSelection();
  if (!chosen.rangeCount || chosen.isCollapsed || !article.contains(chosen.anchorNode)) return null;
  const range = chosen.getRangeAt(0);
  const before = document.createRange();
  before.setStart(article, 0);
  before.setEnd(range.startContainer, range.startOffset);
  return { words: range.toString(), start: [...before.toString()].length };
}

const KEYS = {
  a: () => send({ do: "accept" }),
  r: () => send({ do: "reject" }),
  u: () => send({ do: "undo" }),
  b: () => send({ do: "all" }),
  c: () => send({ do: "confirm" }),
  o: () => send({ do: "same" }),
  f: () => send({ do: "office" }),
  w: () => send(() => ({ do: "widen", edge: "end", piece })),
  q: () => send(() => ({ do: "narrow", edge: "end", piece })),
  W: () => send(() => ({ do: "widen", edge: "start", piece })),
  Q: () => send(() => ({ do: "narrow", edge: "start", piece })),
  x: () => send(() => ({ do: "drop", piece })),
  g: () => queue.then(nextPiece),
  n: () => send(() => ({ do: "show", card: beside(1) })),
  p: () => send(() => ({ do: "show", card: beside(-1) })),
  e: () => queue.then(() => edit(false)),
  s: () => queue.then(askSeries),
  t: () => queue.then(() => edit(false, "said_on")),
  T: () => queue.then(() => edit(false, "valid_for")),
  i: () =>
    queue.then(() => {
      document.querySelector(".about").open = true;
      const fields = [...document.querySelectorAll("#about input, #about textarea")];
      (fields.find((each) => each.name !== "url" && !each.value) ?? fields[0]).focus();
    }),
  m: () =>
    queue.then(() => {
      const selected = selection();
      if (selected) send({ do: "add", ...selected });
      else missed.showModal();
    }),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey && event.target.form?.id === "edit") {
    event.preventDefault();
    thenAccept = true;
    event.target.form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") {
    leave();
    return;
  }
  const field = event.target.closest("input, textarea, select, button, summary");
  if (field) {
    if (event.key === "Enter" && field.matches("textarea, input, select") && !event.shiftKey) {
      if (field.form.id === "about" && field.matches("textarea")) return;
      event.preventDefault();
      field.form.requestSubmit();
    }
    return;
  }
  if (/^[0-9]$/.test(event.key)) {
    event.preventDefault();
    const number = Number(event.key);
    queue.then(() => {
      const asked = figure;
      figure = null;
      if (asked === NONE) say("this card has no figure", true);
      else if (asked !== null) send({ do: "series", figure: asked, number });
      else send({ do: "speaker", number });
    });
  } else if (Object.hasOwn(KEYS, event.key)) {
    event.preventDefault();
    if (event.key !== "s") queue.then(() => (figure = null));
    KEYS[event.key]();
  }
});

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const fields = Object.fromEntries(new FormData(form));
  const active = document.activeElement;
  active?.blur(); // keys that follow at once are the page's
  const refused = () => (form.elements[wrong] ?? active)?.focus();
  if (form.id === "about") {
    send({ do: "article", fields }).then((kept) => kept || refused());
  } else if (form.id === "edit") {
    const accepts = thenAccept;
    thenAccept = false;
    send({ do: "edit", fields }).then((kept) => {
      if (kept && accepts) send({ do: "accept" });
      if (kept) return;
      thenAccept = accepts;
      refused();
    });
  } else {
    send({ do: "add", words: fields.words }).then((kept) => {
      missed.querySelector("[role=alert]").textContent = kept ? "" : message.textContent;
      if (!kept) {
        refused();
        return;
      }
      form.reset();
      missed.close();
    });
  }
});

document.addEventListener("click", (event) => {
  const card = event.target.closest("[data-card]");
  if (!card || card.dataset.card === focus || selection()) return;
  send({ do: "show", card: card.dataset.card });
});

const before = document.getElementById(location.hash.slice(1))?.dataset.card;
if (before && before !== focus) send({ do: "show", card: before });
else show();
