// Which death comes next. An order is one of
//
//   {kind: "random", afterMs}        kill -9 from outside, some time after the clients have begun to play
//   {kind: "point", point}           the host ends at a point of a commit (points.c)
//   {kind: "flip", stage, afterMs}   kill -9 from outside, some time after a stage of a swap has ended
//   {kind: "swap", step}             ... before a step of a swap (tests/swap/steps.c)
//   {kind: "start", step | inMs}     ... while it starts after the last death
//   {kind: "server", afterMs, awayMs, host}   PostgreSQL is killed, and started again; `host`: the host dies meanwhile
const POINTS = { sqlite: ["write", "torn", "sync", "synced", "reply"], postgres: ["write", "torn", "sync", "sent", "synced", "reply"] };
// The steps of a swap, and how often each comes in one. A fact's write is seen only in SQLite's own file.
const SWAP = {
  sqlite: { waitpid: 3, rename: 2, fact: 2, fact_sync: 2, fact_synced: 2, dlopen: 3, dlclose: 3 },
  postgres: { waitpid: 3, rename: 2, dlopen: 3, dlclose: 3 },
};
const STAGES = ["verify", "contract", "rehearse", "load", "commit", "probation", "settle"];
const START = { dlopen: 5, rename: 2, fdatasync: 3 };

const step = (random, steps) => {
  const name = random.pick(Object.keys(steps));
  return `${name} ${random.between(1, steps[name])}`;
};

const MAKE = {
  random: (random) => ({ kind: "random", afterMs: random.between(0, 350) }),
  flip: (random) => ({ kind: "flip", stage: random.pick(STAGES), afterMs: random.between(0, 80) }),
  swap: (random, database) => ({ kind: "swap", step: step(random, SWAP[database]) }),
  start: (random) => random.chance(0.5)
    ? { kind: "start", step: step(random, START) }
    : { kind: "start", inMs: random.between(1, 100) },
  server: (random) => ({ kind: "server", afterMs: random.between(0, 250), awayMs: random.between(0, 200), host: random.chance(0.4) }),
};

// The kinds of each mode, in turn.
const TURNS = {
  random: ["random", "flip", "random", "flip", "start"],
  points: ["point", "swap", "point", "start"],
  server: ["server"],
  mixed: ["point", "flip", "point", "swap", "point", "random", "point", "start"],
};

export const MODES = Object.keys(TURNS);

export function* plan(random, database, mode) {
  const turns = [...TURNS[mode]];
  if (mode === "mixed" && database === "postgres") turns.push("server");
  const points = POINTS[database];
  for (let turn = 0, point = 0; ; turn += 1) {
    const kind = turns[turn % turns.length];
    if (kind !== "point") yield MAKE[kind](random, database);
    else yield { kind, point: `${points[point++ % points.length]} ${random.between(1, 40)}` };
  }
}

export function nameOf(order) {
  if (order.kind === "point") return order.point;
  if (order.kind === "swap") return `swap: ${order.step}`;
  if (order.kind === "flip") return `${order.afterMs} ms after ${order.stage}`;
  if (order.kind === "start") return `start: ${order.step ?? `${order.inMs} ms`}`;
  if (order.kind === "server") return `PostgreSQL for ${order.awayMs} ms${order.host ? ", and the host" : ""}`;
  return `after ${order.afterMs} ms`;
}
