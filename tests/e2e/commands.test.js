// The commands of the documents, taken from there: start an installed stage, switch its releases with
// scripts/release, migrate its database down and up, make a module. Everything happens in scratch folders.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { accessSync, constants, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { BUILD, Host, TOP } from "./support/host.js";
import { client } from "./support/player.js";

const DEVICE = "a-device-of-this-test";

let scratch;
let stage;
let data;
let host;
before(() => {
  scratch = mkdtempSync(join(tmpdir(), "serai-commands-"));
  stage = join(scratch, "stage");
  data = join(scratch, "data");
});
after(async () => {
  await host?.kill();
  spawnSync("chmod", ["-R", "u+w", scratch]);
  rmSync(scratch, { recursive: true, force: true });
});

function run(program, words, cwd = TOP) {
  // The data folder of the only host here, set in the environment as an operator would.
  const env = { ...process.env, SERAI_DATA__DIR: data };
  const done = spawnSync(program, words, { cwd, env, encoding: "utf8", timeout: 60_000 });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

const release = (...words) =>
  run("scripts/release", [...words, "--dir", join(stage, "releases"), "--host", join(stage, "host")]);
const migrate = (...words) => run("./host", ["migrate", ...words, "--data", data], stage);

// Starts the stage as the help of scripts/build shows, with free ports and its own data folder.
function start() {
  const words = ["--modules", "releases/current", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0", "--data", data];
  return Host.launch({ program: "./host", words, cwd: stage });
}

const login = () => client(host).authenticateDevice(DEVICE, true, "commander");

test("each script says what it is for, and that is no error", () => {
  const scripts = readdirSync(join(TOP, "scripts")).filter((name) => {
    try {
      accessSync(join(TOP, "scripts", name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  assert.ok(scripts.length >= 8, `${scripts}`);
  for (const name of scripts) {
    const help = run(`scripts/${name}`, ["--help"]);
    assert.equal(help.code, 0, `${name}: ${help.err}`);
    assert.match(help.out, new RegExp(`^Usage: scripts/${name}( |$)`, "m"));
  }
});

test("a stage is started as the documents say", async () => {
  const installed = run("cmake", ["--install", BUILD, "--prefix", stage]);
  assert.equal(installed.code, 0, installed.err);

  host = await start();

  assert.equal(host.ready.release, "v1.0.0");
  assert.equal((await host.get("/healthz/ready")).status, 200);
  assert.equal((await login()).created, true);
});

test("scripts/release lists, switches and goes back, and the running host follows", async () => {
  const first = release("list");
  assert.equal(first.out, "* v1.0.0\n  v1.1.0\n", first.err);

  assert.match(release("use", "v1.1.0").out, /current is v1\.1\.0, was v1\.0\.0/);
  await host.logged((line) => line.event === "swap.probation_began", "the swap");
  assert.equal(release("list").out, "  v1.0.0\n* v1.1.0\n");

  assert.match(release("rollback").out, /the host has gone back: current is v1\.0\.0, was v1\.1\.0/);
  await host.logged((line) => line.event === "admin.requested" && line.path === "/v1/rollback", "that it was asked");
  await host.logged((line) => line.event === "swap.rolled_back", "the way back");
  assert.equal(release("list").out, first.out);

  for (const words of [["use", "v9.9.9"], ["use", "newest"], ["nonsense"], []]) {
    const refused = release(...words);
    assert.deepEqual([refused.code, refused.out], [1, ""], `${words}`);
    assert.match(refused.err, /v9\.9\.9|newest|nonsense|a command is missing/);
  }
  assert.equal(release("list").out, first.out);
});

test("scripts/release rollback moves the link alone when the host has refused what it names", async () => {
  const broken = join(stage, "releases/v1.2.0");
  mkdirSync(broken);
  writeFileSync(join(broken, "manifest.json"), "{}");

  assert.match(release("use", "v1.2.0").out, /current is v1\.2\.0, was v1\.0\.0/);
  await host.logged((line) => line.event === "swap.refused", "the refusal");
  const back = release("rollback");

  assert.match(back.out, /only the link goes back\n +current is v1\.0\.0, was v1\.2\.0/, back.err);
  rmSync(broken, { recursive: true });
  assert.equal(release("list").out, "* v1.0.0\n  v1.1.0\n");
});

test("host migrate takes a database down and up again", async () => {
  const beside = migrate("status");
  assert.match(beside.out, /^schema (\d+) of \1$/m, "a running host does not mind being looked at");
  assert.equal(migrate("down").code, 6, "but what it uses is not changed");
  await host.stop();
  assert.equal((await host.everythingSaid()).length, 1, "one line, over two swaps and a stop in order");
  const status = () => migrate("status").out;
  const newest = status();
  const number = Number(/^schema (\d+) of \1$/m.exec(newest)?.[1]);
  assert.ok(number >= 4, newest);

  assert.equal(migrate("down").code, 0);
  assert.match(status(), new RegExp(`^schema ${number - 1} of ${number}$`, "m"));
  assert.equal(migrate("up").code, 0);
  assert.equal(status(), newest);
  host = await start();
  assert.equal((await login()).created, false, "accounts are older than what was taken away");
  await host.stop();

  assert.equal(migrate("down", "0").code, 0);
  assert.match(status(), new RegExp(`^schema 0 of ${number}$`, "m"));
  assert.equal(migrate("up", String(number + 1)).code, 1);
  assert.equal(migrate("up").code, 0);
  assert.equal(status(), newest);
  assert.equal(migrate("sideways").code, 2);
});

test("scripts/release rollback moves the link alone when no host serves it", () => {
  assert.match(release("use", "v1.1.0").out, /current is v1\.1\.0, was v1\.0\.0/);

  const back = release("rollback");

  assert.match(back.out, /no running host .*only the link goes back\n +current is v1\.0\.0, was v1\.1\.0/, back.err);
  assert.equal(release("list").out, "* v1.0.0\n  v1.1.0\n");
});

// tests/sdk_installed builds and tests a module made by it.
test("scripts/new-module makes a module of its own name, once", () => {
  const tree = join(scratch, "tree");
  for (const part of ["scripts/new-module", "scripts/lib.sh", "sdk/template"]) {
    cpSync(join(TOP, part), join(tree, part), { recursive: true });
  }
  mkdirSync(join(tree, "modules"));
  const begin = (...words) => run("scripts/new-module", words, tree);

  const begun = begin("night_market");

  assert.equal(begun.code, 0, begun.err);
  assert.match(begun.out, /modules\/night_market is ready/);
  const folder = join(tree, "modules/night_market");
  const files = readdirSync(folder).sort();
  assert.deepEqual(files, ["CMakeLists.txt", "night_market.cpp", "night_market.proto", "night_market_test.cpp"]);
  const texts = files.map((name) => readFileSync(join(folder, name), "utf8")).join("");
  assert.match(texts, /message NightMarket \{/);
  assert.doesNotMatch(texts, /tavern/i);

  assert.equal(begin("night_market").code, 1);
  for (const words of [[], ["Market"], ["../market"], ["m"], ["one", "two"]]) {
    const refused = begin(...words);
    assert.deepEqual([refused.code, refused.out], [2, ""], `${words}`);
    assert.match(refused.err, /^usage: /);
  }
  assert.ok(!existsSync(join(tree, "market")));
});
