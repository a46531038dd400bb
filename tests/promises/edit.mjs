// Finds the place of an edit by the name of its function, whichever file of host/ has it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.[ch]pp$/.test(entry.name)) yield path;
  }
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

// The text of a definition, from its first line to the line that ends it. Names are as in "Mover::move_to",
// "struct VerifiedModule" and "kReadingsMax". Undefined when the text has no such definition, or several.
function regionOf(text, name) {
  const begins = new RegExp(`^(?=\\S)(?!//)(?!using ).*(?<![\\w:])${escaped(name)}(?:\\(| \\{|;| =)`, "gm");
  const found = [...text.matchAll(begins)].flatMap(({ index, 0: line }) => {
    const rest = text.slice(index);
    if (line.endsWith(" =")) return [{ begin: index, end: index + rest.indexOf("\n") }];
    const isDefined = rest.search(/\{/) < rest.search(/;/);
    return isDefined ? [{ begin: index, end: index + rest.search(/^\};?$/m) }] : [];
  });
  return found.length === 1 ? found[0] : undefined;
}

// The place of an edit. In all of host/, `from` must be exactly once in definitions of that name; else it throws.
export function place(checkout, [name, from]) {
  const places = [];
  for (const path of sources(join(checkout, "host"))) {
    const text = readFileSync(path, "utf8");
    const region = regionOf(text, name);
    if (region === undefined) continue;
    const times = text.slice(region.begin, region.end).split(from).length - 1;
    if (times === 1) places.push({ path, text, at: text.indexOf(from, region.begin) });
  }
  if (places.length !== 1) throw new Error(`${name}: in ${places.length} files of host/: ${from}`);
  return places[0];
}

export function apply(checkout, edit) {
  const { path, text, at } = place(checkout, edit);
  const [, from, to] = edit;
  writeFileSync(path, text.slice(0, at) + to + text.slice(at + from.length));
}
