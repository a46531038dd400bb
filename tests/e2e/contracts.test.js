import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { BATTLE, fight, HEARD, key, newHero, QUICK } from "./support/game.js";
import { Contracts } from "./support/contract.js";
import { HOST, TOP, V1, V2, world } from "./support/host.js";
import { Player, refusal } from "./support/player.js";

const COMMITTED = {
  "v1.0.0": { battle: "battle/v1", character: "character/v1", trade: "trade", campaign: "campaign" },
  "v1.1.0": { battle: "battle/v2", character: "character/v2", trade: "trade", campaign: "campaign" },
};

let w;
let scratch;
before(async () => {
  w = await world({ versions: { "v1.0.0": V1, "v1.1.0": V2 }, modules: QUICK });
  scratch = mkdtempSync(join(tmpdir(), "serai-contracts-"));
});
after(async () => {
  await w.close();
  rmSync(scratch, { recursive: true });
});

function exported(...words) {
  const folder = join(scratch, words.join("_") || "live");
  const done = w.host.ctl("contracts", ...words, "--out", folder);
  assert.equal(done.status, 0, done.err);
  return folder;
}

function files(folder) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return Object.fromEntries(
    names.map((one) => join(one.parentPath ?? one.path, one.name)).sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]),
  );
}

test("the running host, a release and the committed files say the same, to the byte", () => {
  assert.deepEqual(files(exported()), files(exported("v1.0.0")));
  for (const [release, modules] of Object.entries(COMMITTED)) {
    const folder = exported(release);
    assert.deepEqual(readdirSync(folder).sort(), Object.keys(modules).sort());
    for (const [module, place] of Object.entries(modules)) {
      assert.deepEqual(files(join(folder, module)), files(join(TOP, "modules", place, "contract")), `${release} ${module}`);
    }
  }
  const offline = join(scratch, "offline");
  const done = spawnSync(HOST, ["check", join(w.releases.folder, "v1.0.0"), "--contracts", offline], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
  assert.deepEqual(files(offline), files(exported()));
  assert.match(w.host.ctl("contracts", "v9.9.9").err, /v9\.9\.9/);
});

test("the .proto texts compile as they are", () => {
  const folder = join(exported(), "battle", "proto");
  const done = spawnSync("protoc", ["-I", folder, "--descriptor_set_out=/dev/null", "battle/v1/battle.proto"], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
});

test("what players really send and hear is what the schemas say", async () => {
  const contracts = new Contracts(exported());
  const player = contracts.watch(await (await Player.enter(w.host)).connect());
  const hero = await newHero(player);
  await player.rpc("rpc_list_characters");
  await player.rpc("rpc_get_character", { character_id: hero });
  await player.rpc("rpc_allocate_points", { idem_key: key(), character_id: hero, vit: 1 });
  await player.rpc("rpc_list_markets");
  await player.rpc("rpc_list_campaigns");
  const caravan = await player.rpc("rpc_create_caravan", {
    idem_key: key(), town: "oasis", guards: [await newHero(player, "scout", "Bob")],
  });
  await player.rpc("rpc_execute_trade", {
    idem_key: key(), caravan_id: caravan.caravan_id, good: "grain", quantity: 2, side: "BUY", limit: 60,
  });
  const started = await player.rpc("rpc_start_battle", {
    idem_key: key(), kind: BATTLE.PVE, character_ids: [hero], enemies: 1, enemy_level: 1,
  });
  await fight(player, started.battle_id, started.match_id);
  await player.hears("data", (data) => data.op_code === HEARD.settled);
  contracts.hold_heard(player);
  player.leave();

  for (const what of ["rpc_get_battle reply", "rpc_execute_trade reply", "data 1", "event 101", "event 103", "event 106"]) {
    assert.ok(contracts.checked.get(what) > 0, `${what} was never seen: ${[...contracts.checked.keys()]}`);
  }
});

test("host and schema refuse the same requests", async () => {
  const contracts = new Contracts(exported());
  const player = await Player.enter(w.host);
  const { request } = contracts.rpcs.get("rpc_create_character");
  const good = () => ({ idem_key: key(), name: "Ann", class: "guard" });
  assert.ok(request(good()));
  await player.rpc("rpc_create_character", good());
  for (const bad of [{ ...good(), unheard_of: 1 }, { ...good(), name: 7 }, { ...good(), name: ["Ann"] }]) {
    assert.ok(!request(bad), JSON.stringify(bad));
    assert.equal((await refusal(player.client.rpc(player.session, "rpc_create_character", bad))).status, 400);
  }
  const start = contracts.rpcs.get("rpc_start_battle").request;
  const battle = (kind) => ({ idem_key: key(), kind, character_ids: [], enemies: 1, enemy_level: 1 });
  for (const kind of ["PVE", 1]) assert.ok(start(battle(kind)));
  for (const kind of ["SIEGE", true]) {
    assert.ok(!start(battle(kind)));
    assert.equal((await refusal(player.client.rpc(player.session, "rpc_start_battle", battle(kind)))).status, 400);
  }
});

test("an answer that is not what the contract says would be found", async () => {
  const contracts = new Contracts(exported());
  const { reply } = contracts.rpcs.get("rpc_quote_trade");
  const player = await Player.enter(w.host);
  const quote = await player.rpc("rpc_quote_trade", { town: "oasis", good: "grain", quantity: 2, side: "BUY" });
  assert.ok(reply(quote));
  assert.ok(!reply({ ...quote, total: Number(quote.total) }), "64-bit numbers are text");
  assert.ok(!reply({ ...quote, unheard_of: 1 }));
});
