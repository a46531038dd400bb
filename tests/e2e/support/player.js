// A player: an unmodified nakama-js client with a session and a socket.
import { Client } from "@heroiclabs/nakama-js";
import WebSocket from "ws";
import { randomUUID } from "node:crypto";

// Browsers have this global, and the client library uses it.
globalThis.WebSocket ??= WebSocket;

// The client library sets a timer for every request and never cancels it. These timers must not keep a finished test
// file alive, but a test's own must. They are recognized by their length.
const REQUEST_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 30_000;
const armed = globalThis.setTimeout;
globalThis.setTimeout = (...args) => {
  const timer = armed(...args);
  if (args[1] === REQUEST_TIMEOUT_MS || args[1] === CONNECT_TIMEOUT_MS) timer.unref?.();
  return timer;
};

export const SERVER_KEY = "defaultkey";

export function client(host, key = SERVER_KEY) {
  return new Client(key, "127.0.0.1", host.port, false, REQUEST_TIMEOUT_MS, true);
}

// The status and body of a call that failed, as clients see them.
export async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof Response)) throw error;
    return { status: error.status, ...(await error.json()) };
  }
  throw new Error("the call was expected to be refused");
}

export class Player {
  // The same `device` is the same player again.
  static async enter(host, name = `p${randomUUID().slice(0, 8)}`, device = randomUUID()) {
    const player = new Player();
    player.name = name;
    player.device = device;
    player.client = client(host);
    player.session = await player.client.authenticateDevice(device, true, name);
    player.events = [];
    player.waiting = new Set();
    player.disconnects = 0;
    return player;
  }

  // `adapter`: of the client library, for the socket; `through`: a proxy for the socket; `heartbeatMs`: between pings.
  async connect(status = false, { adapter, through, heartbeatMs } = {}) {
    const opener = through ? client(through) : this.client;
    this.socket = opener.createSocket(false, false, adapter);
    if (heartbeatMs) this.socket.setHeartbeatTimeoutMs(heartbeatMs);
    this.socket.ondisconnect = () => {
      this.disconnects += 1;
    };
    this.socket.onmatchdata = (data) => this.#heard("data", data);
    this.socket.onmatchpresence = (event) => this.#heard("presence", event);
    this.socket.onnotification = (event) => this.#heard("notification", event);
    this.socket.onstatuspresence = (event) => this.#heard("status", event);
    await this.socket.connect(this.session, status);
    return this;
  }

  #heard(type, event) {
    const entry = { type, event, at: Date.now() };
    this.events.push(entry);
    for (const waiter of this.waiting) waiter(entry);
  }

  // The first event after `from` that `like` accepts.
  async hears(type, like = () => true, { from = 0, timeoutMs = 20_000 } = {}) {
    const fits = (entry) => entry.type === type && like(entry.event);
    const found = this.events.slice(from).find(fits);
    if (found) return found.event;
    return new Promise((done, fail) => {
      const waiter = (entry) => {
        if (!fits(entry)) return;
        clearTimeout(timer);
        this.waiting.delete(waiter);
        done(entry.event);
      };
      const timer = setTimeout(() => {
        this.waiting.delete(waiter);
        fail(new Error(`${this.name} never heard ${type}: ${JSON.stringify(this.events.slice(-5))}`));
      }, timeoutMs);
      this.waiting.add(waiter);
    });
  }

  // An RPC over REST; the answer as an object. Retries with the same idem_key are safe.
  async rpc(id, input = {}) {
    return (await this.client.rpc(this.session, id, input)).payload ?? {};
  }

  // The same over the socket.
  async ask(id, input = {}) {
    const answer = await this.socket.rpc(id, JSON.stringify(input));
    return answer.payload ? JSON.parse(answer.payload) : {};
  }

  send(matchId, opCode, message = {}) {
    return this.socket.sendMatchState(matchId, opCode, JSON.stringify(message));
  }

  leave() {
    this.socket?.disconnect(false);
  }
}

export function decoded(data) {
  return JSON.parse(new TextDecoder().decode(data.data));
}
