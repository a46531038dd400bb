import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import WebSocket from "ws";
import { WebSocketAdapterPb } from "@heroiclabs/nakama-js-protobuf";
import { BATTLE, key, newHero } from "./support/game.js";
import { world } from "./support/host.js";
import { Player } from "./support/player.js";

const LIMITS = { "limits.player_sockets": 3, "limits.socket_follows": 2, "limits.socket_matches": 4 };

let w;
before(async () => {
  w = await world({ settings: LIMITS });
});
after(() => w?.close());

const url = (query) => `ws://127.0.0.1:${w.host.port}/ws?${query}`;

// A raw socket, for frames that the client library would never send.
async function rawSocket() {
  const player = await Player.enter(w.host);
  const socket = new WebSocket(url(`token=${player.session.token}`));
  const inbox = [];
  const closed = new Promise((done) => socket.on("close", (code, reason) => done({ code, reason: String(reason) })));
  socket.on("message", (text) => inbox.push(JSON.parse(text)));
  await new Promise((done) => socket.on("open", done));
  return { socket, inbox, closed };
}

test("players meet in a relayed match, talk, and see each other leave", async () => {
  const ann = await (await Player.enter(w.host)).connect();
  const bob = await (await Player.enter(w.host)).connect();
  const match = await ann.socket.createMatch();
  const joined = await bob.socket.joinMatch(match.match_id);
  assert.deepEqual(joined.presences.map((p) => p.username), [ann.name]);
  await ann.hears("presence", (event) => event.joins?.some((p) => p.username === bob.name));
  const listed = await bob.client.listMatches(bob.session, 100, false);
  assert.equal(listed.matches.find((one) => one.match_id === match.match_id).size, 2);
  await bob.send(match.match_id, 7, { hello: 1 });
  const data = await ann.hears("data", (event) => event.op_code === 7);
  assert.equal(data.presence.username, bob.name);
  await bob.socket.leaveMatch(match.match_id);
  await ann.hears("presence", (event) => event.leaves?.some((p) => p.username === bob.name));
  ann.leave();
  bob.leave();
});

test("a named match is the same for everybody", async () => {
  const ann = await (await Player.enter(w.host)).connect();
  const bob = await (await Player.enter(w.host)).connect();
  const one = await ann.socket.createMatch("tavern");
  const two = await bob.socket.createMatch("tavern");
  assert.equal(one.match_id, two.match_id);
  assert.equal(two.size, 2);
  ann.leave();
  bob.leave();
});

test("friends follow each other's status", async () => {
  const ann = await (await Player.enter(w.host)).connect(true);
  const bob = await (await Player.enter(w.host)).connect();
  const seen = await bob.socket.followUsers([ann.session.user_id]);
  assert.equal(seen.presences.length, 1);
  await ann.socket.updateStatus("in the harbor");
  const event = await bob.hears("status", (e) => e.joins?.some((p) => p.status === "in the harbor"));
  assert.equal(event.joins[0].username, ann.name);
  ann.leave();
  await bob.hears("status", (e) => e.leaves?.some((p) => p.username === ann.name) && !e.joins?.length);
  bob.leave();
});

test("rpcs go over the socket in order, and errors keep it open", async () => {
  const ann = await (await Player.enter(w.host)).connect();
  const [markets, again] = await Promise.all([ann.ask("rpc_list_markets"), ann.ask("RPC_List_Markets")]);
  assert.deepEqual(markets.towns.length, again.towns.length);
  await assert.rejects(ann.socket.rpc("nothing", "{}"), (error) => error.code === 6);
  await assert.rejects(ann.ask("rpc_get_character", { character_id: "x" }), (error) => error.code === 7);
  await assert.rejects(ann.socket.joinMatch("0b1f8f9e-0000-4000-8000-000000000000.battle"), (error) => error.code === 4);
  assert.ok((await ann.ask("rpc_list_markets")).towns.length);
  assert.equal(ann.disconnects, 0);
  ann.leave();
});

test("a binary client speaks Protobuf on the same port", async () => {
  const player = await Player.enter(w.host);
  const socket = player.client.createSocket(false, false, new WebSocketAdapterPb());
  await socket.connect(player.session, true);
  const answer = await socket.rpc("rpc_list_markets", "{}");
  assert.ok(JSON.parse(answer.payload).towns.length > 1);
  const match = await socket.createMatch();
  assert.match(match.match_id, /\.$/);
  socket.disconnect(false);
});

test("what a library has to say of a message is a line of the log", async () => {
  const player = await Player.enter(w.host);
  const socket = new WebSocket(url(`token=${player.session.token}&format=protobuf`));
  const closed = new Promise((done) => socket.on("close", done));
  await new Promise((done) => socket.on("open", done));
  socket.send(Buffer.from([0x0a, 0x02, 0xff, 0xfe]));  // a cid that is no UTF-8
  await closed;
  const line = await w.host.logged((one) => one.event === "protobuf.logged", "Protobuf's line");
  assert.match(line.text, /invalid UTF-8/);
  assert.deepEqual(w.host.lines.filter((one) => one.event === "unparsable"), []);
});

test("bad upgrades are refused in words", async () => {
  const status = (query) =>
    new Promise((done) => {
      const socket = new WebSocket(url(query));
      socket.on("unexpected-response", (_, answer) => done(answer.statusCode));
      socket.on("open", () => done("open"));
      socket.on("error", () => {});
    });
  assert.equal(await status("token=nonsense"), 401);
  assert.equal(await status(""), 401);
  assert.equal(await status("token=x&format=xml"), 400);
});

const upgraded = (socket) =>
  new Promise((done) => {
    socket.on("open", () => done({ status: 101 }));
    socket.on("error", () => {});
    socket.on("unexpected-response", (_, answer) => {
      let text = "";
      answer.on("data", (part) => (text += part)).on("end", () => done({ status: answer.statusCode, text }));
    });
  });

const refused = async (limit) => {
  const { text } = await w.host.get("/metrics");
  return Number(text.match(new RegExp(`serai_refused_total{limit="${limit}"} (\\d+)`))[1]);
};

test("a logout ends the sockets of that login, and no others", async () => {
  const ann = await (await Player.enter(w.host)).connect();
  const bob = await (await Player.enter(w.host)).connect();
  const ended = new Promise((done) => (ann.socket.ondisconnect = done));
  await ann.client.sessionLogout(ann.session, ann.session.token, ann.session.refresh_token);
  assert.equal((await ended).reason, "logged out");
  assert.ok((await bob.ask("rpc_list_markets")).towns.length);
  bob.leave();
});

test("a player has so many sockets, and one more when one of them ends", async () => {
  const player = await Player.enter(w.host);
  const open = () => {
    const socket = new WebSocket(url(`token=${player.session.token}`));
    return { socket, answer: upgraded(socket) };
  };
  const three = [open(), open(), open()];
  for (const { answer } of three) assert.equal((await answer).status, 101);
  const fourth = await open().answer;
  assert.equal(fourth.status, 429);
  assert.match(fourth.text, /limit is 3 sockets: close one of them first \(limits.player_sockets\)/);
  assert.equal(await refused("player_sockets"), 1);
  const closed = new Promise((done) => three[0].socket.on("close", done));
  three[0].socket.close();
  await closed;
  const again = open();
  assert.equal((await again.answer).status, 101);
  for (const { socket } of [...three, again]) socket.close();
});

test("follows and matches of a socket have bounds that say what to do", async () => {
  const ann = await (await Player.enter(w.host)).connect();
  const others = await Promise.all([1, 2, 3].map(() => Player.enter(w.host)));
  const [one, two, three] = others.map((player) => player.session.user_id);
  await ann.socket.followUsers([one, two]);
  const fits = (words) => (error) => error.code === 3 && words.test(error.message);
  await assert.rejects(ann.socket.followUsers([three]), fits(/follow 3 users, the limit is 2 users: unfollow some first/));
  await ann.socket.unfollowUsers([one]);
  await ann.socket.followUsers([three]);
  const matches = [];
  for (let i = 0; i < 4; i += 1) matches.push(await ann.socket.createMatch());
  await assert.rejects(ann.socket.createMatch(), fits(/limits.socket_matches/));
  await ann.socket.leaveMatch(matches[0].match_id);
  await ann.socket.createMatch();
  assert.deepEqual([await refused("socket_follows"), await refused("socket_matches")], [1, 1]);
  ann.leave();
});

test("a loud sender waits for a slow member, who loses nothing and stays", async () => {
  const MESSAGES = 6_000;  // 21 MB, more than the buffers of a connection take
  const ann = await (await Player.enter(w.host)).connect();
  const match = await ann.socket.createMatch();
  const { socket, inbox, closed } = await rawSocket();
  socket.send(JSON.stringify({ cid: "1", match_join: { match_id: match.match_id } }));
  await ann.hears("presence", (event) => event.joins?.length && event.joins[0].username !== ann.name);
  let reason;
  closed.then((end) => (reason = end.reason));
  const text = "x".repeat(2_500);
  socket.pause();  // messages beyond its buffers wait at the host
  for (let i = 0; i < MESSAGES; i += 1) ann.socket.sendMatchState(match.match_id, i, text, [], true);
  const metric = async (name) => Number((await w.host.get("/metrics")).text.match(new RegExp(`^${name} (.*)$`, "m"))[1]);
  while ((await metric("serai_net_held_bytes")) === 0);  // updated four times a second
  assert.ok((await metric("serai_senders_held_total")) > 0);
  assert.equal(reason, undefined);
  const all = new Promise((done) => {
    socket.on("message", () => inbox.at(-1).match_data?.op_code === `${MESSAGES - 1}` && done("all"));
  });
  socket.resume();
  assert.equal(await Promise.race([all, closed]), "all");
  const codes = inbox.flatMap((one) => (one.match_data ? [Number(one.match_data.op_code ?? 0)] : []));
  assert.deepEqual(codes, Array.from({ length: MESSAGES }, (_, i) => i));
  socket.close();
  ann.leave();
});

test("broken envelopes close the socket, requests not offered do not", async () => {
  for (const text of ["{", '{"cid":"1","rpc":{"id":5}}', '{"cid":"1","rpc":{"id":"a","extra":1}}', "x".repeat(5000)]) {
    const { socket, closed } = await rawSocket();
    socket.send(text);
    await closed;
  }
  const { socket, inbox } = await rawSocket();
  socket.send('{"cid":"9","channel_join":{"target":"room","type":1}}');
  socket.send('{"cid":"10","ping":{}}');
  await new Promise((done) => {
    const poll = setInterval(() => {
      if (inbox.length < 2) return;
      clearInterval(poll);
      done();
    }, 5);
  });
  assert.match(inbox[0].error.message, /not offered/);
  assert.deepEqual(inbox[1], { cid: "10", pong: {} });
  socket.close();
});

test("refused match data is answered to its sender, and the client library lives with it", async () => {
  const ann = await (await Player.enter(w.host)).connect();
  const battle = await ann.rpc("rpc_start_battle", {
    idem_key: key(), kind: BATTLE.PVE, character_ids: [await newHero(ann)], enemies: 1, enemy_level: 1,
  });
  await ann.socket.joinMatch(battle.match_id);
  const refused = [];
  const refusal = new Promise((done) => {
    ann.socket.adapter._socket.addEventListener("message", ({ data }) => {
      const message = JSON.parse(data);
      if (message.error) done(refused.push(message));
    });
  });

  await ann.send(battle.match_id, 99, {});
  await refusal;  // no order is promised between it and the answers of RPCs
  await ann.socket.rpc("rpc_get_battle", JSON.stringify({ battle_id: battle.battle_id }));

  assert.deepEqual(refused, [{ error: { code: 3, message: "battle has no handler for op code 99" } }]);
  const metrics = (await w.host.get("/metrics")).text;
  assert.match(metrics, /serai_dead_letters_total\{why="data_unhandled"\} [1-9]/);
  assert.equal(ann.disconnects, 0);
  ann.leave();
});

test("a socket that ends abruptly leaves its matches", async () => {
  const ann = await (await Player.enter(w.host)).connect();
  const match = await ann.socket.createMatch();
  const player = await Player.enter(w.host);
  const socket = new WebSocket(url(`token=${player.session.token}`));
  await new Promise((done) => socket.on("open", done));
  socket.send(JSON.stringify({ cid: "1", match_join: { match_id: match.match_id } }));
  await ann.hears("presence", (event) => event.joins?.some((p) => p.username === player.name));
  socket.terminate();
  await ann.hears("presence", (event) => event.leaves?.some((p) => p.username === player.name));
  ann.leave();
});
