// Reads files by a parser of npm and writes their triples as N-Quads: read.mjs PARSER LIST
// LIST has a path a line. A warning or an error of the parser goes to standard error.
import { createReadStream, readFileSync } from "node:fs";
import jsonld from "jsonld";
import { Parser, Writer } from "n3";
import { RdfXmlParser } from "rdfxml-streaming-parser";

const FORMATS = {
  ttl: "text/turtle",
  nt: "application/n-triples",
  nq: "application/n-quads",
  trig: "application/trig",
};
const READERS = { n3: readWithN3, jsonld: readWithJsonld, rdfxml: readWithRdfxml };

function readWithN3(path, write) {
  const format = FORMATS[path.slice(path.lastIndexOf(".") + 1)];
  const writer = new Writer({ format: "N-Quads" });
  for (const quad of new Parser({ format }).parse(readFileSync(path, "utf8"))) {
    write(writer.quadToString(quad.subject, quad.predicate, quad.object, quad.graph));
  }
}

async function readWithJsonld(path, write) {
  const options = { format: "application/n-quads", safe: true, documentLoader: refuse };
  write(await jsonld.toRDF(JSON.parse(readFileSync(path, "utf8")), options));
}

function refuse(address) {
  throw new Error(`wants ${address} from the network`);
}

async function readWithRdfxml(path, write) {
  const writer = new Writer({ format: "N-Quads" });
  const parser = createReadStream(path).pipe(new RdfXmlParser({ strict: true }));
  for await (const quad of parser) {
    write(writer.quadToString(quad.subject, quad.predicate, quad.object, quad.graph));
  }
}

const [parser, list] = process.argv.slice(2);
for (const path of readFileSync(list, "utf8").split("\n").filter(Boolean)) {
  try {
    const parts = [];
    await READERS[parser](path, (text) => parts.push(text));
    process.stdout.write(parts.join(""));
  } catch (error) {
    console.error(`${path}: ${error.message}`);
  }
}
