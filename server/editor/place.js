// Where in a query the cursor is, and of which classes its variables are.
//
// A query is nearly never whole while it is written, so this reads tokens and the order of terms,
// and no grammar.

const TOKEN = new RegExp(
  [
    "(?<comment>#[^\\n]*)",
    '(?<iri><[^<>"{}|^`\\s]*>)',
    `(?<string>'''(?:[^\\\\]|\\\\.)*?'''|"""(?:[^\\\\]|\\\\.)*?"""|'(?:[^'\\\\\\n]|\\\\.)*'|"(?:[^"\\\\\\n]|\\\\.)*")`,
    "(?<variable>[?$][\\p{L}\\d_]+)",
    "(?<tag>@[A-Za-z\\d-]+)",
    "(?<blank>_:[\\p{L}\\d_.-]*)",
    "(?<name>(?:\\p{L}(?:[\\p{L}\\d_.-]*[\\p{L}\\d_-])?)?:(?:[\\p{L}\\d_:%-]|\\\\.|\\.(?=[\\p{L}\\d_:%-]))*)",
    "(?<number>\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)",
    "(?<word>\\p{L}[\\p{L}\\d_-]*)",
    "(?<sign>\\S)",
  ].join("|"),
  "gsu",
);

const IN_EXPRESSIONS = /^(FILTER|BIND|HAVING|ORDER|GROUP|LIMIT|OFFSET|BY)$/i;
const FORMS = /^(SELECT|ASK|CONSTRUCT|DESCRIBE|FROM)$/i;
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

export function tokensOf(text) {
  const found = [];
  for (const match of text.matchAll(TOKEN)) {
    const [kind] = Object.entries(match.groups).find(([, value]) => value !== undefined);
    found.push({ kind, text: match[0], from: match.index });
  }
  return found;
}

// The declared prefixes by name, and where the next one goes.
export function prologueOf(text) {
  const prefixes = new Map();
  let end = 0;
  for (const match of text.matchAll(
    /^[ \t]*(?:PREFIX\s+([^\s:]*):\s*<([^>\s]*)>|BASE\s*<[^>\s]*>)[ \t]*\n?/gim,
  )) {
    if (match[1] !== undefined) prefixes.set(match[1], match[2]);
    end = match.index + match[0].length;
  }
  if (!end) {
    // The comments that a query begins with stay in front.
    end = /^(?:[ \t]*#[^\n]*\n|[ \t]*\n)*/.exec(text)[0].length;
  }
  return { prefixes, end };
}

function expanded(token, prefixes, known) {
  if (token.kind === "iri") return token.text.slice(1, -1);
  if (token.kind === "word" && token.text === "a") return TYPE;
  if (token.kind !== "name") return token.text;
  const colon = token.text.indexOf(":");
  const prefix = token.text.slice(0, colon);
  const namespace = prefixes.get(prefix) ?? known[prefix];
  return namespace === undefined ? token.text : namespace + token.text.slice(colon + 1);
}

const TERMS = new Set(["iri", "string", "variable", "blank", "name", "number"]);

// What stands at `cursor`, and each subject, property and object before and after it.
export function readPlace(text, cursor, known) {
  const { prefixes } = prologueOf(text);
  const triples = [];
  const levels = [];
  let blanks = 0;
  let state = { at: "start", subject: "", property: "", path: false };
  let place = null;
  const full = (token) => expanded(token, prefixes, known);
  const subject = () => ({ at: "subject", subject: "", property: "", path: false });

  for (const token of tokensOf(text)) {
    if (place === null && token.from + token.text.length > cursor) {
      const within = token.from < cursor && ["comment", "string", "iri"].includes(token.kind);
      place = within ? { at: token.kind } : { ...state };
    }
    if (token.kind !== "comment") state = next(state, token);
  }
  return { place: place ?? state, triples, prefixes };

  function next(state, { kind, text: word, ...token }) {
    if (state.at === "declaration") return kind === "iri" ? { ...state, at: "start" } : state;
    if (state.at === "data" && word !== "}") return state;
    if (word === "{") {
      levels.push({ open: "{", state });
      return state.at === "values" ? { ...state, at: "data" } : subject();
    }
    if (word === "}" || word === ")" || word === "]") return closed(word);
    if (kind === "word" && word !== "a") return keyword(state, word);
    if (word === "(") {
      levels.push({ open: "(", state });
      return state.at === "property" ? state : { ...state, at: "expression" };
    }
    if (["select", "expression", "values"].includes(state.at)) return state;
    if (word === "[") {
      const blank = `[${(blanks += 1)}`;
      if (state.at === "object") triples.push([state.subject, state.property, blank, state.path]);
      levels.push({ open: "[", state, blank });
      return { at: "property", subject: blank, property: "", path: false };
    }
    if (word === ".") return subject();
    if (word === ";") return { ...state, at: "property", property: "", path: false };
    if (word === ",") return { ...state, at: "object" };
    if (state.at === "object" && (word === "/" || word === "|")) {
      return { ...state, at: "property", path: true, after: word === "/" ? state.property : "" };
    }
    if (word === "^" || word === "!") return { ...state, path: true, after: "" };
    if (TERMS.has(kind) || word === "a") {
      return taken(state, full({ kind, text: word, ...token }), triples);
    }
    return state;
  }

  function closed(word) {
    const level = levels.pop();
    const inBrackets = levels.at(-1)?.open === "(";
    if (!level) return subject();
    const before = level.state;
    if (word === "]" && level.blank) {
      return before.at === "object"
        ? { ...before, at: "end", object: level.blank }
        : { at: "property", subject: level.blank, property: "", path: false };
    }
    // A group of a path stands for a property that nothing is known of.
    if (before.at === "property") return { ...before, at: "object", property: "", path: true };
    // What a filter has in brackets ends it.
    if (before.at === "expression") return inBrackets ? before : subject();
    return word === "}" ? subject() : before;
  }

  function keyword(state, word) {
    if (/^(PREFIX|BASE)$/i.test(word)) return { ...state, at: "declaration" };
    if (FORMS.test(word)) return { ...state, at: "select" };
    if (IN_EXPRESSIONS.test(word)) return { ...state, at: "expression" };
    if (/^VALUES$/i.test(word)) return { ...state, at: "values" };
    if (/^(GRAPH|SERVICE)$/i.test(word)) return { ...state, at: "graph" };
    return /^(OPTIONAL|MINUS|UNION|WHERE)$/i.test(word) ? subject() : state;
  }
}

function taken(state, term, triples) {
  switch (state.at) {
    case "subject":
      return { at: "property", subject: term, property: "", path: false };
    case "property":
      return { ...state, at: "object", property: term };
    case "object":
      triples.push([state.subject, state.property, term, state.path]);
      return { ...state, at: "end", object: term };
    case "end":
      // A full stop is missing: what was taken for an object begins the next statement.
      return { at: "object", subject: state.object ?? state.subject, property: term, path: false };
    case "graph":
      return { ...state, at: "subject" };
    default:
      return state;
  }
}

// The classes of a subject as far as the query or the release tells them; empty if neither does.
export function classesOf(subject, triples, schema) {
  const said = triples.filter(([s, p]) => s === subject && p === TYPE).map(([, , o]) => o);
  const known = said.filter((each) => schema.byClass.has(each));
  if (known.length) return known;
  for (const [, property, object, path] of triples) {
    if (object === subject && !path) {
      const range = schema.byProperty.get(property)?.range;
      if (range && schema.byClass.has(range)) return [range];
    }
  }
  const used = triples.filter(([s, , , path]) => s === subject && !path).map(([, p]) => p);
  const telling = used.filter((p) => schema.byProperty.has(p) && p !== TYPE);
  if (!telling.length) return [];
  return [...schema.byClass.values()]
    .filter((each) => telling.every((p) => each.properties.has(p)))
    .map((each) => each.iri);
}
