// The checks: from what clients have seen, and what they find after a kill, to the list of what is wrong. Plain values
// in, texts out.

// The journal's promise is about an input that a client saw handled at `at`, and a host that died at `death.at`. The row
// with the input is collected for at most `journalMs`, and waits for the row that is under way; each of the two is part of
// one of the next two commits. A gap is time in which the host did not run at all. After an outage of the database, the
// host notices at most RETRY_MS after the first commit that it can write again, and then stores the whole state.
const NEVER_MS = 1_000;  // an input this old must be on disk, however few commits there were
const RETRY_MS = 100;

export function mustBeKept(at, death, journalMs) {
  const from = Math.max(at, death.backAt === undefined ? 0 : death.backAt + RETRY_MS);
  if (death.at - from > NEVER_MS) return true;
  const after = (time, count) => death.ends.filter((end) => end > time)[count - 1] ?? Infinity;
  const idle = death.gaps
    .filter((gap) => gap.at > from && gap.at - gap.length < death.at)
    .reduce((sum, gap) => sum + gap.length, 0);
  return after(Math.max(after(from, 2), from + journalMs) + idle, 2) < death.at;
}

// seen   { moments: [{tick, chain, at}], strokes: [{user, number, chain, at}] }, what players were sent
// found  { tick, chain, past: [{tick, chain}], strokes: [{user, number, chain}] }, the arena after the kill
// Returns what is wrong, and the ticks and strokes that are lost.
export function judgeArena(seen, found, death, journalMs) {
  const wrong = [];
  const chains = new Map(found.past.map((moment) => [moment.tick, moment.chain]));
  const oldest = found.past[0]?.tick ?? Infinity;
  const same = (moment) => chains.get(moment.tick) === moment.chain;
  const back = Math.max(0, ...seen.moments.filter(same).map((moment) => moment.tick));
  const lost = seen.moments.filter((moment) => moment.tick > back);
  for (const moment of seen.moments) {
    if (moment.tick <= back && moment.tick >= oldest && !same(moment)) {
      wrong.push(`tick ${moment.tick} came back with chain ${chains.get(moment.tick)}, players saw ${moment.chain}`);
    }
  }
  for (const moment of lost) {
    if (mustBeKept(moment.at, death, journalMs)) {
      wrong.push(`tick ${moment.tick} is lost, ${(death.at - moment.at).toFixed(1)} ms old at the kill (back at ${back})`);
    }
  }
  const strokes = judgeStrokes(seen.strokes, found.strokes, death, journalMs, wrong);
  const ages = [...lost, ...strokes].map((one) => death.at - one.at);
  return { wrong, back, lostTicks: lost.length, lostStrokes: strokes.length, oldestLost: Math.max(0, ...ages) };
}

function judgeStrokes(seen, found, death, journalMs, wrong) {
  const name = (stroke) => `${stroke.user} ${stroke.number}`;
  const there = new Map();
  for (const stroke of found) {
    if (there.has(name(stroke))) wrong.push(`stroke ${name(stroke)} was handled twice`);
    there.set(name(stroke), stroke);
  }
  const lost = [];
  for (const stroke of seen) {
    const kept = there.get(name(stroke));
    if (kept && kept.chain !== stroke.chain) {
      wrong.push(`stroke ${name(stroke)} came back with chain ${kept.chain}, players saw ${stroke.chain}`);
    }
    if (kept) continue;
    lost.push(stroke);
    if (mustBeKept(stroke.at, death, journalMs)) {
      wrong.push(`stroke ${name(stroke)} is lost, ${(death.at - stroke.at).toFixed(1)} ms old at the kill`);
    }
  }
  return lost;
}

// seen     [{actions, hash, rules, durable, at}] in order; the last one is what the player knows
// pending  a move was sent, and its outcome is not known
// found    {actions, hash, rules}
export function judgeBattle(seen, pending, found, death, journalMs) {
  const wrong = [];
  const match = seen.findLast((one) => one.actions === found.actions && one.rules === found.rules);
  // During an outage moves are lost, and others made in their place.
  const replaced = match && death.outage && !match.durable && !mustBeKept(match.at, death, journalMs);
  if (match && match.hash !== found.hash && !replaced) {
    wrong.push(`after ${found.actions} actions the battle has hash ${found.hash}, the player saw ${match.hash}`);
  }
  const lost = seen.filter((one) => one.actions > found.actions);
  for (const one of lost) {
    if (one.durable) wrong.push(`the battle is back at action ${found.actions}, ${one.actions} was stored and answered`);
    else if (mustBeKept(one.at, death, journalMs)) {
      wrong.push(`the battle is back at action ${found.actions}, ${one.actions} was seen ${(death.at - one.at).toFixed(1)} ms before`);
    }
  }
  // A swap back may change the rules, which is an action too.
  const changed = seen.some((one) => one.rules !== found.rules && one.actions + 1 === found.actions);
  if (seen.length > 0 && !match && !changed && !pending) {
    wrong.push(`the battle is at action ${found.actions}; the player's last one is ${seen.at(-1).actions}, and no move is under way`);
  }
  return { wrong, lost: lost.length };
}

// The same key must give the same bytes.
export function judgeAnswer(call, bytes) {
  if (bytes === call.bytes) return [];
  return [`${call.rpc} ${call.input.idem_key}: first answered ${call.bytes}, then ${bytes}`];
}

// known    {n, version}: the last write that was acknowledged; n 0: none
// pending  the n of a write whose outcome is not known, or undefined
// found    {n, version}, or undefined
export function judgeObject(name, known, pending, found) {
  if (found === undefined) return known.n === 0 ? [] : [`${name}: write ${known.n} is lost, there is nothing`];
  if (found.n === pending) return [];
  if (found.n !== known.n) return [`${name}: holds write ${found.n}; acknowledged ${known.n}, unknown ${pending ?? "none"}`];
  if (found.version === known.version) return [];
  return [`${name}: write ${known.n} has version ${found.version}, acknowledged was ${known.version}`];
}

// Numbers that must be equal: {name: [expected, found]}.
export function judgeSums(who, sums) {
  return Object.entries(sums)
    .filter(([, [expected, found]]) => expected !== found)
    .map(([name, [expected, found]]) => `${who}: ${name} is ${found}, acknowledged were ${expected}`);
}

const BAD = new Set([
  "journal.unreadable", "journal.stopped", "entity.unreadable", "host.crashed", "swap.entity_left_behind",
  "swap.records_unreadable",
]);
const BAD_UNLESS_AWAY = new Set(["swap.records_unreadable"]);  // a swap cannot read what a database that is away has

// Lines of the host's log that mean a loss. `outage`: the database was away.
export function judgeLog(lines, outage) {
  return lines
    .filter((line) => BAD.has(line.event) || line.level === "fatal" || line.event === "unparsable")
    .filter((line) => !outage || !BAD_UNLESS_AWAY.has(line.event))
    .map((line) => `the log has ${JSON.stringify(line)}`);
}
