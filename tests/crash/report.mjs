// The figures of a run, as text.
const ms = (value) => `${value.toFixed(0)} ms`;

function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return "none";
  return `min ${ms(sorted[0])}, median ${ms(sorted[Math.floor(sorted.length / 2)])}, max ${ms(sorted.at(-1))}`;
}

export function report({ clients, world, kinds, missed, recovery, checked, seconds, kills }) {
  const sum = (of) => clients.reduce((total, client) => total + (of(client) ?? 0), 0);
  const lines = [
    ["kills", Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`).join(", ") + `; the moment never came: ${missed}`],
    ["answers", `${sum((one) => one.record.counts.answered)} calls with a key answered, ${sum((one) => one.record.counts.refused)} refused`],
    ["unknown", `${sum((one) => one.record.counts.unknown)} without an answer at a kill, all settled by the same key`],
    ["repeated", `${sum((one) => one.record.counts.repeated)} keys repeated, the same bytes`],
    ["objects", `${sum((one) => one.written)} writes acknowledged`],
    ["matches", `${sum((one) => one.strokes)} strokes and ${sum((one) => (one.partner ? 0 : one.ticks))} ticks seen, ${sum((one) => one.moves)} moves in ${sum((one) => one.battles)} battles`],
    ["lost", `${sum((one) => one.lost?.ticks)} ticks, ${sum((one) => one.lost?.strokes)} strokes, ${sum((one) => (typeof one.lost === "number" ? one.lost : 0))} moves, the oldest one ${Math.max(0, ...clients.map((one) => one.lost?.oldestMs ?? 0)).toFixed(1)} ms before the kill`],
    ["swaps", Object.entries(world.swaps).map(([name, count]) => `${count} ${name}`).join("; ") || "none"],
    ["recovery", `process start to ready: ${spread(recovery)}`],
    ["checks", spread(checked)],
    ["time", `${seconds.toFixed(0)} s, ${((seconds * 1000) / kills).toFixed(0)} ms a kill`],
  ];
  return lines.map(([name, text]) => `  ${name.padEnd(10)}${text}`).join("\n");
}
