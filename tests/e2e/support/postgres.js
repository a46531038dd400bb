// A PostgreSQL server for the tests of one process; it ends with the process, even after a crash.
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

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

// While these run, the process does other things.
const runLong = promisify(execFile);
export const killServer = () => runLong(SCRIPT, ["kill", folder]);
export const restartServer = () => runLong(SCRIPT, ["start", folder, "--volatile"]);

// Writes the database as SQL, because the server's folder ends with this process.
export function dumpDatabase(url, file) {
  run("pg_dump", `--dbname=${url}`, `--file=${file}`);
}
