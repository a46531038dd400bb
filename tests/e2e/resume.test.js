import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { WebSocketAdapterText } from "@heroiclabs/nakama-js";
import { WebSocketAdapterPb } from "@heroiclabs/nakama-js-protobuf";
import WebSocket from "ws";
import { ResumingAdapter } from "../../sdk/client/resume.js";
import { Cutter, seeded } from "./support/cutter.js";
import { BATTLE, decoded, fight, key, newHero, QUICK } from "./support/game.js";
import { Host, V1, V2, world } from "./support/host.js";
import { Player } from "./support/player.js";

const SEED = Number(process.env.SERAI_TEST_SEED ?? Date.now() % 1_000_000);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// A condition that something else makes true.
async function until(condition, what, timeoutMs = 20_000) {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await pause(5)) {
    const value = await condition();
    if (value) return value;
  }
  throw new Error(`never: ${what}`);
}

// A player whose socket resumes, by default over a cutter.
async function resumer(host, through, { status = false, inner = new WebSocketAdapterText(), heartbeatMs, ...options } = {}) {
  const who = await Player.enter(host);
  who.losses = [];
  who.breaks = 0;
  who.resumes = 0;
  who.adapter = new ResumingAdapter(inner, {
    onlost: (reason) => who.losses.push(reason),
    onbreak: () => (who.breaks += 1),
    onresume: () => (who.resumes += 1),
    retryMs: 10,
    ...options,
  });
  return who.connect(status, { adapter: who.adapter, through, heartbeatMs });
}

// A raw socket. `greeting` is the first message, `heard` are the others.
async function raw(host, player, query = "", format = "json") {
  const url = `ws://127.0.0.1:${host.port}/ws?token=${player.session.token}&format=${format}&resume=1${query}`;
  const socket = new WebSocket(url);
  const heard = [];
  const closed = new Promise((done) => socket.on("close", (code, reason) => done({ code, reason: String(reason) })));
  const greeting = await new Promise((done, fail) => {
    socket.on("error", fail);
    socket.on("message", (data) => {
      if (format !== "json") return done(data);
      const message = JSON.parse(data);
      return message.resume ? done(message.resume) : heard.push(message);
    });
  });
  return { socket, greeting, heard, closed };
}

const resumeOf = (greeting, last) => `&resume_token=${greeting.token}&resume_last=${last}`;
const parkedOf = (host) => JSON.parse(host.ctl("sessions").out).parked;
const metricOf = async (host, series) => {
  const { text } = await host.get("/metrics");
  const line = text.split("\n").find((one) => one.startsWith(`${series} `));
  return line ? Number(line.split(" ")[1]) : 0;
};
const leavesOf = (player) => player.events.filter(({ type, event }) => type === "presence" && event.leaves?.length);
const dataOf = (player, matchId, from = 0) =>
  player.events.slice(from).filter(({ type, event }) => type === "data" && event.match_id === matchId);

test("cut at random, players in a battle, a relayed match and a status see what an uncut client sees", async () => {
  const settings = { "swap.probation_ms": 60_000 };
  const w = await world({ versions: { "v1.0.0": V1, "v1.1.0": V2 }, modules: QUICK, settings });
  const random = seeded(SEED);
  const cutter = await Cutter.before(w.host);
  console.log(`SERAI_TEST_SEED=${SEED}`);
  try {
    // Ann and Bob are cut. Carol is not, and neither is another socket of Ann's, which sees the battle as she does.
    const carol = await (await Player.enter(w.host)).connect(true);
    const ann = await resumer(w.host, cutter, { status: true });
    const bob = await resumer(w.host, cutter, { inner: new WebSocketAdapterPb() });
    const cut = [ann, bob];
    cutter.begin(random);
    for (const player of cut) {
      player.hero = await newHero(player);
      await player.socket.followUsers([carol.session.user_id]);
    }
    await carol.socket.followUsers(cut.map((player) => player.session.user_id));
    const tavern = await carol.socket.createMatch();
    for (const player of cut) await player.socket.joinMatch(tavern.match_id);

    const started = await ann.rpc("rpc_start_battle", { idem_key: key(), kind: BATTLE.PVP, character_ids: [ann.hero] });
    await bob.rpc("rpc_join_battle", { idem_key: key(), battle_id: started.battle_id, character_ids: [bob.hero] });
    const witness = await (await Player.enter(w.host, ann.name, ann.device)).connect();
    for (const player of [witness, ...cut]) await player.socket.joinMatch(started.match_id);
    const seen = witness.events.length; // everything after this is sent to all three
    const fights = cut.map((player) => fight(player, started.battle_id, started.match_id, { thinkMs: 150 }));

    let isOver = false;
    const chatter = [carol, ann, bob].map(async (player) => {
      let said = 0;
      for (; !isOver || said < 50; said += 1) {
        await player.send(tavern.match_id, 7, { by: player.name, said });
        await pause(10 + random() * 20);
      }
      return said;
    });
    const mood = (async () => {
      let moods = 0;
      for (; !isOver; moods += 1) {
        await carol.socket.updateStatus(`mood ${moods}`);
        await pause(100);
      }
      return moods;
    })();
    const asking = cut.map(async (player) => {
      let answers = 0;
      for (; !isOver; answers += 1) assert.ok((await player.ask("rpc_list_markets")).towns.length);
      return answers;
    });
    const swapping = (async () => {
      let swaps = 0;
      for (; !isOver; swaps += 1) {
        const answer = await w.host.ctlAsync(...(swaps % 2 === 0 ? ["swap", "v1.1.0"] : ["rollback"]));
        assert.equal(answer.status, 0, answer.err);
      }
      return swaps;
    })();
    const ends = await Promise.all(fights);
    isOver = true;
    const said = await Promise.all(chatter);
    const [moods, swaps, ...answers] = await Promise.all([mood, swapping, ...asking]);
    cutter.calm();

    // Everybody has heard everything that the others said, once and in order.
    const everybody = [carol, ann, bob];
    for (const hearer of everybody) {
      for (const [i, speaker] of everybody.entries()) {
        if (speaker === hearer) continue;
        const of = () =>
          dataOf(hearer, tavern.match_id)
            .map(({ event }) => decoded(event))
            .filter(({ by }) => by === speaker.name)
            .map((words) => words.said);
        await until(() => of().length >= said[i], `${hearer.name} hears all of ${speaker.name}`);
        assert.deepEqual(of(), Array.from({ length: said[i] }, (_, n) => n));
      }
    }
    for (const player of cut) {
      const statuses = () =>
        player.events
          .filter(({ type, event }) => type === "status" && event.joins?.[0]?.status?.startsWith("mood"))
          .map(({ event }) => event.joins[0].status);
      await until(() => statuses().length >= moods, "all moods");
      assert.deepEqual(statuses(), Array.from({ length: moods }, (_, n) => `mood ${n}`));
    }

    // The battle: the same end, and the same pushes as the witness got.
    assert.equal(ends[0].log_hash, ends[1].log_hash);
    const pushes = (player, from) => dataOf(player, started.match_id, from).map(({ event }) => [event.op_code, decoded(event)]);
    const wanted = pushes(witness, seen);
    for (const player of cut) {
      const latest = () => pushes(player).slice(-wanted.length);
      await until(() => isDeepStrictEqual(latest(), wanted), "all pushes of the battle").catch(() => {});
      assert.deepEqual(latest(), wanted);
    }
    assert.ok(wanted.length > 10);

    // Nobody saw anybody leave, and no Socket noticed.
    const gone = [...leavesOf(carol), ...carol.events.filter(({ type, event }) => type === "status" && event.leaves && !event.joins)];
    assert.deepEqual(gone, []);
    for (const player of cut) {
      assert.deepEqual([player.disconnects, player.losses], [0, []]);
      assert.ok(player.resumes > 3, `only ${player.resumes} resumes`);
    }
    assert.ok(answers.every((count) => count > 3) && swaps > 1, JSON.stringify({ answers, swaps }));
    console.log(JSON.stringify({ cuts: cutter.cuts, resumes: cut.map((p) => p.resumes), swaps, said, answers }));
    for (const player of [...everybody, witness]) player.leave();
  } finally {
    cutter.close();
    await w.close();
  }
});

test("a connection that is silent is replaced, whether or not the host has noticed", async () => {
  const w = await world();
  const cutter = await Cutter.before(w.host);
  try {
    const ann = await resumer(w.host, cutter, { silenceMs: 200, heartbeatMs: 100 });
    const bob = await (await Player.enter(w.host)).connect();
    const match = await bob.socket.createMatch();
    await ann.socket.joinMatch(match.match_id);
    cutter.stall();
    await bob.send(match.match_id, 1, { n: 1 });
    await ann.hears("data", (data) => decoded(data).n === 1);
    assert.deepEqual([ann.resumes, ann.losses, ann.disconnects], [1, [], 0]);
    assert.equal(leavesOf(bob).length, 0);
    ann.leave();
    await bob.hears("presence", (event) => event.leaves?.length); // an orderly end is one at once
    bob.leave();
  } finally {
    cutter.close();
    await w.close();
  }
});

test("when the time is over others see the player leave, and the client is told", async () => {
  const w = await world({ settings: { "session.resume_ms": 400 } });
  const cutter = await Cutter.before(w.host);
  try {
    const bob = await (await Player.enter(w.host)).connect();
    const ann = await resumer(w.host, cutter, { status: true });
    const match = await bob.socket.createMatch();
    await ann.socket.joinMatch(match.match_id);
    await bob.socket.followUsers([ann.session.user_id]);
    const begin = Date.now();
    cutter.down();
    await bob.hears("presence", (event) => event.leaves?.length);
    await bob.hears("status", (event) => event.leaves?.length && !event.joins?.length);
    assert.ok(Date.now() - begin >= 390, "not earlier");
    await until(() => ann.disconnects === 1, "the Socket is disconnected");
    assert.deepEqual(ann.losses, ["expired"]);

    // The same client comes back as with any disconnect.
    cutter.up();
    await ann.socket.connect(ann.session, true);
    await ann.socket.joinMatch(match.match_id);
    ann.leave();

    const eve = await Player.enter(w.host);
    const first = await raw(w.host, eve);
    first.socket.send('{"pong":{}}');
    await until(() => metricOf(w.host, "serai_sockets_open").then((open) => open === 2), "the sockets of Bob and Eve");
    first.socket.terminate();
    await until(() => parkedOf(w.host) === 1, "Eve is parked");
    await until(() => parkedOf(w.host) === 0, "Eve is gone");
    const late = await raw(w.host, eve, resumeOf(first.greeting, 0));
    assert.equal(late.greeting.refused, "expired");
    assert.match(late.greeting.message, /session\.resume_ms/);
    assert.equal(late.greeting.resumed, undefined);
    late.socket.send('{"cid":"1","ping":{}}');
    await until(() => late.heard.length === 1, "the new session works");
    assert.deepEqual(late.heard[0], { seq: "1", cid: "1", pong: {} });
    late.socket.close();
    bob.leave();
  } finally {
    cutter.close();
    await w.close();
  }
});

test("wrong, used and foreign tokens are refused with the reason, and the session is unharmed", async () => {
  const w = await world();
  try {
    const ann = await Player.enter(w.host);
    const eve = await Player.enter(w.host);
    const first = await raw(w.host, ann);
    assert.equal(first.greeting.keep_ms, 30_000);
    first.socket.send('{"cid":"1","ping":{}}');
    await until(() => first.heard.length === 1, "the pong");
    first.socket.terminate();
    await until(() => parkedOf(w.host) === 1, "the session is parked");

    const refused = async (player, query, format) => {
      const { socket, greeting } = await raw(w.host, player, query, format);
      socket.close();
      return greeting.refused;
    };
    assert.equal(await refused(eve, resumeOf(first.greeting, 1)), "other_user");
    assert.equal(await refused(ann, "&resume_token=0.c9f0f895-fb98-4ab9-8d0f-0123456789ab&resume_last=1"), "unknown");
    assert.equal(await refused(ann, "&resume_token=junk&resume_last=1"), "unknown");
    assert.equal(await refused(ann, `&resume_token=${first.greeting.token}`), "wrong_number");
    assert.equal(await refused(ann, resumeOf(first.greeting, 99)), "wrong_number");
    const binary = await raw(w.host, ann, resumeOf(first.greeting, 1), "protobuf");
    assert.match(binary.greeting.toString("latin1"), /other_format/);
    binary.socket.close();

    const second = await raw(w.host, ann, resumeOf(first.greeting, 1));
    assert.deepEqual([second.greeting.resumed, second.greeting.received, second.heard], [true, "1", []]);
    second.socket.send('{"cid":"2","ping":{}}');
    await until(() => second.heard.length === 1, "the session goes on");
    assert.deepEqual(second.heard[0], { seq: "2", cid: "2", pong: {} });
    assert.equal(await refused(ann, resumeOf(first.greeting, 1)), "used");
    assert.equal(await refused(eve, resumeOf(first.greeting, 1)), "used");
    second.socket.send('{"cid":"3","ping":{}}');
    await until(() => second.heard.length === 2, "it still goes on");

    const unknownUser = new WebSocket(`ws://127.0.0.1:${w.host.port}/ws?token=x&resume=1${resumeOf(second.greeting, 2)}`);
    const status = await new Promise((done) => unknownUser.on("unexpected-response", (_, answer) => done(answer.statusCode)));
    unknownUser.on("error", () => {});
    unknownUser.terminate();
    assert.equal(status, 401);

    // A close with a code of its own breaks the connection, an orderly one ends the session.
    second.socket.close(4000);
    await second.closed;
    const third = await raw(w.host, ann, resumeOf(second.greeting, 3));
    assert.equal(third.greeting.resumed, true);
    third.socket.send('{"pong":{}}');
    third.socket.close(1000);
    await third.closed;
    assert.equal(await refused(ann, resumeOf(third.greeting, 3)), "ended");
  } finally {
    await w.close();
  }
});

test("a buffer that overflows says so, for number and bytes", async () => {
  const settings = { "session.resume_messages": 8, "session.resume_bytes": 4096 };
  const w = await world({ settings });
  try {
    for (const [bound, count, size] of [["messages", 9, 1], ["bytes", 5, 1000]]) {
      const bob = await (await Player.enter(w.host)).connect();
      const match = await bob.socket.createMatch();
      const ann = await Player.enter(w.host);
      const first = await raw(w.host, ann);
      first.socket.send(JSON.stringify({ cid: "1", match_join: { match_id: match.match_id } }));
      await until(() => first.heard.length === 2, "the answer and the own join");
      first.socket.terminate();
      await until(() => parkedOf(w.host) === 1, "the session is parked");
      for (let i = 0; i < count; i += 1) await bob.send(match.match_id, 1, { text: "x".repeat(size) });
      await until(async () => (await metricOf(w.host, `serai_resume_overflows_total{bound="${bound}"}`)) === 1, bound);
      assert.equal(leavesOf(bob).length, 0);
      const again = await raw(w.host, ann, resumeOf(first.greeting, 2));
      assert.equal(again.greeting.refused, "missed");
      assert.match(again.greeting.message, /session\.resume_messages/);
      await bob.hears("presence", (event) => event.leaves?.length);
      again.socket.close();
      bob.leave();
    }
  } finally {
    await w.close();
  }
});

test("operators see parked sessions, and change their time while the host runs; SIGTERM ends them", async () => {
  const w = await world();
  try {
    const park = async () => {
      const ann = await Player.enter(w.host);
      const { socket, greeting } = await raw(w.host, ann);
      socket.send('{"cid":"1","ping":{}}');
      await until(() => metricOf(w.host, "serai_sockets_open").then((open) => open === 1), "the socket");
      socket.terminate();
      await until(() => metricOf(w.host, "serai_sockets_open").then((open) => open === 0), "the cut");
      return { ann, greeting };
    };
    const { ann } = await park();
    const shown = JSON.parse(w.host.ctl("sessions").out);
    assert.deepEqual([shown.count, shown.parked, shown.sockets, shown.sessions[0].parked], [1, 1, 0, true]);
    assert.equal(shown.sessions[0].user_id, ann.session.user_id);
    assert.equal(await metricOf(w.host, "serai_sessions_parked"), 1);
    assert.equal(w.host.ctl("config", "set", "session.resume_ms", "0").status, 0);
    await park();
    assert.equal(parkedOf(w.host), 1, "only the first");
    const begin = Date.now();
    assert.deepEqual(await w.host.stop(), { code: 0, signal: null });
    assert.ok(Date.now() - begin < 8_000);
  } finally {
    await w.close();
  }
});

test("after a crash of the host the token is unknown, and the client is told", async () => {
  const w = await world();
  const cutter = await Cutter.before(w.host);
  let second;
  try {
    const ann = await resumer(w.host, cutter, { status: true });
    const hero = await newHero(ann);
    await w.host.kill();
    second = await Host.start(w.releases, {});
    cutter.target = second.port;
    await until(() => ann.disconnects === 1, "the Socket is disconnected");
    assert.deepEqual(ann.losses, ["unknown"]);
    await ann.socket.connect(ann.session, true);
    assert.equal((await ann.ask("rpc_get_character", { character_id: hero })).character_id, hero);
    ann.leave();
  } finally {
    cutter.close();
    await second?.stop();
    await w.close();
  }
});

test("without the parameter nothing is added to what goes over the socket", async () => {
  const w = await world();
  try {
    const ann = await Player.enter(w.host);
    for (const query of ["", "&resume=0", "&resume_token=0.c9f0f895-fb98-4ab9-8d0f-0123456789ab&resume_last=1"]) {
      const socket = new WebSocket(`ws://127.0.0.1:${w.host.port}/ws?token=${ann.session.token}${query}`);
      await new Promise((done) => socket.on("open", done));
      socket.send('{"cid":"1","ping":{}}');
      const text = await new Promise((done) => socket.on("message", (data) => done(String(data))));
      assert.equal(text, '{"cid":"1","pong":{}}');
      socket.terminate();
    }
    await until(() => metricOf(w.host, "serai_sockets_open").then((open) => open === 0), "they end with their connections");
    assert.equal(parkedOf(w.host), 0);
  } finally {
    await w.close();
  }
});
