// Reads the Web Annotations of files with Recogito and writes what it finds as lines of JSON:
// annotations.mjs LIST, which has a path a line. What it refuses goes to standard error.
import { readFileSync } from "node:fs";
import { parseW3CTextAnnotation } from "@recogito/text-annotator";

for (const path of readFileSync(process.argv[2], "utf8").split("\n").filter(Boolean)) {
  for (const annotation of JSON.parse(readFileSync(path, "utf8")).first.items) {
    // It shows one text at a time, so it is given what is said of each.
    for (const target of annotation.target) {
      const { parsed, error } = parseW3CTextAnnotation({ ...annotation, target });
      if (error) console.error(JSON.stringify([annotation.id, target.source]));
      else console.log(JSON.stringify({ source: target.source, ...parsed }));
    }
  }
}
