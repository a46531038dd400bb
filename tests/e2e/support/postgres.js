// A PostgreSQL server for the tests of one process; it ends with the process, even after a crash.
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../../../scripts/postgres", import.meta.url));
let folder;
let databases = 0;

function run(program, ...words) {
  const done = spawnSync(program, words, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${program} ${words.join(" ")}: ${done.stdout}${done.stderr}`);
  return done.stdout.trim();
}

// Makes an empty database, and returns its url.
export function makeDatabase() {
  if (folder === undefined) {
    folder = mkdtempSync(join(tmpdir(), "serai-pg-"));
    run(SCRIPT, "start", folder, "--volatile", "--until", String(process.pid));
  }
  const name = `test${databases++}`;
  run("psql", "--quiet", `--host=${folder}`, "--username=serai", "--dbname=serai", `--command=CREATE DATABASE ${name}`);
  return `postgresql://serai@/${name}?host=${folder}`;
}

export const killServer = () => run(SCRIPT, "kill", folder);
export const restartServer = () => run(SCRIPT, "start", folder, "--volatile");
