// Operators move one player: everything is exported to a file, erased, and imported again, while others play.
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { key, newHero, QUICK } from "./support/game.js";
import { faulty, V1, world } from "./support/host.js";
import { Player, refusal } from "./support/player.js";

let w;
let file;
before(async () => {
  w = await world({ versions: { "v1.0.0": { ...V1, counter: faulty("misbehaves") } }, modules: QUICK,
    settings: { "runtime.write_behind_ms": 100 } });
  file = join(w.releases.root, "ann.jsonl");
});
after(() => w?.close());

const ctl = async (...words) => {
  const done = await w.host.ctlAsync(...words);
  assert.equal(done.status, 0, done.err);
  return JSON.parse(done.out);
};
const gold = async (player) => JSON.parse((await player.client.getAccount(player.session)).wallet).gold;
const lines = (path) => readFileSync(path, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));

async function auditIsClean() {
  assert.deepEqual((await ctl("ledger", "audit")).faults, []);
}

// Buys and sells until the signal, so that the host is under load.
async function trade(player, hero, signal) {
  const caravan = await player.rpc("rpc_create_caravan", { idem_key: key(), town: "oasis", guards: [hero] });
  const order = { caravan_id: caravan.caravan_id, good: "grain", quantity: 1 };
  for (let side = 0; !signal.aborted; side = 1 - side) {
    await player.rpc("rpc_execute_trade", { idem_key: key(), ...order, side });
  }
  return caravan;
}

// What a player has, as the player sees it.
async function belongings(player) {
  const { client, session } = player;
  const objects = await client.readStorageObjects(session, {
    object_ids: [{ collection: "saves", key: "one", user_id: session.user_id }],
  });
  const { notifications } = await client.listNotifications(session, 10);
  return {
    gold: await gold(player),
    objects: objects.objects.map(({ collection, key: name, value, version }) => ({ collection, name, value, version })),
    notifications: notifications.map(({ id, subject, content, code }) => ({ id, subject, content, code })),
    heroes: await player.rpc("rpc_list_characters", {}),
  };
}

test("a player is exported, erased and imported under load: the same device finds everything again", async () => {
  const bob = await (await Player.enter(w.host)).connect();
  const stop = new AbortController();
  const busy = trade(bob, await newHero(bob), stop.signal);
  const ann = await (await Player.enter(w.host, "ann")).connect();
  const hero = await newHero(ann);
  await ann.client.linkEmail(ann.session, { email: "ann@example.com", password: "secret-words" });
  await ann.client.updateAccount(ann.session, { display_name: "Ann \"the\" brave" });
  await ann.client.writeStorageObjects(ann.session, [
    { collection: "saves", key: "one", value: { at: "oasis" }, permission_read: 1, permission_write: 1 },
  ]);
  const caravan = await ann.rpc("rpc_create_caravan", { idem_key: key(), town: "oasis", guards: [hero] });
  await ann.rpc("rpc_execute_trade", {
    idem_key: key(), caravan_id: caravan.caravan_id, good: "grain", quantity: 1, side: 0,
  });
  await ann.rpc("rpc_add", { id: "tells its player", by: 1 }); // sends a notification to be kept
  const before = await belongings(ann);
  assert.equal(before.notifications.length, 1);
  const id = ann.session.user_id;

  const exported = await ctl("player", "export", id, file);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(exported.objects, 1);
  assert.equal(exported.entities, 4, "roster, hero, trader and caravan");
  const written = lines(file);
  assert.deepEqual([written[0].type, written[1].type, written.at(-1).type], ["header", "account", "end"]);
  assert.equal(written.find(({ type }) => type === "purse").balance, before.gold);
  const shown = written.filter(({ type }) => type === "entity").find(({ kind }) => kind === "character");
  assert.equal(shown.key, hero);
  assert.equal(shown.readable.player_id, id);
  assert.equal((await w.host.ctlAsync("player", "export", id, file)).status, 1, "no file is written over");
  await auditIsClean();

  const refused = await w.host.ctlAsync("player", "import", file);
  assert.equal(refused.status, 1);
  assert.match(refused.err, /ann\.jsonl:1: .*exists here: erase the player first/);
  assert.deepEqual(await belongings(ann), before);

  const unsure = await w.host.ctlAsync("player", "erase", id);
  assert.equal(unsure.status, 2);
  assert.match(unsure.err, /add --yes/);
  const erased = await ctl("player", "erase", id, "--yes");
  assert.deepEqual(erased, { user_id: id, entities: 4, to_sink: { gold: before.gold } });
  assert.equal(ann.disconnects, 1);
  assert.equal((await refusal(ann.client.getAccount(ann.session))).status, 401);
  await auditIsClean();
  assert.equal((await ctl("ledger", "history", `player:${id}`)).balance, 0);
  const fresh = await Player.enter(w.host, "fresh", ann.device);
  assert.notEqual(fresh.session.user_id, id);
  assert.deepEqual(await belongings(fresh), { gold: 0, objects: [], notifications: [], heroes: {} });

  // The device belongs to the fresh account now.
  const taken = await w.host.ctlAsync("player", "import", file);
  assert.match(taken.err, /ann\.jsonl:2: .*exists here/);
  await ctl("player", "erase", fresh.session.user_id, "--yes");
  const imported = await ctl("player", "import", file);
  assert.equal(imported.user_id, id);
  assert.deepEqual(imported.paid, { [`player:${id}`]: before.gold });
  await auditIsClean();

  const again = await (await Player.enter(w.host, "other", ann.device)).connect();
  assert.equal(again.session.user_id, id);
  assert.equal(again.session.created, false);
  assert.deepEqual(await belongings(again), before);
  const account = await again.client.getAccount(again.session);
  assert.equal(account.user.display_name, "Ann \"the\" brave");
  assert.equal((await again.client.authenticateEmail("ann@example.com", "secret-words", false)).user_id, id);
  // The caravan is hers as before, and it goes on.
  const sold = await again.rpc("rpc_execute_trade", {
    idem_key: key(), caravan_id: caravan.caravan_id, good: "grain", quantity: 1, side: 1,
  });
  assert.ok(sold);

  await ctl("player", "erase", id, "--yes");
  const twice = await w.host.ctlAsync("player", "import", file);
  assert.match(twice.err, /has been paid .* before: a file is imported once/);
  assert.equal((await ctl("ledger", "history", `player:${id}`)).balance, 0);
  await auditIsClean();
  stop.abort();
  await busy;
});

test("a damaged file is refused with its line, and changes nothing", async () => {
  const ann = await Player.enter(w.host);
  await newHero(ann);
  const id = ann.session.user_id;
  const good = join(w.releases.root, "good.jsonl");
  await ctl("player", "export", id, good);
  await ctl("player", "erase", id, "--yes");
  const find = (wanted) => lines(good).findIndex(({ kind }) => kind === wanted);
  const refuses = async (name, edit, expected) => {
    const broken = join(w.releases.root, `${name}.jsonl`);
    copyFileSync(good, broken);
    const all = readFileSync(broken, "utf8").split("\n");
    writeFileSync(broken, edit(all).join("\n"));
    const done = await w.host.ctlAsync("player", "import", broken);
    assert.equal(done.status, 1, name);
    assert.match(done.err, expected, name);
  };
  const change = (at, member, value) => (all) =>
    all.map((line, i) => (i === at ? JSON.stringify({ ...JSON.parse(line), [member]: value }) : line));

  await refuses("cut", (all) => all.slice(0, -2), /cut\.jsonl:\d+: the file ends too early/);
  await refuses("text", (all) => [all[0], "{", ...all.slice(1)], /text\.jsonl:2: is not a JSON object/);
  await refuses("state", change(find("character"), "state", "////"), /state\.jsonl:\d+: .*refused|cannot/);
  await refuses("kind", change(find("roster"), "kind", "dragon"), /no module has the kind 'dragon'/);
  await refuses("theft", change(find("roster"), "key", "oasis"), /is not the player's/);
  await refuses("rich", change(2, "balance", -1), /rich\.jsonl:3: "balance" must be a whole number from 0/);
  await refuses("account", change(2, "account", "mint"), /not a purse of the player/);
  await auditIsClean();
  assert.equal((await w.host.ctlAsync("player", "erase", id, "--yes")).status, 1, "nothing is there");
  assert.equal((await ctl("player", "import", good)).user_id, id);
  assert.deepEqual((await Player.enter(w.host, "x", ann.device)).session.user_id, id);
  await auditIsClean();
});

test("a player is erased in the middle of play, and nothing of them comes back", async () => {
  const ann = await (await Player.enter(w.host)).connect();
  const hero = await newHero(ann);
  const id = ann.session.user_id;
  const playing = Array.from({ length: 4 }, () => trade(ann, hero, new AbortController().signal).catch((error) => error));
  // The first caravan takes the hero; the other calls are refused, and that is play, too.
  await ann.rpc("rpc_list_characters", {});

  const erased = await ctl("player", "erase", id, "--yes");

  assert.ok(erased.entities >= 3);
  await Promise.all(playing);
  assert.equal(ann.disconnects, 1);
  await auditIsClean();
  assert.equal((await ctl("ledger", "history", `player:${id}`)).balance, 0);
  const again = await w.host.ctlAsync("player", "erase", id, "--yes");
  assert.equal(again.status, 1);
  assert.match(again.err, /there is no player/);
});
