// The file that the host shares with the test through points.c: the order to die, and when commits were on disk.
// Times are milliseconds of the monotonic clock, which is the same in both processes.
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";

const RING = 512;
const WORD = { armed: 0, dieAt: 1, diedAt: 2, commits: 3, gaps: 4, ends: 8, gapAt: 8 + RING, gapLength: 8 + 2 * RING };
const WORDS = 8 + 3 * RING;

export const now = () => Number(process.hrtime.bigint()) / 1e6;

export class Recorder {
  constructor(path) {
    this.path = path;
    writeFileSync(path, Buffer.alloc(WORDS * 8));
  }

  #put(word, value) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(Math.round(value)));
    const file = openSync(this.path, "r+");
    writeSync(file, bytes, 0, 8, word * 8);
    closeSync(file);
  }

  arm() {
    this.#put(WORD.armed, 1);
  }

  // The host ends itself then, whatever it does.
  dieAt(ms) {
    this.#put(WORD.dieAt, ms * 1e6);
  }

  // What the host could do before its end at `killedAt` (undefined: it has ended itself).
  read(killedAt) {
    const bytes = readFileSync(this.path);
    const ms = (word) => Number(bytes.readBigUInt64LE(word * 8)) / 1e6;
    const ring = (word) => Array.from({ length: RING }, (_, i) => ms(word + i));
    const lengths = ring(WORD.gapLength);
    return {
      at: ms(WORD.diedAt) || killedAt,
      ends: ring(WORD.ends).filter((end) => end > 0).sort((a, b) => a - b),
      gaps: ring(WORD.gapAt).map((at, i) => ({ at, length: lengths[i] })).filter((gap) => gap.at > 0),
    };
  }
}
