// Random numbers that a seed repeats.
//
// Source  mulberry32 (Ettinger, public domain).
export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  #next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let word = this.state;
    word = Math.imul(word ^ (word >>> 15), word | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return (word ^ (word >>> 14)) >>> 0;
  }

  // low and high included
  between(low, high) {
    return low + (this.#next() % (high - low + 1));
  }

  chance(share) {
    return this.#next() / 2 ** 32 < share;
  }

  pick(list) {
    return list[this.between(0, list.length - 1)];
  }

  id() {
    const word = () => this.#next().toString(16).padStart(8, "0");
    return word() + word() + word() + word();
  }

  // Random numbers of its own, so that one client's do not depend on how fast another one is.
  fork() {
    return new Random(this.#next());
  }
}
