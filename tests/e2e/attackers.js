// Measures a well-behaved player's latency, and the host's memory, during attacks.
//
//   SERAI_BUILD=build/release node attackers.js [--seconds 8] [ATTACK]...
//
// Each attack runs against a host of its own, in a thread of its own, over loopback; the bystander calls one RPC
// every 20 ms beside it. One line per attack. Attacker, bystander and host share the machine's cores, so the
// figures show how fair the host is, not how fast.
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import WebSocket from "ws";
import { Host, Releases, V1 } from "./support/host.js";
import { client, Player, SERVER_KEY } from "./support/player.js";

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

function ask({ port, method = "POST", path, headers = {}, body }) {
  return new Promise((done) => {
    const asked = request({ agent, host: "127.0.0.1", port, method, path, headers: { ...headers, ...(body && { "content-length": body.length }) } }, (answer) => {
      let bytes = 0;
      answer.on("data", (chunk) => (bytes += chunk.length));
      answer.on("end", () => done({ status: answer.statusCode, bytes }));
    });
    asked.on("error", () => done({ status: 0, bytes: 0 }));
    asked.end(body);
  });
}

// `lanes` endless loops until the time is over; each step is one request or a pause.
async function lanes(count, until, step) {
  let asked = 0;
  const statuses = {};
  await Promise.all(
    Array.from({ length: count }, async (_, lane) => {
      while (Date.now() < until) {
        const answer = await step(lane, asked++);
        if (answer?.status !== undefined) statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      }
    }),
  );
  return statuses;
}

const token = async (host) => `Bearer ${(await client(host).authenticateDevice(randomUUID(), true)).token}`;
const packed = (text) => gzipSync(Buffer.from(text));
const json = { "content-type": "application/json" };

// Each attack runs until `until` (Unix milliseconds). It gets { port, ops } and returns a text to print.
const ATTACKS = {
  // The baseline: nobody attacks.
  nobody: async (host, until) => sleep(until - Date.now()),

  // A kilobyte that unpacks to a megabyte, without a token.
  packed_bodies_without_identity: (host, until) => {
    const body = packed(`{"vars":{${'"a":"b",'.repeat(120_000)}"z":"z"}}`);
    return lanes(16, until, () =>
      ask({ port: host.port, path: "/v2/rpc/rpc_list_markets", headers: { ...json, "content-encoding": "gzip" }, body }));
  },

  // The same, sent by a player.
  packed_bodies_of_a_player: async (host, until) => {
    const authorization = await token(host);
    const body = packed(JSON.stringify(`{${Array.from({ length: 30_000 }, (_, i) => `"k${i}":1`).join(",")}}`));
    return lanes(16, until, () =>
      ask({ port: host.port, path: "/v2/rpc/rpc_list_markets", headers: { ...json, authorization, "content-encoding": "gzip" }, body }));
  },

  // Packed writes of megabytes, over many connections.
  writes_in_flight: async (host, until) => {
    const authorization = await token(host);
    const value = JSON.stringify({ text: "x".repeat(900_000) });
    return lanes(48, until, (lane, n) => {
      const body = packed(JSON.stringify({ objects: [{ collection: "c", key: `k${n % 500}`, value, permission_read: 1, permission_write: 1 }] }));
      return ask({ port: host.port, method: "PUT", path: "/v2/storage", headers: { ...json, authorization, "content-encoding": "gzip" }, body });
    });
  },

  // Requests megabytes and does not read them.
  readers_that_do_not_read: async (host, until) => {
    const authorization = await token(host);
    const value = JSON.stringify({ text: "x".repeat(150_000) });
    for (let i = 0; i < 100; ++i) {
      const body = Buffer.from(JSON.stringify({ objects: [{ collection: "big", key: `k${i}`, value, permission_read: 2, permission_write: 1 }] }));
      await ask({ port: host.port, method: "PUT", path: "/v2/storage", headers: { ...json, authorization }, body });
    }
    const sockets = [];
    for (let i = 0; i < 150; ++i) {
      const socket = connect(host.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.pause();
      socket.write(`GET /v2/storage/big?limit=100 HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\n\r\n`.repeat(4));
      sockets.push(socket);
    }
    await sleep(until - Date.now());
    for (const socket of sockets) socket.destroy();
  },

  // Sockets that follow the largest allowed number of players, and then all close.
  many_follows: async (host, until) => {
    const ids = Array.from({ length: 90 }, () => randomUUID()); // as many as one message may hold
    const players = [];
    let refused = 0;
    while (Date.now() < until - 500) {
      const player = await (await Player.enter(host)).connect(true);
      players.push(player);
      for (let i = 0; i < 40 && Date.now() < until - 500; ++i) {
        ids.forEach((_, at) => (ids[at] = randomUUID()));
        await player.socket.followUsers(ids).catch(() => (refused += 1));
      }
    }
    for (const player of players) player.leave();
    await sleep(500);
    return { sockets: players.length, refused };
  },

  // Match data at full speed to members, one of whom does not read.
  loud_sender: async (host, until) => {
    const ann = await (await Player.enter(host)).connect();
    const match = await ann.socket.createMatch();
    const session = await client(host).authenticateDevice(randomUUID(), true);
    const slow = new WebSocket(`ws://127.0.0.1:${host.port}/ws?token=${session.token}&format=json`);
    await new Promise((open) => slow.once("open", open));
    slow.send(JSON.stringify({ cid: "1", match_join: { match_id: match.match_id } }));
    await sleep(200);
    slow._socket.pause();
    let closed = false;
    slow.on("close", () => (closed = true));
    while (Date.now() < until) {
      for (let i = 0; i < 50; ++i) ann.socket.sendMatchState(match.match_id, 1, "x".repeat(2000)).catch(() => {});
      await sleep(10);
    }
    const out = { sender_disconnects: ann.disconnects, slow_member_closed: closed };
    slow.terminate();
    return out;
  },

  // Guesses at one account's password.
  password_guesses: (host, until) =>
    lanes(32, until, () =>
      ask({ port: host.port, path: "/v2/account/authenticate/email?create=false", headers: { ...json, authorization: `Basic ${Buffer.from(`${SERVER_KEY}:`).toString("base64")}` }, body: Buffer.from(JSON.stringify({ email: "victim@example.com", password: `guess${Math.random()}` })) })),

  // Silent connections to the operations plane, with health requests beside them.
  slow_ops_connections: async (host, until) => {
    const { hostname, port } = new URL(host.ops);
    const sockets = Array.from({ length: 200 }, () => {
      const socket = connect(Number(port), hostname);
      socket.on("error", () => {});
      socket.write("GET /healthz/live HTTP/1.1\r\nHost:");
      return socket;
    });
    let worst = 0;
    while (Date.now() < until) {
      const began = performance.now();
      const answer = await fetch(`${host.ops}/healthz/live`).catch(() => ({ status: 0 }));
      if (answer.status !== 200) worst = Infinity;
      worst = Math.max(worst, performance.now() - began);
      await sleep(100);
    }
    for (const socket of sockets) socket.destroy();
    return { health_worst_ms: Math.round(worst) };
  },

  // Expensive requests of one player over many connections.
  dear_requests: async (host, until) => {
    const authorization = await token(host);
    return lanes(64, until, () =>
      ask({ port: host.port, path: "/v2/rpc/rpc_list_markets", headers: { ...json, authorization }, body: Buffer.from('"{}"') }));
  },
};

async function bystander(host, until) {
  const authorization = await token(host);
  const took = [];
  const failed = {};
  while (Date.now() < until) {
    const began = performance.now();
    const { status } = await ask({ port: host.port, path: "/v2/rpc/rpc_list_markets", headers: { ...json, authorization }, body: Buffer.from('"{}"') });
    if (status !== 200) failed[status] = (failed[status] ?? 0) + 1;
    took.push(performance.now() - began);
    await sleep(Math.max(0, 20 - took.at(-1)));
  }
  took.sort((a, b) => a - b);
  const at = (share) => Number(took[Math.min(took.length - 1, Math.floor(took.length * share))].toFixed(1));
  return { calls: took.length, p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(1), ...(Object.keys(failed).length && { failed }) };
}

// Peak of the resident memory, in MiB.
const peak = (host) => Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${host.process.pid}/status`, "utf8"))[1]) / 1024);

async function run(attack, seconds) {
  const releases = new Releases().publish("v1", V1);
  releases.use("v1");
  const host = await Host.start(releases);
  const address = { port: host.port, ops: host.ops };
  const before = peak(host);
  const until = Date.now() + seconds * 1000;
  const attacker = new Worker(fileURLToPath(import.meta.url), { workerData: { attack, address, until } });
  const attacked = new Promise((done, fail) => {
    attacker.once("message", done);
    attacker.once("error", fail);
  });
  await sleep(500);
  const met = await bystander(address, until);
  const did = await Promise.race([attacked, sleep(20_000).then(() => "did not end")]);
  await sleep(300);
  const after = peak(host);
  const stopping = performance.now();
  await host.stop();
  console.log(JSON.stringify({ attack, ...met, rss_mib: [before, after], stop_ms: Math.round(performance.now() - stopping), attacker: did }));
  await attacker.terminate();
  releases.remove();
}

if (isMainThread) {
  const words = process.argv.slice(2);
  let seconds = 8;
  if (words[0] === "--seconds") [, seconds] = words.splice(0, 2).map(Number);
  for (const attack of words.length ? words : Object.keys(ATTACKS)) {
    if (!ATTACKS[attack]) throw new Error(`unknown attack '${attack}'; known: ${Object.keys(ATTACKS).join(", ")}`);
    await run(attack, seconds);
  }
  process.exit(0);
} else {
  const { attack, address, until } = workerData;
  parentPort.postMessage((await ATTACKS[attack](address, until)) ?? null);
}
