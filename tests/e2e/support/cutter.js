// A TCP proxy before the host that breaks connections: at random, but the same way for the same seed.
import { createServer, connect } from "node:net";

// A small random generator: numbers in [0, 1).
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Cutter {
  // It cuts only when told to, until begin().
  static async before(host) {
    const cutter = new Cutter();
    cutter.target = host.port;
    cutter.open = new Set();
    cutter.cuts = 0;
    cutter.connections = 0;
    cutter.isDown = false;
    cutter.server = createServer({ allowHalfOpen: false }, (client) => cutter.#connected(client));
    await new Promise((done) => cutter.server.listen(0, "127.0.0.1", done));
    cutter.port = cutter.server.address().port;
    return cutter;
  }

  #connected(client) {
    if (this.isDown) return client.destroy();
    this.connections += 1;
    const host = connect(this.target, "127.0.0.1");
    const pair = { isStalled: false };
    pair.cut = () => {
      if (!this.open.delete(pair)) return;
      clearTimeout(pair.timer);
      client.destroy();
      host.destroy();
    };
    this.open.add(pair);
    const budgets = this.random && [this.random() * this.bytesMax, this.random() * this.bytesMax];
    this.#pipe(pair, client, host, budgets?.[0]);
    this.#pipe(pair, host, client, budgets?.[1]);
    if (this.random) pair.timer = setTimeout(() => this.#cut(pair), this.random() * this.millisecondsMax);
  }

  // Passes at most `budget` bytes on, so that a cut may come in the middle of a frame.
  #pipe(pair, from, to, budget = Infinity) {
    let left = Math.floor(budget);
    from.on("data", (chunk) => {
      if (pair.isStalled) return;
      const limit = this.random ? Math.max(left, 0) : Infinity;
      to.write(chunk.length > limit ? chunk.subarray(0, limit) : chunk, () => {
        if (chunk.length > limit) this.#cut(pair);
      });
      left -= chunk.length;
    });
    from.on("close", () => pair.cut());
    from.on("error", () => pair.cut());
  }

  #cut(pair) {
    if (this.random && this.open.has(pair)) this.cuts += 1;
    if (this.random) pair.cut();
  }

  // Cuts all connections now.
  cut() {
    this.cuts += this.open.size;
    for (const pair of [...this.open]) pair.cut();
  }
  // Connections stay open, but nothing passes any more.
  stall() {
    for (const pair of this.open) pair.isStalled = true;
  }
  // No connection is possible until up().
  down() {
    this.isDown = true;
    this.cut();
  }
  up() {
    this.isDown = false;
  }
  // From now on each connection is cut after a random number of bytes, or a random time.
  begin(random, { bytesMax = 6_000, millisecondsMax = 1_000 } = {}) {
    Object.assign(this, { random, bytesMax, millisecondsMax });
    this.cut();
  }
  // No more random cuts.
  calm() {
    this.random = undefined;
  }

  close() {
    this.server.close();
    for (const pair of [...this.open]) pair.cut();
  }
}
