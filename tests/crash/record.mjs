// What one client has sent, and what it was answered.
//
//   unknown    sent; the answer has not come, so it may or may not have been done
//   answered   done, once; the bytes of the answer are kept
//   refused    not done
const LATEST = 300;  // answered calls whose bytes are kept
const EVERY = 25;    // of the older ones, every so many

export class Record {
  constructor() {
    this.unknown = new Set();
    this.answered = [];
    this.counts = { answered: 0, refused: 0, unknown: 0, repeated: 0 };
    this.fresh = [];  // answered, and not taken yet
  }

  open(rpc, input) {
    const call = { rpc, input, state: "unknown" };
    this.unknown.add(call);
    return call;
  }

  answer(call, bytes) {
    this.unknown.delete(call);
    Object.assign(call, { state: "answered", bytes, at: Number(process.hrtime.bigint()) / 1e6 });
    this.counts.answered += 1;
    this.answered.push(call);
    this.fresh.push(call);
    if (this.answered.length > 2 * LATEST) {
      const older = this.answered.splice(0, this.answered.length - LATEST);
      this.answered.unshift(...older.filter((one, i) => i % EVERY === 0));
    }
  }

  refuse(call, code) {
    this.unknown.delete(call);
    Object.assign(call, { state: "refused", code });
    this.counts.refused += 1;
  }

  // The calls that were answered since the last time.
  take() {
    return this.fresh.splice(0);
  }

  // Calls to repeat: the latest ones, and some older ones.
  some(random, latest = 5, older = 3) {
    const some = new Set(this.answered.slice(-latest));
    for (let i = 0; i < older && this.answered.length > latest; i += 1) some.add(random.pick(this.answered));
    return [...some];
  }
}
