// The log lines of one request: their fields, and one trace id in all places the request reaches.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { arrived, CARAVAN, fight, key, newHero, QUICK } from "./support/game.js";
import { world } from "./support/host.js";
import { Player } from "./support/player.js";

let w;
let player;
let hero;
before(async () => {
  w = await world({ modules: QUICK, settings: { "log.level": "trace" } });
  player = await (await Player.enter(w.host)).connect();
  hero = await newHero(player);
});
after(async () => {
  player.leave();
  await w.close();
});

const logged = (event, fits = () => true) => w.host.logged((line) => line.event === event && fits(line), event);

test("a trade's lines name player, rpc, road, node and duration, and the code that ran", async () => {
  const { caravan_id } = await player.rpc("rpc_create_caravan", { idem_key: key(), town: "oasis", guards: [hero] });
  const order = { idem_key: key(), caravan_id, good: "grain", quantity: 2, side: 0 };
  await player.ask("rpc_execute_trade", order);

  const traded = await logged("trade.executed");
  for (const line of [traded, await logged("rpc.executed", (one) => one.rpc === "rpc_execute_trade")]) {
    assert.equal(line.rpc, "rpc_execute_trade");
    assert.equal(line.player_id, player.session.user_id);
    assert.deepEqual([line.module, line.module_version], ["trade", "1.0.0"]);
    assert.ok(line.generation > 0 && line.duration_ms > 0 && line.node && line.session_id);
    assert.equal(line.trace_id, traded.trace_id);
  }
  assert.match(traded.trace_id, /^[0-9a-f]{32}$/);
  assert.deepEqual([traded.route_segment_code, traded.town, traded.good], ["", "oasis", "grain"]);
});

test("a sale's line names the last road the caravan came by", async () => {
  const { caravan_id } = await player.rpc("rpc_create_caravan", {
    idem_key: key(), town: "oasis", guards: [await newHero(player)],
  });
  const order = { caravan_id, good: "grain", quantity: 2 };
  await player.rpc("rpc_execute_trade", { ...order, idem_key: key(), side: "BUY" });
  await player.rpc("rpc_depart_caravan", { idem_key: key(), caravan_id, path: ["oasis_harbor", "harbor_oasis"] });
  while ((await arrived(player, caravan_id, [CARAVAN.AMBUSHED, CARAVAN.ARRIVED])).state === CARAVAN.AMBUSHED) {
    await player.rpc("rpc_resolve_ambush", { idem_key: key(), caravan_id, way: "PAY" });
  }
  await player.rpc("rpc_execute_trade", { ...order, idem_key: key(), side: "SELL" });

  const sold = await logged("trade.executed", (line) => line.side === "sell");
  assert.deepEqual([sold.route_segment_code, sold.town, sold.good], ["harbor_oasis", "oasis", "grain"]);
});

test("one trace id leads from a request through every module it reached", async () => {
  const { definitions } = await player.rpc("rpc_list_campaigns");
  const { campaign_id } = await player.rpc("rpc_start_campaign", { idem_key: key(), def_code: definitions[0].def_code });
  const node = await player.rpc("rpc_start_campaign_node", {
    idem_key: key(), campaign_id, node: "gate", character_ids: [hero],
  });
  const { trace_id } = await logged("rpc.executed", (line) => line.rpc === "rpc_start_campaign_node");

  const spans = w.host.lines.filter((line) => line.event === "handler.ran" && line.trace_id === trace_id);
  assert.deepEqual([...new Set(spans.map((line) => line.module))].sort(), ["battle", "campaign", "character"]);
  assert.ok(spans.every((line) => line.module_version === "1.0.0" && line.generation > 0 && line.duration_ms >= 0));
  const opened = spans.find((line) => line.module === "battle");
  assert.equal(opened.match_id, node.match_id);
  const caller = spans.find((line) => line.rpc === "rpc_start_campaign_node");
  assert.deepEqual([opened.caller_kind, opened.caller_key], [caller.kind, caller.key]);
  assert.deepEqual(
    [opened.caller_module, opened.caller_module_version, opened.caller_generation],
    ["campaign", "1.0.0", caller.generation],
  );
  assert.equal(caller.caller_module, undefined, "a player asked");
  await fight(player, node.battle_id, node.match_id);

  const told = await logged("handler.ran", (line) => line.rpc === "svc_battle_settled");
  assert.deepEqual([told.caller_kind, told.caller_key, told.caller_module], ["battle", node.battle_id, "battle"]);
  assert.deepEqual([told.caller_module_version, told.caller_generation], ["1.0.0", opened.generation]);
});

test("a caller's traceparent is the trace of its call", async () => {
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const answer = await fetch(`http://127.0.0.1:${w.host.port}/v2/rpc/rpc_list_markets?http_key=defaulthttpkey`, {
    headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` },
  });
  assert.equal(answer.status, 200);
  for (const event of ["handler.ran", "rpc.executed", "rest.answered"]) {
    await logged(event, (line) => line.trace_id === trace);
  }
});
