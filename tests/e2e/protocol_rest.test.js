import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { world } from "./support/host.js";
import { client, Player, refusal } from "./support/player.js";
import { Session } from "@heroiclabs/nakama-js";

let w;
before(async () => {
  w = await world();
});
after(() => w?.close());

const raw = (path, options = {}) => fetch(`http://127.0.0.1:${w.host.port}${path}`, options);
const basic = "Basic " + Buffer.from("defaultkey:").toString("base64");

test("a device logs in twice as the same user, created once", async () => {
  const c = client(w.host);
  const device = randomUUID();
  const first = await c.authenticateDevice(device);
  const second = await c.authenticateDevice(device);
  assert.equal(first.created, true);
  assert.equal(second.created, false);
  assert.equal(first.user_id, second.user_id);
});

test("e-mail and custom ids log in, wrong passwords and unknown users do not", async () => {
  const c = client(w.host);
  const mail = `${randomUUID()}@example.com`;
  const made = await c.authenticateEmail(mail, "correct horse");
  assert.equal((await c.authenticateEmail(mail.toUpperCase(), "correct horse", false)).user_id, made.user_id);
  assert.equal((await refusal(c.authenticateEmail(mail, "wrong horse"))).status, 401);
  assert.equal((await refusal(c.authenticateEmail(mail, "short"))).code, 3);
  assert.equal((await refusal(c.authenticateCustom(randomUUID(), false))).status, 404);
  assert.ok((await c.authenticateCustom(randomUUID())).token);
});

// Names as real players have, then from all of Unicode: the client's own decoder must read every token.
const odd = ["😀😀", "阐荀槏銾", "a~b~c~d", ">>>", "???", "é\\\"/+", "\u{10ffff}"];
const randomName = () => {
  const length = 1 + Math.floor(Math.random() * 24);
  let name = "";
  while (name.length < length) {
    const point = 0x20 + Math.floor(Math.random() ** 3 * 0x10ffdf);
    if (point !== 0x7f && (point < 0xd800 || point > 0xdfff)) name += String.fromCodePoint(point);
  }
  return Buffer.byteLength(name) > 128 ? randomName() : name;
};

test("the client reads the name and the variables in 20,000 tokens, and in their refresh tokens", async () => {
  const names = new Set(odd);
  while (names.size < 20_000) names.add(randomName());
  const waiting = [...names];
  const login = async (username) => {
    const vars = { [randomName()]: randomName() };
    const answer = await raw(`/v2/account/authenticate/custom?username=${encodeURIComponent(username)}`, {
      method: "POST", headers: { Authorization: basic }, body: JSON.stringify({ id: randomUUID(), vars }),
    });
    assert.equal(answer.status, 200, JSON.stringify(username));
    const { token, refresh_token: refresh } = await answer.json();
    const session = new Session(token, refresh, true);
    assert.equal(session.username, username);
    assert.deepEqual({ ...session.vars }, vars);
    const claims = JSON.parse(atob(refresh.split(".")[1]));
    assert.deepEqual([claims.usn, claims.vrs], [username, vars]);
  };
  const worker = async () => {
    while (waiting.length) await login(waiting.pop());
  };
  await Promise.all(Array.from({ length: 32 }, worker));
});

test("variables no request could carry are refused at login; the longest that fit are of use", async () => {
  const c = client(w.host);
  const id = randomUUID();
  const name = "~".repeat(120) + id.slice(0, 8);
  const refused = await refusal(c.authenticateCustom(id, true, name, { padding: "x".repeat(3_800) }));
  assert.deepEqual([refused.status, refused.code], [400, 3]);
  assert.match(refused.message, /^Session variables too large: the token would have \d+ bytes, a request can carry 3584/);
  const session = await c.authenticateCustom(id, true, name, { padding: "x".repeat(1_500) });
  assert.equal(session.created, true, "the refused login made no account");
  assert.equal((await c.getAccount(session)).user.username, name);
  const fresh = await c.sessionRefresh(session);
  assert.equal((await c.getAccount(fresh)).user.username, name);
});

test("a taken user name is refused on creation", async () => {
  const c = client(w.host);
  const name = `taken${randomUUID().slice(0, 8)}`;
  await c.authenticateDevice(randomUUID(), true, name);
  assert.deepEqual(await refusal(c.authenticateDevice(randomUUID(), true, name)).then((r) => [r.status, r.code]), [409, 6]);
});

test("the wrong server key is refused", async () => {
  const answer = await refusal(client(w.host, "guess").authenticateDevice(randomUUID()));
  assert.deepEqual([answer.status, answer.code, answer.message], [401, 16, "Server key invalid"]);
});

test("a session is refreshed, and logged out for good", async () => {
  const c = client(w.host);
  const session = await c.authenticateDevice(randomUUID());
  const fresh = await c.sessionRefresh(session);
  assert.equal(fresh.user_id, session.user_id);
  await c.sessionLogout(session, session.token, session.refresh_token);
  const bearer = { headers: { Authorization: `Bearer ${session.token}` } };
  const gone = await raw("/v2/account", bearer);
  assert.equal(gone.status, 401);
  assert.equal((await gone.json()).message, "Auth token invalid");
});

test("an account is read, changed and deleted", async () => {
  const player = await Player.enter(w.host);
  await player.client.updateAccount(player.session, { display_name: "Ann", location: "Harbor" });
  const account = await player.client.getAccount(player.session);
  assert.equal(account.user.display_name, "Ann");
  assert.equal(account.user.location, "Harbor");
  assert.equal(account.devices.length, 1);
  const found = await player.client.getUsers(player.session, [player.session.user_id], []);
  assert.equal(found.users[0].username, player.name);
  await player.client.deleteAccount(player.session);
  assert.equal((await raw("/v2/account", { headers: { Authorization: `Bearer ${player.session.token}` } })).status, 401);
});

test("storage objects are written, read, listed and deleted under their rules", async () => {
  const ann = await Player.enter(w.host);
  const bob = await Player.enter(w.host);
  const write = (value, version) =>
    ann.client.writeStorageObjects(ann.session, [
      { collection: "saves", key: "one", value, version, permission_read: 2, permission_write: 1 },
    ]);
  const first = (await write({ gold: 1 }, "*")).acks[0];
  assert.equal((await refusal(write({ gold: 2 }, "*"))).code, 3);
  const second = (await write({ gold: 2 }, first.version)).acks[0];
  assert.notEqual(first.version, second.version);
  const id = { collection: "saves", key: "one", user_id: ann.session.user_id };
  const seen = await bob.client.readStorageObjects(bob.session, { object_ids: [id] });
  assert.deepEqual(seen.objects[0].value, { gold: 2 });
  const listed = await bob.client.listStorageObjects(bob.session, "saves", ann.session.user_id, 10);
  assert.equal(listed.objects.length, 1);
  assert.equal((await refusal(bob.client.deleteStorageObjects(bob.session, { object_ids: [id] }))).code, 3);
  await ann.client.deleteStorageObjects(ann.session, { object_ids: [{ collection: "saves", key: "one" }] });
  assert.deepEqual((await bob.client.readStorageObjects(bob.session, { object_ids: [id] })).objects, []);
});

test("rpcs answer by session and by http key, wrapped and unwrapped", async () => {
  const player = await Player.enter(w.host);
  const markets = await player.rpc("rpc_list_markets");
  assert.ok(markets.towns.length > 1);
  const byKey = await player.client.rpcHttpKey("defaulthttpkey", "RPC_LIST_MARKETS", {});
  assert.ok(byKey.payload.towns.length > 1);
  const bare = await raw("/v2/rpc/rpc_list_markets?unwrap", {
    method: "POST",
    body: "{}",
    headers: { Authorization: `Bearer ${player.session.token}`, "Content-Type": "application/json" },
  });
  assert.ok((await bare.json()).towns.length > 1);
  const unknown = await refusal(player.client.rpc(player.session, "no_such_function", {}));
  assert.deepEqual([unknown.status, unknown.code, unknown.error], [404, 5, unknown.message]);
  const wrong = await raw("/v2/rpc/rpc_list_markets?http_key=guess");
  assert.deepEqual([wrong.status, (await wrong.json()).message], [401, "HTTP key invalid"]);
});

test("every kind of bad input gets its own answer", async () => {
  const cases = [
    ["/", {}, 200],
    ["/healthcheck", {}, 200],
    ["/nowhere", {}, 404, 5],
    ["/v2/account", { method: "PATCH" }, 501, 12],
    ["/v2/account", {}, 401, 16],
    ["/v2/account/authenticate/device", { method: "POST", headers: { Authorization: basic }, body: "{" }, 400, 3],
    ["/v2/account/authenticate/device", { method: "POST", headers: { Authorization: basic }, body: "[]" }, 400, 3],
    ["/v2/account/authenticate/device", { method: "POST", headers: { Authorization: basic }, body: '{"id":5}' }, 400, 3],
    ["/v2/account/authenticate/device", { method: "POST", headers: { Authorization: basic }, body: '{"id":"short"}' }, 400, 3],
    ["/v2/account/authenticate/device",
      { method: "POST", headers: { Authorization: basic }, body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) }, 400, 3],
    ["/v2/account/authenticate/device",
      { method: "POST", headers: { Authorization: basic }, body: `{"id":"${"x".repeat(300_000)}"}` }, 400, 3],
    ["/v2/account/authenticate/steam", { method: "POST", headers: { Authorization: basic }, body: '{"token":"t"}' }, 400, 9],
  ];
  for (const [path, options, status, code] of cases) {
    const answer = await raw(path, options);
    assert.equal(answer.status, status, `${options.method ?? "GET"} ${path}`);
    if (code) assert.equal((await answer.json()).code, code, path);
  }
});

test("what the protocol has and this server does not offer says so", async () => {
  const player = await Player.enter(w.host);
  const calls = [
    () => player.client.listFriends(player.session),
    () => player.client.listGroups(player.session, "x"),
    () => player.client.listLeaderboardRecords(player.session, "board"),
    () => player.client.listTournaments(player.session),
  ];
  for (const call of calls) {
    const answer = await refusal(call());
    assert.deepEqual([answer.status, answer.code], [501, 12]);
    assert.match(answer.message, /not offered/);
  }
});
