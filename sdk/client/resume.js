// Sockets that resume: an adapter for the Socket of nakama-js. When the connection breaks, the adapter connects again
// and the Socket goes on as if nothing had happened: every push and every answer comes once and in order, and messages
// that the host has not received are sent again. Only when that fails is the Socket disconnected.
//
//   const adapter = new ResumingAdapter(new WebSocketAdapterText(), { onlost: (reason) => … });
//   const socket = client.createSocket(useSSL, false, adapter);
//
// host/protocol/README.md, "Sockets that resume", describes what goes over the wire.

const CONNECTING = 0; // the WebSocket's own ready states
const OPEN = 1;
const CLOSED = 3;

const CLOSE_NORMAL = 1000;
const CLOSE_TO_RESUME = 4000; // the host keeps the session: it ends only by 1000, 1001 or no code

const DEFAULTS = {
  token: undefined, // () => session token, or a promise of one: for a connection after the first. Default: the first one
  onlost: () => {}, // (reason, message): the session is lost, and the Socket is disconnected after this call
  onbreak: () => {}, // the connection broke; messages wait
  onresume: () => {}, // the session goes on
  silenceMs: 5_000, // without a word from the host for so long after a ping, the connection counts as broken
  connectMs: 5_000, // the time for one attempt to connect
  retryMs: 100, // the pause before the second attempt; doubled each time
  retryMaxMs: 5_000,
  messagesMax: 1_024, // messages that wait for their confirmation
};

// ---- the members that the host adds; they come first in each envelope

// The number of a push in JSON: {"seq":"17",…
function textSeq(data) {
  const found = /^\{"seq":"(\d+)"/.exec(data);
  return found ? Number(found[1]) : 0;
}

// The fields of a Protobuf message, as [number, value]: a number, or the bytes of a text or a message.
function* fields(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; at < bytes.length; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const tag = varint();
    if (tag % 8 === 0) {
      yield [Math.floor(tag / 8), varint()];
    } else if (tag % 8 === 2) {
      const size = varint();
      at += size;
      yield [Math.floor(tag / 8), bytes.subarray(at - size, at)];
    } else {
      return;
    }
  }
}

const SEQ = 1000;
const RESUME = 1001;

function binarySeq(bytes) {
  const { value } = fields(bytes).next();
  return value?.[0] === SEQ ? value[1] : 0;
}

function binaryGreeting(bytes) {
  const { value } = fields(bytes).next();
  if (value?.[0] !== RESUME) return undefined;
  const text = (utf8) => new TextDecoder().decode(utf8);
  const greeting = {};
  for (const [number, member] of fields(value[1])) {
    if (number === 1) greeting.token = text(member);
    if (number === 2) greeting.keep_ms = member;
    if (number === 3) greeting.resumed = member !== 0;
    if (number === 4) greeting.received = member;
    if (number === 5) greeting.refused = text(member);
    if (number === 6) greeting.message = text(member);
  }
  return greeting;
}

const isText = (data) => typeof data === "string";
const seqOf = (data) => (isText(data) ? textSeq(data) : binarySeq(new Uint8Array(data)));
const greetingOf = (data) => (isText(data) ? JSON.parse(data).resume : binaryGreeting(new Uint8Array(data)));

const PONG = '{"pong":{}}'; // a message that the host ignores
const BINARY_PONG = new Uint8Array([0x8a, 0x02, 0x00]);

// ---- a WebSocket over many connections

// What an adapter of nakama-js uses of a WebSocket.
export class ResumingSocket {
  static CONNECTING = CONNECTING;
  static OPEN = OPEN;
  static CLOSED = CLOSED;

  onopen = null;
  onclose = null;
  onerror = null;
  onmessage = null;
  binaryType = "arraybuffer";

  #native; // the WebSocket class
  #options;
  #url;
  #link = null; // the connection; null between two attempts
  #state = CONNECTING;
  #isUp = false; // the link was greeted
  #token; // of the session
  #keepMs = 0;
  #deadline = 0; // the session is lost then
  #attempts = 0;
  #retry; // a timer
  #lastSeq = 0; // the last push that onmessage got
  #sent = 0; // messages that send() got
  #unconfirmed = []; // {number, data}: the host may not have them
  #heard = 0; // counts frames of the host
  #isBinary;

  constructor(url, native, options = {}) {
    this.#native = native;
    this.#options = { ...DEFAULTS, ...options };
    this.#url = new URL(url);
    this.#url.searchParams.set("resume", "1");
    this.#isBinary = this.#url.searchParams.get("format") === "protobuf";
    this.#connect(this.#url);
  }

  // As the user of the socket sees it: a broken connection is not closed.
  get readyState() {
    return this.#state;
  }
  get isUp() {
    return this.#isUp;
  }
  get sent() {
    return this.#sent;
  }
  get heard() {
    return this.#heard;
  }

  send(data) {
    this.#unconfirmed.push({ number: ++this.#sent, data });
    if (this.#unconfirmed.length > this.#options.messagesMax) this.#unconfirmed.shift();
    if (this.#isUp) this.#link.send(data);
  }

  // The host has the messages up to this one.
  confirm(number) {
    const first = this.#unconfirmed.findIndex((message) => message.number > number);
    this.#unconfirmed.splice(0, first < 0 ? this.#unconfirmed.length : first);
  }

  close(code = CLOSE_NORMAL, reason = "") {
    if (this.#state === CLOSED) return;
    const link = this.#dropLink();
    if (link === null || link.readyState === CLOSED) {
      queueMicrotask(() => this.#end({ code, reason, wasClean: true }));
      return;
    }
    link.onclose = (event) => this.#end(event);
    link.close(code, reason);
  }

  // The connection seems dead: makes a new one.
  renew() {
    if (this.#state !== OPEN || !this.#isUp) return;
    this.#dropLink().close(CLOSE_TO_RESUME);
    this.#broke();
  }

  // ---- connections

  #connect(url) {
    const link = new this.#native(url.href);
    link.binaryType = this.binaryType;
    this.#link = link;
    const timer = setTimeout(() => link.close(CLOSE_TO_RESUME), this.#options.connectMs);
    link.onmessage = (event) => {
      clearTimeout(timer);
      if (this.#link === link) this.#hear(event);
    };
    link.onerror = (event) => {
      if (this.#link === link && this.#state === CONNECTING) this.onerror?.(event);
    };
    link.onclose = (event) => {
      clearTimeout(timer);
      if (this.#link === link) this.#lostLink(event);
    };
  }

  // Forgets the link, so that nothing more is heard of it.
  #dropLink() {
    const link = this.#link;
    clearTimeout(this.#retry);
    this.#link = null;
    this.#isUp = false;
    return link;
  }

  #lostLink(event) {
    const wasUp = this.#isUp;
    this.#dropLink();
    if (this.#state === CONNECTING) return this.#fail(event);
    if (wasUp && event.code === CLOSE_NORMAL) return this.#end(event);
    if (wasUp) return this.#broke();
    this.#tryLater();
  }

  #broke() {
    this.#deadline = Date.now() + this.#keepMs;
    this.#attempts = 0;
    this.#options.onbreak();
    this.#tryLater();
  }

  #tryLater() {
    const { retryMs, retryMaxMs } = this.#options;
    const pause = this.#attempts === 0 ? 0 : Math.min(retryMs * 2 ** (this.#attempts - 1), retryMaxMs);
    this.#attempts += 1;
    const wait = pause * (0.5 + Math.random() / 2);
    if (Date.now() + wait >= this.#deadline) return this.#lose("expired", "No connection in the time that the host keeps a session.");
    this.#retry = setTimeout(() => this.#tryNow(), wait);
  }

  async #tryNow() {
    const url = new URL(this.#url);
    url.searchParams.set("resume_token", this.#token);
    url.searchParams.set("resume_last", String(this.#lastSeq));
    try {
      const token = await this.#options.token?.();
      if (token) url.searchParams.set("token", token);
    } catch {
      return this.#state === OPEN && this.#tryLater();
    }
    if (this.#state === OPEN) this.#connect(url);
  }

  // ---- what the host says

  #hear(event) {
    this.#heard += 1;
    if (!this.#isUp) return this.#greeted(greetingOf(event.data));
    const seq = seqOf(event.data);
    if (seq <= this.#lastSeq) return;
    this.#lastSeq = seq;
    this.onmessage?.(event);
  }

  #greeted(greeting) {
    const isFirst = this.#state === CONNECTING;
    if (!greeting) return this.#lose("no_greeting", "The host does not resume sockets.");
    if (!isFirst && !greeting.resumed) return this.#lose(greeting.refused, greeting.message);
    const received = Number(greeting.received ?? 0);
    this.confirm(received);
    if (this.#unconfirmed.length > 0 && this.#unconfirmed[0].number !== received + 1) {
      return this.#lose("requests_lost", "More messages waited than messagesMax.");
    }
    this.#token = greeting.token;
    this.#keepMs = greeting.keep_ms ?? 0;
    this.#isUp = true;
    for (const { data } of this.#unconfirmed) this.#link.send(data);
    this.send(this.#isBinary ? BINARY_PONG : PONG); // shows the host that the greeting came
    if (!isFirst) return this.#options.onresume();
    this.#state = OPEN;
    this.onopen?.({});
  }

  // ---- the end

  // The first connection failed.
  #fail(event) {
    this.onerror?.(event);
    this.#end(event);
  }

  #lose(reason, message) {
    const isFirst = this.#state === CONNECTING;
    const event = { code: 1006, reason: message, wasClean: false };
    this.#dropLink()?.close(CLOSE_NORMAL);
    if (isFirst) return this.#fail(event);
    this.#options.onlost(reason, message);
    this.#end(event);
  }

  #end(event) {
    if (this.#state === CLOSED) return;
    this.#state = CLOSED;
    this.#unconfirmed = [];
    this.onclose?.(event);
  }
}

// ---- the adapter

// Wraps an adapter of nakama-js (WebSocketAdapterText, or WebSocketAdapterPb of nakama-js-protobuf), which must make its
// WebSocket within connect().
export class ResumingAdapter {
  #inner;
  #options;
  #socket = null;
  #requests = new Map(); // cid: {number, isPing}
  #deliver = null; // the Socket's onMessage
  #watch; // a timer; undefined: no ping waits for a word from the host

  constructor(inner, options = {}) {
    this.#inner = inner;
    this.#options = { ...DEFAULTS, ...options };
  }

  get onClose() {
    return this.#inner.onClose;
  }
  set onClose(handler) {
    this.#inner.onClose = handler;
  }
  get onError() {
    return this.#inner.onError;
  }
  set onError(handler) {
    this.#inner.onError = handler;
  }
  get onOpen() {
    return this.#inner.onOpen;
  }
  set onOpen(handler) {
    this.#inner.onOpen = handler;
  }
  get onMessage() {
    return this.#deliver;
  }
  set onMessage(handler) {
    this.#deliver = handler;
    this.#inner.onMessage = (message) => this.#hear(message);
  }

  isOpen() {
    return this.#inner.isOpen();
  }

  // The inner adapter's WebSocket is a ResumingSocket.
  connect(scheme, host, port, createStatus, token) {
    const native = globalThis.WebSocket;
    const options = this.#options;
    this.#requests.clear();
    let socket;
    globalThis.WebSocket = function make(url) {
      socket = new ResumingSocket(url, native, options);
      return socket;
    };
    try {
      this.#inner.connect(scheme, host, port, createStatus, token);
    } finally {
      globalThis.WebSocket = native;
    }
    this.#socket = socket;
  }

  close() {
    clearTimeout(this.#watch);
    this.#watch = undefined;
    this.#inner.close();
  }

  // The Socket's pings are answered here at once, because the Socket gives up when a ping takes too long. They go to
  // the host as well, to find out whether the connection is alive.
  send(message) {
    const isPing = message.ping !== undefined;
    if (isPing) this.#answerPing(message.cid);
    if (isPing && !this.#socket.isUp) return;
    this.#inner.send(message);
    if (message.cid) this.#requests.set(message.cid, { number: this.#socket.sent, isPing });
    if (isPing) this.#watchSilence();
  }

  #answerPing(cid) {
    queueMicrotask(() => this.#deliver?.({ cid, pong: {} }));
  }

  #watchSilence() {
    if (this.#watch !== undefined) return;
    const socket = this.#socket;
    const { heard } = socket;
    this.#watch = setTimeout(() => {
      this.#watch = undefined;
      if (socket.heard === heard) socket.renew();
    }, this.#options.silenceMs);
    this.#watch.unref?.(); // in Node.js it does not keep the program alive
  }

  // An answer confirms the request and all messages before it: the host takes them in order.
  #hear(message) {
    const request = message.cid ? this.#requests.get(message.cid) : undefined;
    if (request) {
      this.#requests.delete(message.cid);
      this.#socket.confirm(request.number);
      if (request.isPing) return;
    }
    this.#deliver?.(message);
  }
}
