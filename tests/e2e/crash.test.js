import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection } from "node:net";
import { test } from "node:test";
import { ACT, BATTLE, changed, duel, key, newHero, OP, QUICK, step } from "./support/game.js";
import { faulty, Host, Releases, V1, V2 } from "./support/host.js";
import { client, Player, refusal } from "./support/player.js";

test("kill -9: what was acknowledged is there again, battles included, and sessions still hold", async () => {
  const releases = new Releases().publish("v1.0.0", V1);
  releases.use("v1.0.0");
  let host = await Host.start(releases, { modules: QUICK });
  try {
    const player = await (await Player.enter(host)).connect();
    const hero = await newHero(player);
    const guard = await newHero(player, "scout", "Guard");
    const caravan = await player.rpc("rpc_create_caravan", { idem_key: key(), town: "harbor", guards: [guard] });
    const order = { idem_key: key(), caravan_id: caravan.caravan_id, good: "grain", quantity: 2, side: 0 };
    const bought = await player.rpc("rpc_execute_trade", order);
    const started = await player.rpc("rpc_start_battle", {
      idem_key: key(), kind: BATTLE.PVE, character_ids: [hero], enemies: 1, enemy_level: 1,
    });

    await host.kill("SIGKILL");
    host = await Host.start(releases, { modules: QUICK });
    player.client = client(host);

    assert.deepEqual(await player.rpc("rpc_execute_trade", order), bought);
    const cargo = (await player.rpc("rpc_get_caravan", { caravan_id: caravan.caravan_id })).cargo;
    assert.deepEqual(cargo, [{ good: "grain", quantity: 2 }]);
    const battle = await player.rpc("rpc_get_battle", { battle_id: started.battle_id });
    assert.equal(battle.battle_id, started.battle_id);
    const listed = await player.client.listMatches(player.session, 10, true);
    assert.ok(listed.matches.some((match) => match.match_id === started.match_id));
  } finally {
    await host.stop();
    releases.remove();
  }
});

// Waits until the host has stored all inputs of its journal.
async function journaled(host) {
  const stored = async () => Number((await host.get("/metrics")).text.match(/^serai_journal_inputs_total (.*)$/m)[1]);
  for (let last = -1, now = await stored(); now !== last; now = await stored()) {
    last = now;
    await new Promise((done) => setTimeout(done, 50));  // five times journal_ms
  }
}

test("kill -9 in a battle: it goes on at the move that its players had seen", async () => {
  const releases = new Releases().publish("v1.0.0", V1).publish("v1.1.0", V2);
  releases.use("v1.0.0");
  // Only the journal stores moves: the state itself is stored a minute later.
  const options = {
    modules: { battle: { turn_ms: 120_000, placement_ms: 500 } },
    settings: { "runtime.write_behind_ms": 60_000, "swap.probation_ms": 0 },
  };
  let host = await Host.start(releases, options);
  try {
    const player = await (await Player.enter(host)).connect();
    const hero = await newHero(player);
    const started = await player.rpc("rpc_start_battle", {
      idem_key: key(), kind: BATTLE.PVE, character_ids: [hero], enemies: 1, enemy_level: 1,
    });
    const view = () => player.rpc("rpc_get_battle", { battle_id: started.battle_id });
    const move = async () => {
      const before = await view();
      await player.send(started.match_id, OP.act, { act: ACT.guard });
      await changed(player, started.battle_id, before.actions ?? 0, before.state ?? 0);
    };
    await player.socket.joinMatch(started.match_id);
    await player.send(started.match_id, OP.ready);
    await changed(player, started.battle_id, 0, 0);

    for (const release of ["v1.1.0", undefined]) {
      for (let moves = 0; moves < 3; moves += 1) await move();
      if (release) assert.equal(host.ctl("swap", release).status, 0);
      const seen = await view();
      await journaled(host);
      await host.kill("SIGKILL");
      host = await Host.start(releases, options);
      player.client = client(host);
      await player.connect();
      await player.socket.joinMatch(started.match_id);
      const { served_by: code, ...after } = await view();
      const { served_by: codeBefore, ...before } = seen;
      assert.deepEqual(after, before);
      assert.equal(code, codeBefore);
    }
    await move();
  } finally {
    await host.stop();
    releases.remove();
  }
});

test("kill -9 during a probation: the committed release comes back, with what was acknowledged under the new one", async () => {
  const releases = new Releases().publish("v1.0.0", V1).publish("v1.1.0", V2);
  releases.use("v1.0.0");
  const options = { modules: QUICK, settings: { "swap.probation_ms": 60_000 } };
  let host = await Host.start(releases, options);
  try {
    const player = await (await Player.enter(host)).connect();
    const before = await newHero(player);
    const swapped = host.ctl("swap", "v1.1.0");
    assert.equal(swapped.status, 0, swapped.err);

    // Written by character 2, in a schema that character 1 cannot read.
    const named = await newHero(player, "mage", "Later");
    const started = await player.rpc("rpc_start_battle", {
      idem_key: key(), kind: BATTLE.PVE, character_ids: [before], enemies: 1, enemy_level: 1,
    });
    assert.match((await player.rpc("rpc_get_battle", { battle_id: started.battle_id })).served_by, /2\.0\.0/);

    await host.kill("SIGKILL");
    host = await Host.start(releases, options);
    player.client = client(host);
    assert.equal(host.ready.release, "v1.0.0");
    assert.equal((await player.rpc("rpc_get_character", { character_id: named })).name, "Later");
    const battle = await player.rpc("rpc_get_battle", { battle_id: started.battle_id });
    assert.match(battle.served_by, /1\.0\.0/);

    const again = host.ctl("swap", "v1.1.0");
    assert.equal(again.status, 0, again.err);
    assert.equal((await player.rpc("rpc_get_character", { character_id: named })).name, "Later");
  } finally {
    await host.stop();
    releases.remove();
  }
});

test("a crash in a handler of a settled version: it comes back, with what was acknowledged", async () => {
  const releases = new Releases()
    .publish("v1.0.0", { ...V1, counter: faulty("counter_v1") })
    .publish("v1.1.0", { ...V1, counter: faulty("misbehaves") });
  releases.use("v1.0.0");
  const options = { modules: QUICK, settings: { "swap.probation_ms": 0 } };
  let host = await Host.start(releases, options);
  try {
    const { players, fights, started } = await duel(host, { thinkMs: 60 });
    for (const fight of fights) fight.catch(() => {});  // cut short
    const [ann, bob] = players;
    const add = async (id, by) => Number((await ann.rpc("rpc_add", { id, by })).value);
    assert.equal(await add("good", 5), 5);
    assert.equal((await host.swap("v1.1.0")).status, 200);
    await host.logged((line) => line.event === "swap.settled", "the end of the swap");
    assert.equal(await add("good", 1), 6);

    const lost = add("crashes", 1).catch(() => {});
    const { code, signal } = await host.exited;
    if (process.env.SERAI_SANITIZE) assert.notEqual(code, 0, "a sanitizer catches the signal, reports, and ends with a code");
    else assert.equal(signal, "SIGSEGV");
    await lost;
    const told = process.env.SERAI_SANITIZE ? undefined : await host.logged((line) => line.event === "host.crashed", "the crash");

    host = await Host.start(releases, options);
    if (told) {
      assert.deepEqual([told.level, told.signal, told.module, told.module_version, told.handler, told.kind, told.key],
        ["fatal", "SIGSEGV", "counter", "1.1.0", "rpc_add", "counter", "crashes"]);
      assert.match(told.thread, /^shard-/);
      assert.match(told.stack, /^(libc[^ ]* < )*counter-[0-9a-f]+-[0-9a-f]+\.so\+0x[0-9a-f]+ .* < host\+0x/);
      const again = host.lines.find((line) => line.event === "host.crashed_before");
      assert.deepEqual([again.crashed_at, again.stack, again.key], [told.time, told.stack, "crashes"]);
      assert.equal(JSON.parse(host.ctl("modules", "--json").out).last_crash.stack, told.stack);
      await host.kill("SIGTERM");
      host = await Host.start(releases, options);
      assert.ok(!host.lines.some((line) => line.event === "host.crashed_before"), "told once");
      assert.equal(JSON.parse(host.ctl("modules", "--json").out).last_crash.stack, told.stack);
    }
    assert.equal(host.ready.release, "v1.1.0");
    for (const player of [ann, bob]) player.client = client(host);
    assert.equal(await add("good", 1), 7);
    for (const player of [ann, bob]) {
      assert.equal((await player.rpc("rpc_get_battle", { battle_id: started.battle_id })).battle_id, started.battle_id);
    }
  } finally {
    await host.stop();
    releases.remove();
  }
});

// A scout walks up to its foe and wounds it: an effect that battle 1's schema has no field for.
async function bleed(player, scout) {
  const started = await player.rpc("rpc_start_battle", {
    idem_key: key(), kind: BATTLE.PVE, character_ids: [scout], enemies: 1, enemy_level: 9,
  });
  const view = () => player.rpc("rpc_get_battle", { battle_id: started.battle_id });
  await player.socket.joinMatch(started.match_id);
  await player.send(started.match_id, OP.ready);
  for (let look = 0; look < 100; look += 1) {
    const seen = await view();
    if (seen.effects && seen.active_user === player.session.user_id) return view;
    if (seen.active_user === player.session.user_id) {
      const me = seen.units.find((unit) => unit.id === seen.active_unit);
      const wish = step(seen, me, seen.units.find((unit) => unit.side !== me.side));
      const tactic = wish.act === ACT.attack ? { ...wish, act: ACT.tactic, tactic: "bleed" } : wish;
      await player.rpc("rpc_battle_action", { idem_key: key(), battle_id: started.battle_id, ...tactic });
    }
    await changed(player, started.battle_id, seen.actions ?? 0, seen.state ?? 0);
  }
  throw new Error("the scout never reached its foe");
}

test("what only the version on probation can hold stands in the way back, and outlives kill -9 and SIGTERM", async () => {
  const releases = new Releases().publish("v1.0.0", V1).publish("v1.1.0", V2);
  releases.use("v1.0.0");
  const options = { modules: { battle: { turn_ms: 120_000, placement_ms: 500 } }, settings: { "swap.probation_ms": 600_000 } };
  let host = await Host.start(releases, options);
  try {
    const player = await (await Player.enter(host)).connect();
    const scout = await newHero(player, "scout");
    assert.equal(host.ctl("swap", "v1.1.0").status, 0);
    const view = await bleed(player, scout);
    const wounded = await view();

    const back = host.ctl("rollback");
    assert.notEqual(back.status, 0);
    assert.match(back.err, /export in schema 1 by battle 2\.0\.0/);
    assert.deepEqual(await view(), wounded);

    await host.kill("SIGKILL");
    host = await Host.start(releases, options);
    player.client = client(host);
    assert.equal(host.ready.release, "v1.0.0");
    assert.match(host.ctl("modules", "--json").out, /cannot be read before such a release serves/);
    assert.match((await refusal(player.rpc("rpc_get_battle", { battle_id: wounded.battle_id }))).message, /battle cannot be read/);
    const again = host.ctl("swap", "v1.1.0");
    assert.equal(again.status, 0, again.err);
    assert.deepEqual(await view(), wounded);

    await host.stop();
    host = await Host.start(releases, options);
    player.client = client(host);
    assert.equal(host.ready.release, "v1.1.0");
    assert.deepEqual(await view(), wounded);
  } finally {
    await host.stop();
    releases.remove();
  }
});

test("a second SIGTERM ends a host that waits for a client at once", async () => {
  const releases = new Releases().publish("v1.0.0", V1);
  releases.use("v1.0.0");
  const host = await Host.start(releases);
  const player = await Player.enter(host);
  // A client that never answers the closing handshake.
  const deaf = createConnection({ host: "127.0.0.1", port: host.port });
  try {
    deaf.write(`GET /ws?token=${player.session.token} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    assert.match(String((await once(deaf, "data"))[0]), /^HTTP\/1.1 101/);
    deaf.pause();
    host.kill("SIGTERM");
    await host.logged((line) => line.event === "host.stopping", "the orderly end");
    const asked = Date.now();
    assert.deepEqual(await host.kill("SIGTERM"), { code: null, signal: "SIGTERM" });
    assert.ok(Date.now() - asked < 5_000, "it waited for the client after all");
  } finally {
    deaf.destroy();
    releases.remove();
  }
});

// A host with a module whose calls take as long as a test wants, and a player with two such calls: one
// runs, the other waits behind it on the same socket.
async function busyHost(settings) {
  const releases = new Releases().publish("v1.0.0", { counter: faulty("misbehaves") });
  releases.use("v1.0.0");
  const host = await Host.start(releases, { settings });
  const player = await (await Player.enter(host)).connect();
  const closed = new Promise((done) => {
    player.socket.ondisconnect = done;
  });
  const slow = player.ask("rpc_add", { id: "takes its time", by: 1 });
  const behind = player.ask("rpc_add", { id: "good", by: 1 });
  const sent = 3;  // the client library pings first
  for (let read = 0; read < sent; ) {
    const { text } = await host.get("/metrics");
    read = Number(/^serai_net_messages_received_total (\d+)/m.exec(text)?.[1] ?? 0);
  }
  return { releases, host, player, closed, slow, behind };
}

test("SIGTERM waits for a call on a socket: it is answered, what has not begun is refused, then all closes", async () => {
  const { releases, host, player, closed, slow, behind } = await busyHost({});
  try {
    const ended = host.kill("SIGTERM");
    await assert.rejects(behind, (error) => error.code === 7 && error.message === "The server is shutting down");
    assert.deepEqual(await slow, {});
    const { code, reason } = await closed;
    assert.deepEqual([code, reason], [1000, "server is shutting down"]);
    assert.deepEqual(await ended, { code: 0, signal: null });
    assert.ok(!host.lines.some((line) => line.event === "host.connections_cut"), host.tail());

    const again = await Host.start(releases);
    player.client = client(again);
    assert.deepEqual(await player.rpc("rpc_add", { id: "good", by: 1 }), { value: "1" });
    await again.stop();
  } finally {
    releases.remove();
  }
});

test("SIGTERM waits for a call on a socket no longer than for others, and says so to the client", async () => {
  const { releases, host, closed, slow, behind } = await busyHost({ "shutdown.grace_ms": 200 });
  for (const lost of [slow, behind]) lost.catch(() => {});
  try {
    const ended = host.kill("SIGTERM");
    const { code, reason } = await closed;
    assert.deepEqual([code, reason], [1000, "server is shutting down"]);
    assert.deepEqual(await ended, { code: 0, signal: null });
    assert.ok(host.lines.some((line) => line.event === "host.connections_cut"), host.tail());
  } finally {
    releases.remove();
  }
});

test("a notification to be kept is heard at once, and listed until it is deleted, over kill -9 too", async () => {
  const releases = new Releases().publish("v1.0.0", { counter: faulty("misbehaves") });
  releases.use("v1.0.0");
  let host = await Host.start(releases);
  try {
    const player = await (await Player.enter(host)).connect();
    await player.rpc("rpc_add", { id: "tells its player", by: 1 });
    const heard = await player.hears("notification");
    assert.deepEqual([heard.code, heard.subject, heard.content, heard.persistent], [7, "news", { of: "the day" }, true]);

    await host.kill("SIGKILL");
    host = await Host.start(releases);
    player.client = client(host);
    const { notifications } = await player.client.listNotifications(player.session, 10);
    assert.deepEqual(notifications.map((one) => [one.id, one.code, one.subject, one.content, one.persistent]),
      [[heard.id, 7, "news", { of: "the day" }, true]]);
    await player.client.deleteNotifications(player.session, [heard.id]);
    assert.deepEqual((await player.client.listNotifications(player.session, 10)).notifications, []);
  } finally {
    await host.stop();
    releases.remove();
  }
});

test("SIGTERM ends in order: clients are notified, everything is written, exit 0", async () => {
  const releases = new Releases().publish("v1.0.0", V1);
  releases.use("v1.0.0");
  const host = await Host.start(releases);
  try {
    const player = await (await Player.enter(host)).connect();
    const hero = await newHero(player);
    const closed = new Promise((done) => {
      player.socket.ondisconnect = done;
    });
    assert.deepEqual(await host.stop(), { code: 0, signal: null });
    await closed;
    const again = await Host.start(releases);
    player.client = client(again);
    assert.equal((await player.rpc("rpc_get_character", { character_id: hero })).character_id, hero);
    await again.stop();
  } finally {
    releases.remove();
  }
});
