// Asks a server as programs of npm do, and writes what it says as JSON: ask.mjs CLIENT ARGUMENT…
//   comunica QUERY SOURCE…   rows of a SELECT over one or several endpoints
//   fetch QUERY ENDPOINT     rows of a SELECT by fetch-sparql-endpoint
//   triples QUERY ENDPOINT   triples of a CONSTRUCT by fetch-sparql-endpoint
//   dereference ADDRESS      triples of a document by rdf-dereference
import { QueryEngine } from "@comunica/query-sparql";
import { SparqlEndpointFetcher } from "fetch-sparql-endpoint";
import { rdfDereferencer } from "rdf-dereference";

const CLIENTS = { comunica, fetch: fetched, triples, dereference };

async function comunica(query, ...sources) {
  const options = { sources: sources.map((value) => ({ type: "sparql", value })) };
  const rows = await (await new QueryEngine().queryBindings(query, options)).toArray();
  return rows.map((row) => Object.fromEntries([...row].map(([name, term]) => [name.value, term.value])));
}

async function fetched(query, endpoint) {
  const rows = await all(await new SparqlEndpointFetcher().fetchBindings(endpoint, query));
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, term]) => [name, term.value])));
}

async function triples(query, endpoint) {
  return written(await all(await new SparqlEndpointFetcher().fetchTriples(endpoint, query)));
}

async function dereference(address) {
  return written(await all((await rdfDereferencer.dereference(address)).data));
}

function all(stream) {
  return new Promise((resolve, reject) => {
    const found = [];
    stream.on("data", (each) => found.push(each)).on("end", () => resolve(found)).on("error", reject);
  });
}

function written(quads) {
  return quads.map(({ subject, predicate, object }) => [subject, predicate, object].map((term) => term.value));
}

const [client, ...given] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await CLIENTS[client](...given)));
