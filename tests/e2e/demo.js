// The demonstration of scripts/demo: battles go on while the server's rules are replaced, and rolled back.
import { BATTLE, fight, HEARD, key, newHero, QUICK } from "./support/game.js";
import { V1, V2, world } from "./support/host.js";
import { decoded, Player } from "./support/player.js";

// Battles must last longer than both swaps; under a sanitizer a rehearsal takes four times as long.
const THINK_MS = process.env.SERAI_SANITIZE ? 600 : 150;

const duels = Number(process.argv[2] ?? 3);
const names = ["Ann", "Bob", "Cid", "Dora", "Egon", "Fay", "Gus", "Hana", "Ivo", "Jun"];
const broken = [];
let began;

function say(who, what) {
  const at = ((performance.now() - began) / 1000).toFixed(3).padStart(8);
  console.log(`${at} s  ${who.padEnd(10)} ${what}`);
}

function expect(fine, promise) {
  if (!fine) broken.push(promise);
}

async function openDuel(host, number) {
  const players = [];
  for (const seat of [0, 1]) {
    const name = `${names[(number * 2 + seat) % names.length]}${number * 2 + seat >= names.length ? number : ""}`;
    const player = await (await Player.enter(host, `${name}-${process.pid}`)).connect();
    player.short = name;
    player.hero = await newHero(player, ["guard", "mage"][seat], name);
    players.push(player);
  }
  const [one, two] = players;
  const started = await one.rpc("rpc_start_battle", { idem_key: key(), kind: BATTLE.PVP, character_ids: [one.hero] });
  await two.rpc("rpc_join_battle", { idem_key: key(), battle_id: started.battle_id, character_ids: [two.hero] });
  const duel = { players, number: number + 1, acts: 0, served: "" };
  const plain = one.socket.onmatchdata;
  one.socket.onmatchdata = (data) => {
    plain(data);
    told(duel, data);
  };
  duel.over = Promise.all(players.map((player) => fight(player, started.battle_id, started.match_id, { thinkMs: THINK_MS })));
  return duel;
}

function told(duel, data) {
  if (data.op_code === HEARD.turn) {
    const turn = decoded(data);
    if (turn.served_by !== duel.served) {
      if (duel.served) say(`battle ${duel.number}`, `goes on under ${turn.served_by}, rules ${turn.rules_version}, turn ${turn.turn}`);
      duel.served = turn.served_by;
    }
  } else if (data.op_code === HEARD.act) {
    duel.acts += 1;
    const { action, hits } = decoded(data);
    if (hits?.length) say(`battle ${duel.number}`, `unit ${action.unit ?? 0} hits unit ${hits[0].unit ?? 0} for ${hits[0].damage}, ${hits[0].hp ?? 0} hp left`);
  } else if (data.op_code === HEARD.end) {
    say(`battle ${duel.number}`, "is over");
  }
}

function heardActs(player) {
  return player.events.filter((entry) => entry.type === "data" && entry.event.op_code === HEARD.act).length;
}

// Waits for several actions in every running battle.
async function played(all, count) {
  const goals = all.map((duel) => duel.acts + count);
  let ended = false;
  Promise.all(all.map((duel) => duel.over)).then(() => (ended = true));
  while (!ended && all.some((duel, i) => duel.acts < goals[i])) await new Promise((done) => setTimeout(done, 10));
  return !ended;
}

function stages(host) {
  host.watchers.add((line) => {
    if (line.event === "swap.stage_ended") {
      say("swap", `${String(line.stage).padEnd(9)} ${(line.took_us / 1000).toFixed(2).padStart(8)} ms  ${line.detail ?? ""}`);
    } else if (/^swap\.(settled|refused|rolled_back|probation_began)$/.test(line.event)) {
      say("swap", `${line.event.slice(5).replace("_", " ")} ${line.to}${line.reason ? `: ${line.reason}` : ""}`);
    }
  });
}

async function flip(w, to, done) {
  say("operator", `releases/current -> ${to}`);
  w.releases.use(to);
  await w.host.logged(done, `the flip to ${to}`);
  const sockets = w.players.filter((player) => player.disconnects === 0).length;
  say("sockets", `${sockets} of ${w.players.length} players connected, as before`);
  expect(sockets === w.players.length, `P1: a player was disconnected by the flip to ${to}`);
}

const w = await world({
  versions: { "v1.0.0": V1, "v1.1.0": V2 },
  modules: QUICK,
  settings: { "swap.probation_ms": 600_000 },
});
began = performance.now();
try {
  say("host", `process ${w.host.ready.pid} serves ${w.host.ready.release}`);
  stages(w.host);
  const all = [];
  for (let number = 0; number < duels; number += 1) all.push(await openDuel(w.host, number));
  w.players = all.flatMap((duel) => duel.players);
  say("players", `${w.players.length} unmodified nakama-js clients in ${duels} battles`);

  expect(await played(all, 2), "the battles were over before the first flip");
  await flip(w, "v1.1.0", (line) => line.event === "swap.probation_began");
  expect(await played(all, 2), "the battles were over before the second flip");
  await flip(w, "v1.0.0", (line) => line.event === "swap.rolled_back");

  let unfinished = 0;
  let actions = 0;
  for (const duel of all) {
    const [one, two] = await duel.over;
    if ((one.state ?? 0) < 4) unfinished += 1;
    // Every action was pushed to both players and is in the battle's state.
    for (const player of duel.players) actions += Math.abs(one.actions - heardActs(player));
    expect(one.log_hash === two.log_hash, `battle ${duel.number} ended differently for its two players`);
  }
  const disconnects = w.players.reduce((sum, player) => sum + player.disconnects, 0);
  const end = await fetch(`${w.host.ops}/healthz/ready`);
  expect(end.status === 200, "the host is not ready any more");
  say("lost", `connections ${disconnects}, battles ${unfinished}, actions ${actions}`);
  expect(disconnects === 0, "P1: somebody was disconnected");
  expect(unfinished === 0, "a battle did not end");
  expect(actions === 0, "P2: actions were lost or played twice");
  for (const player of w.players) player.leave();
} catch (error) {
  broken.push(String(error.stack ?? error));
} finally {
  await w.close();
}
if (broken.length) {
  console.error(`\nBroken:\n  ${broken.join("\n  ")}`);
  process.exit(1);
}
console.log("\nEvery promise held.");
