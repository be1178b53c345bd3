// What can be written at the cursor: classes, the properties of a variable's class, codes, variables.

import { classesOf, prologueOf, readPlace, tokensOf } from "./place.js";

const WORDS = {
  start: ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX"],
  select: ["DISTINCT", "WHERE", "FROM", "COUNT", "SUM", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT", "AS"],
  subject: [
    "OPTIONAL", "FILTER", "BIND", "VALUES", "UNION", "MINUS", "GRAPH", "SELECT",
    "ORDER BY", "GROUP BY", "HAVING", "LIMIT", "OFFSET",
  ],
  expression: [
    "EXISTS", "NOT EXISTS", "BOUND", "STR", "LANG", "DATATYPE", "CONTAINS", "STRSTARTS", "STRENDS",
    "REGEX", "LCASE", "UCASE", "YEAR", "MONTH", "DAY", "IF", "COALESCE", "CONCAT", "IN", "NOT IN",
    "COUNT", "SUM", "MIN", "MAX", "ASC", "DESC",
  ],
};

// The release's classes and properties, looked up by IRI.
export function schemaOf(data) {
  const full = (name) => {
    const colon = name.indexOf(":");
    const namespace = data.prefixes[name.slice(0, colon)];
    return namespace === undefined ? name : namespace + name.slice(colon + 1);
  };
  const byProperty = new Map(
    data.properties.map((each) => [
      full(each.name),
      { ...each, iri: full(each.name), range: each.range && full(each.range) },
    ]),
  );
  const byClass = new Map(
    data.classes.map((each) => [
      full(each.name),
      {
        ...each,
        iri: full(each.name),
        properties: new Map(each.properties.map(([name, number]) => [full(name), number])),
      },
    ]),
  );
  const codes = data.codes.map((each) => ({ ...each, iri: full(each.name) }));
  return { prefixes: data.prefixes, byProperty, byClass, codes };
}

// The name of a term with the prefix that the query has for its namespace, and what to declare.
function named(iri, name, declared, schema) {
  for (const [prefix, namespace] of declared) {
    const local = iri.slice(namespace.length);
    if (namespace && iri.startsWith(namespace) && /^[\p{L}\d_-]+$/u.test(local)) {
      return { name: `${prefix}:${local}`, declare: null };
    }
  }
  const prefix = name.slice(0, name.indexOf(":"));
  const namespace = schema.prefixes[prefix];
  // The query has this prefix for something else.
  if (namespace === undefined || declared.has(prefix)) return { name: `<${iri}>`, declare: null };
  return { name, declare: `PREFIX ${prefix}: <${namespace}>\n` };
}

function applied(name, declare) {
  return (view, completion, from, to) => {
    const { prefixes, end } = prologueOf(view.state.doc.toString());
    const missing = declare && !prefixes.has(/^PREFIX (\S*):/.exec(declare)[1]);
    const changes = [{ from, to, insert: name }];
    if (missing) changes.push({ from: end, insert: declare });
    view.dispatch({
      changes,
      selection: { anchor: from + name.length + (missing ? declare.length : 0) },
      userEvent: "input.complete",
      scrollIntoView: true,
    });
  };
}

// How well a term answers what is typed: 0 for not at all.
function rank(typed, name, label) {
  if (!typed) return 1;
  const low = typed.toLowerCase();
  const local = name.slice(name.indexOf(":") + 1).toLowerCase();
  const words = label.toLowerCase();
  if (name.toLowerCase().startsWith(low)) return 4;
  if (!low.includes(":") && (local.startsWith(low) || words.startsWith(low))) return 3;
  const part = low.slice(low.indexOf(":") + 1);
  const sameNamespace = !low.includes(":") || name.toLowerCase().startsWith(low.slice(0, -part.length));
  if (part && sameNamespace) {
    if (words.split(/\s+/).some((word) => word.startsWith(part))) return 2;
    if (local.includes(part)) return 1;
  }
  return 0;
}

function terms(found, typed, declared, schema, type) {
  const options = [];
  for (const { term, number, section } of found) {
    const { name, declare } = named(term.iri, term.name, declared, schema);
    const fit = rank(typed, name, term.label);
    if (!fit) continue;
    options.push({
      label: name,
      detail: number === undefined ? term.label : `${term.label} · ${number.toLocaleString("en")}`,
      info: term.about || undefined,
      type,
      apply: applied(name, declare),
      fit,
      section,
      number: number ?? 0,
    });
  }
  return options;
}

function variables(text, cursor, typed) {
  const seen = new Set();
  for (const token of tokensOf(text)) {
    const here = token.from < cursor && cursor <= token.from + token.text.length;
    if (token.kind === "variable" && !here) seen.add(`?${token.text.slice(1)}`);
  }
  return [...seen]
    .filter((each) => each.startsWith(typed.replace(/^\$/, "?")))
    .map((label) => ({ label, type: "variable", fit: typed ? 4 : 2, number: 0 }));
}

function properties(place, triples, schema) {
  if (place.path) {
    // After `a/` the thing is of the range of `a`.
    const range = place.after && schema.byProperty.get(place.after)?.range;
    const kind = range && schema.byClass.get(range);
    if (kind) return ofClasses([kind], schema);
  } else {
    const kinds = classesOf(place.subject, triples, schema).map((iri) => schema.byClass.get(iri));
    if (kinds.length) return ofClasses(kinds, schema);
  }
  return [...schema.byProperty.values()].map((term) => ({ term, number: term.number }));
}

function ofClasses(kinds, schema) {
  const numbers = new Map();
  for (const kind of kinds) {
    for (const [iri, number] of kind.properties) numbers.set(iri, Math.max(number, numbers.get(iri) ?? 0));
  }
  return [...numbers]
    .filter(([iri]) => schema.byProperty.has(iri))
    .map(([iri, number]) => ({ term: schema.byProperty.get(iri), number }));
}

export function completions(schema) {
  return (context) => {
    const text = context.state.doc.toString();
    const before = context.matchBefore(/[?$]?[\p{L}\d_:-]*/u);
    const typed = before?.text ?? "";
    if (!typed && !context.explicit) return null;
    const from = before ? before.from : context.pos;
    // What is being typed is no term of the query yet.
    const around = text.slice(0, from) + " ".repeat(context.pos - from) + text.slice(context.pos);
    const { place, triples, prefixes } = readPlace(around, context.pos, schema.prefixes);
    if (place.at === "declaration") return declarations(typed, from, prefixes, schema);
    let options = [];
    if (/^[?$]/.test(typed)) options = variables(text, context.pos, typed);
    else {
      if (place.at === "property") {
        options = terms(properties(place, triples, schema), typed, prefixes, schema, "property");
        if (!typed || "a".startsWith(typed)) {
          options.push({ label: "a", detail: "is a", type: "keyword", fit: 5, number: 0 });
        }
      } else if (place.at === "object" && place.property.endsWith("#type")) {
        const classes = [...schema.byClass.values()].map((term) => ({ term, number: term.number }));
        options = terms(classes, typed, prefixes, schema, "class");
      } else if (["object", "expression", "data"].includes(place.at)) {
        const codes = schema.codes.map((term) => ({ term }));
        if (typed) options = terms(codes, typed, prefixes, schema, "constant");
      }
      if (["object", "subject", "expression", "select"].includes(place.at) && !typed) {
        options.push(...variables(text, context.pos, ""));
      }
      const words = WORDS[place.at === "end" ? "subject" : place.at] ?? [];
      options.push(
        ...words
          .filter((word) => word.startsWith(typed.toUpperCase()))
          .map((label) => ({ label, type: "keyword", fit: 1, number: 0 })),
      );
    }
    if (!options.length) return null;
    options.sort((a, b) => b.fit - a.fit || b.number - a.number || (a.label < b.label ? -1 : 1));
    return { from, options: options.slice(0, 200), filter: false };
  };
}

function declarations(typed, from, declared, schema) {
  const options = Object.entries(schema.prefixes)
    .filter(([prefix]) => prefix.startsWith(typed.replace(/:$/, "")) && !declared.has(prefix))
    .map(([prefix, namespace]) => ({
      label: `${prefix}:`,
      detail: namespace,
      type: "namespace",
      apply: `${prefix}: <${namespace}>`,
    }));
  return options.length ? { from, options, filter: false } : null;
}
