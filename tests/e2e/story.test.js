import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { arrived, BATTLE, CARAVAN, fight, HEARD, key, newHero, NODE, QUICK } from "./support/game.js";
import { world } from "./support/host.js";
import { decoded, Player } from "./support/player.js";

let w;
before(async () => {
  w = await world({ modules: QUICK });
});
after(() => w?.close());

// Ambushes are frequent on the road from oasis to citadel: some caravan is soon ambushed.
async function ambushed(player, guard) {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const caravan = await player.rpc("rpc_create_caravan", { idem_key: key(), town: "oasis", guards: [guard] });
    const id = caravan.caravan_id;
    const bought = await player.rpc("rpc_execute_trade", {
      idem_key: key(), caravan_id: id, good: "grain", quantity: 2, side: 0,
    });
    assert.ok(Number(bought.total) > 0);
    await player.rpc("rpc_depart_caravan", { idem_key: key(), caravan_id: id, path: ["oasis_citadel"] });
    const view = await arrived(player, id, [CARAVAN.AMBUSHED, CARAVAN.ARRIVED]);
    if (view.state === CARAVAN.AMBUSHED) return view;
    await player.rpc("rpc_execute_trade", { idem_key: key(), caravan_id: id, good: "grain", quantity: 2, side: 1 });
  }
  throw new Error("forty caravans and no ambush");
}

test("a hero trades, is ambushed, fights, arrives, sells, and clears a campaign node", async () => {
  const player = await (await Player.enter(w.host)).connect();
  const hero = await newHero(player);
  const markets = await player.rpc("rpc_list_markets");
  assert.ok(markets.segments.some((segment) => segment.route_segment_code === "oasis_citadel"));
  const quote = await player.rpc("rpc_quote_trade", { town: "oasis", good: "grain", quantity: 2, side: 0 });
  assert.ok(Number(quote.total) > 0);

  const caravan = await ambushed(player, hero);
  const told = await player.hears("notification");
  assert.deepEqual([told.code, told.subject, told.content], [1001, "caravan_ambushed", { caravan_id: caravan.caravan_id }]);
  assert.ok(!told.persistent);  // a later look at the caravan shows it
  assert.deepEqual((await player.client.listNotifications(player.session, 10)).notifications, []);
  const resolved = await player.rpc("rpc_resolve_ambush", { idem_key: key(), caravan_id: caravan.caravan_id, way: 0 });
  assert.ok(resolved.match_id);
  const battle = await fight(player, resolved.battle_id, resolved.match_id);
  assert.equal(battle.kind, BATTLE.AMBUSH);
  const end = await arrived(player, caravan.caravan_id, [CARAVAN.ARRIVED]);
  assert.equal(end.town, "citadel");
  for (const cargo of end.cargo ?? []) {
    await player.rpc("rpc_execute_trade", {
      idem_key: key(), caravan_id: caravan.caravan_id, good: cargo.good, quantity: cargo.quantity, side: 1,
    });
  }

  const { definitions } = await player.rpc("rpc_list_campaigns");
  const campaign = await player.rpc("rpc_start_campaign", { idem_key: key(), def_code: definitions[0].def_code });
  const node = campaign.nodes.find((one) => one.state === NODE.OPEN);
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const started = await player.rpc("rpc_start_campaign_node", {
      idem_key: key(), campaign_id: campaign.campaign_id, node: node.code, character_ids: [hero],
    });
    await fight(player, started.battle_id, started.match_id);
    await player.hears("data", (data) => data.op_code === HEARD.settled && data.match_id === started.match_id);
    const now = await player.rpc("rpc_get_campaign", { campaign_id: campaign.campaign_id });
    if (now.nodes.find((one) => one.code === node.code).state === NODE.CLEARED) {
      player.leave();
      return;
    }
  }
  assert.fail("the node was not cleared in eight fights");
});

// The gold in the player's account, as text like in answers.
async function wallet(player) {
  const account = await player.client.getAccount(player.session);
  return String(JSON.parse(account.wallet).gold);
}

test("the wallet of the account is the gold that the last answer said", async () => {
  const player = await Player.enter(w.host);
  const said = async (rpc, request) => {
    const answer = await player.rpc(rpc, { idem_key: key(), ...request });
    assert.equal(await wallet(player), answer.gold, rpc);
    return answer;
  };
  assert.equal(await wallet(player), "0");
  const hero = await said("rpc_create_character", { name: player.name, class: "guard" });
  assert.equal(hero.gold, "1000");

  for (let attempt = 0; attempt < 40; attempt += 1) {
    const request = { idem_key: key(), town: "oasis", guards: [hero.character_id] };
    const { caravan_id } = await player.rpc("rpc_create_caravan", request);
    const before = Number(await wallet(player));
    const order = { caravan_id, good: "grain", quantity: 2 };
    const bought = await said("rpc_execute_trade", { ...order, side: 0 });
    assert.equal(Number(bought.gold), before - Number(bought.total));
    const left = await said("rpc_depart_caravan", { caravan_id, path: ["oasis_citadel"] });
    assert.ok(Number(left.gold) < Number(bought.gold), "the tolls are in escrow");
    const view = await arrived(player, caravan_id, [CARAVAN.AMBUSHED, CARAVAN.ARRIVED]);
    const caught = view.state === CARAVAN.AMBUSHED;
    if (caught) {
      const freed = await said("rpc_resolve_ambush", { caravan_id, way: 1 });
      assert.equal(Number(freed.gold), Number(left.gold) - Number(view.ransom));
    }
    const sold = await said("rpc_execute_trade", { ...order, side: 1 });
    assert.ok(Number(sold.total) > 0);
    if (caught) return;
  }
  assert.fail("forty caravans and no ambush");
});

test("two players fight each other to the end and both hear the same", async () => {
  const ann = await (await Player.enter(w.host)).connect();
  const bob = await (await Player.enter(w.host)).connect();
  const [annHero, bobHero] = [await newHero(ann, "scout"), await newHero(bob, "mage")];
  const started = await ann.rpc("rpc_start_battle", { idem_key: key(), kind: BATTLE.PVP, character_ids: [annHero] });
  await bob.rpc("rpc_join_battle", { idem_key: key(), battle_id: started.battle_id, character_ids: [bobHero] });

  const [one, two] = await Promise.all([
    fight(ann, started.battle_id, started.match_id),
    fight(bob, started.battle_id, started.match_id),
  ]);

  assert.equal(one.log_hash, two.log_hash);
  const ends = await Promise.all([ann, bob].map((p) => p.hears("data", (data) => data.op_code === HEARD.end)));
  assert.deepEqual(decoded(ends[0]), decoded(ends[1]));
  ann.leave();
  bob.leave();
});

test("a repeated purchase happens once, a different one under its key is refused", async () => {
  const player = await Player.enter(w.host);
  const hero = await newHero(player);
  const caravan = await player.rpc("rpc_create_caravan", { idem_key: key(), town: "harbor", guards: [hero] });
  const order = { idem_key: key(), caravan_id: caravan.caravan_id, good: "grain", quantity: 3, side: 0 };
  const answers = await Promise.all(Array.from({ length: 50 }, () => player.rpc("rpc_execute_trade", order)));
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  const now = await player.rpc("rpc_get_caravan", { caravan_id: caravan.caravan_id });
  assert.deepEqual(now.cargo, [{ good: "grain", quantity: 3 }]);
  await assert.rejects(player.rpc("rpc_execute_trade", { ...order, quantity: 4 }), (error) => error.status === 400);
});

test("of two caravans that buy under one key at once, one does, and a neighbour notices nothing", async () => {
  const player = await Player.enter(w.host);
  const neighbour = await Player.enter(w.host);
  const guards = [await newHero(neighbour)];
  const { caravan_id } = await neighbour.rpc("rpc_create_caravan", { idem_key: key(), town: "harbor", guards });
  const shop = (side) => neighbour.rpc("rpc_execute_trade", { idem_key: key(), caravan_id, good: "grain", quantity: 1, side });
  let open = true;
  const shopping = (async () => {
    while (open) for (const side of [0, 1]) await shop(side);
  })();
  const caravans = [];
  for (let i = 0; i < 2; i += 1) {
    const guards = [await newHero(player, "guard", `${player.name} ${i}`)];
    caravans.push((await player.rpc("rpc_create_caravan", { idem_key: key(), town: "harbor", guards })).caravan_id);
  }
  let done = 0;
  for (let round = 0; round < 20; round += 1) {
    const idem_key = key();
    const buy = (caravan_id) =>
      player.rpc("rpc_execute_trade", { idem_key, caravan_id, good: "grain", quantity: 1, side: 0 });
    const answers = await Promise.allSettled(caravans.map(buy));
    const retries = await Promise.allSettled(caravans.map(buy));
    assert.deepEqual(answers.map((one) => one.status).sort(), ["fulfilled", "rejected"]);
    for (const [i, one] of answers.entries()) {
      if (one.status === "fulfilled") assert.deepEqual(retries[i].value, one.value);
      if (one.status === "rejected") {
        assert.equal(one.reason.status, 400);
        assert.match((await retries[i].reason.json()).message, /IDEM_MISMATCH/);
      }
    }
    done += 1;
  }
  open = false;
  await shopping;
  let bought = 0;
  for (const caravan_id of caravans) {
    bought += (await player.rpc("rpc_get_caravan", { caravan_id })).cargo?.[0]?.quantity ?? 0;
  }
  assert.equal(bought, done);
});

test("what belongs to somebody else is refused", async () => {
  const ann = await Player.enter(w.host);
  const bob = await Player.enter(w.host);
  const hero = await newHero(ann);
  await assert.rejects(bob.rpc("rpc_rename_character", { idem_key: key(), character_id: hero, name: "Thief" }));
  await assert.rejects(bob.rpc("rpc_start_battle", { idem_key: key(), kind: BATTLE.PVE, character_ids: [hero] }));
});
