// Starts the real host on free ports with a data folder of its own, and stops it again.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { makeDatabase } from "./postgres.js";

export const TOP = fileURLToPath(new URL("../../..", import.meta.url));
// A build folder: bin/host, and the modules as modules/<target>/<name>.so.
export const BUILD = resolve(process.env.SERAI_BUILD ?? join(TOP, "build/release"));
export const HOST = join(BUILD, "bin/host");

export const V1 = { battle: "battle_v1", character: "character_v1", trade: "trade", campaign: "campaign" };
export const V2 = { ...V1, battle: "battle_v2", character: "character_v2" };

// A module of tests/bad_modules.
export const faulty = (name) => join(BUILD, "bad_modules", `${name}.so`);

// A scratch folder with releases in it. `targets` maps a module's name to its target, or to a library's path.
export class Releases {
  constructor() {
    this.root = mkdtempSync(join(tmpdir(), "serai-e2e-"));
    this.folder = join(this.root, "releases");
    mkdirSync(this.folder);
  }

  // `policies`: { battle: "drain" }.
  publish(version, targets, edit = () => {}, policies = {}) {
    const draft = join(this.folder, `.${version}.draft`);
    mkdirSync(draft, 0o755);
    for (const [name, target] of Object.entries(targets)) {
      const library = target.includes("/") ? target : join(BUILD, "modules", target, `${name}.so`);
      cpSync(library, join(draft, `${name}.so`));
    }
    const wanted = Object.entries(policies).flatMap(([name, policy]) => ["--policy", `${name}=${policy}`]);
    const made = spawnSync(HOST, ["check", "--write-manifest", draft, "--release", version, ...wanted], {
      encoding: "utf8",
    });
    if (made.status !== 0) throw new Error(`no manifest: ${made.stdout}${made.stderr}`);
    spawnSync("chmod", ["-R", "u+w", draft]); // the host has made it read-only; the edit needs to write
    edit(draft);
    spawnSync("chmod", ["-R", "a-w", draft]);
    renameSync(draft, join(this.folder, version));
    return this;
  }

  // Puts another library into a published release and updates its manifest.
  replace(version, module, library) {
    const folder = join(this.folder, version);
    spawnSync("chmod", ["-R", "u+w", folder]);
    cpSync(library, join(folder, `${module}.so`));
    const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
    const entry = manifest.modules.find((one) => one.name === module);
    entry.sha256 = createHash("sha256").update(readFileSync(library)).digest("hex");
    writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
    spawnSync("chmod", ["-R", "a-w", folder]);
  }

  // Flips `current` as a deployment does: a new link renamed over the old one.
  use(version) {
    const fresh = join(this.folder, `.current.${process.hrtime.bigint()}`);
    symlinkSync(version, fresh);
    renameSync(fresh, join(this.folder, "current"));
  }

  remove() {
    spawnSync("chmod", ["-R", "u+w", this.root]);
    rmSync(this.root, { recursive: true, force: true });
  }
}

// With SERAI_DATABASE=postgresql the hosts of one folder share a PostgreSQL database instead of SQLite's file.
function databaseOf(releases) {
  if (process.env.SERAI_DATABASE !== "postgresql") return {};
  releases.database ??= makeDatabase();
  return { "storage.url": releases.database };
}

export class Host {
  // `modules` holds the content of config/modules/<name>.json.
  static async start(releases, options = {}) {
    const { modules = {}, args = [], env = {}, profile = "development" } = options;
    const settings = { ...databaseOf(releases), ...options.settings };
    const { data = join(releases.root, "data") } = options;
    const config = join(releases.root, "config");
    cpSync(join(TOP, "config"), config, { recursive: true });
    mkdirSync(join(config, "modules"), { recursive: true });
    for (const [name, content] of Object.entries(modules)) {
      writeFileSync(join(config, "modules", `${name}.json`), JSON.stringify(content));
    }
    const set = Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
    const host = await Host.launch({
      words: ["run", "--config", join(config, "host.json"), "--profile", profile, "--modules", join(releases.folder, "current"),
        "--data", data, "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0", ...set, ...args],
      env,
    });
    host.releases = releases;
    host.data = data;
    return host;
  }

  // Starts the program with exactly these arguments, in the folder `cwd`.
  static async launch({ program = HOST, words, cwd, env = {} }) {
    const host = new Host();
    host.lines = [];
    host.watchers = new Set();
    host.process = spawn(program, words, { cwd, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
    host.exited = new Promise((done) => host.process.on("exit", (code, signal) => done({ code, signal })));
    createInterface({ input: host.process.stderr }).on("line", (line) => host.#logged(line));
    const out = createInterface({ input: host.process.stdout });
    host.said = [];
    out.on("line", (line) => host.said.push(line));
    host.fellSilent = new Promise((done) => out.once("close", done));
    host.ready = await new Promise((done, fail) => {
      out.once("line", (line) => done(JSON.parse(line)));
      host.exited.then(({ code }) => fail(new Error(`the host ended with ${code}:\n${host.tail()}`)));
    });
    [, host.port] = host.ready.client.split(":");
    host.ops = `http://${host.ready.ops}`;
    return host;
  }

  #logged(raw) {
    let line;
    try {
      line = JSON.parse(raw);
    } catch {
      line = { event: "unparsable", text: raw };
    }
    this.lines.push(line);
    for (const watcher of this.watchers) watcher(line);
  }

  tail(count = 30) {
    return this.lines.slice(-count).map((line) => JSON.stringify(line)).join("\n");
  }

  // The first log line, past or future, that `like` accepts.
  async logged(like, what, timeoutMs = 60_000) {
    const found = this.lines.find(like);
    if (found) return found;
    return new Promise((done, fail) => {
      const timer = setTimeout(() => {
        this.watchers.delete(watcher);
        fail(new Error(`never logged: ${what}\n${this.tail()}`));
      }, timeoutMs).unref();  // the host keeps the test alive for as long as it may log
      const watcher = (line) => {
        if (!like(line)) return;
        clearTimeout(timer);
        this.watchers.delete(watcher);
        done(line);
      };
      this.watchers.add(watcher);
    });
  }

  #ctlWords(words) {
    return ["ctl", ...words, "--config", join(this.releases.root, "config/host.json"), "--ops-listen", this.ready.ops,
      "--data", this.data];
  }

  ctl(...words) {
    const done = spawnSync(HOST, this.#ctlWords(words), { encoding: "utf8" });
    return { status: done.status, out: done.stdout, err: done.stderr };
  }

  // The same for commands that take long: players go on meanwhile.
  async ctlAsync(...words) {
    const child = spawn(HOST, this.#ctlWords(words), { stdio: ["ignore", "pipe", "pipe"] });
    const [out, err, status] = await Promise.all([
      text(child.stdout), text(child.stderr), new Promise((done) => child.on("close", done)),
    ]);
    return { status, out, err };
  }

  // An admin request without a process of its own: its status, and its answer or reason.
  async admin(path, body = {}) {
    const answer = await fetch(this.ops + path, {
      method: "POST",
      headers: { authorization: `Bearer ${readFileSync(join(this.data, "admin.token"), "utf8").trim()}` },
      body: JSON.stringify(body),
    });
    return { status: answer.status, ...(await answer.json()) };
  }

  swap(release) {
    return this.admin("/v1/swap", { release });
  }

  // Every line of the host's standard output; waits for its end.
  async everythingSaid() {
    await this.fellSilent;
    return this.said;
  }

  async get(path) {
    const answer = await fetch(this.ops + path);
    return { status: answer.status, text: await answer.text() };
  }

  kill(signal = "SIGKILL") {
    this.process.kill(signal);
    return this.exited;
  }

  async stop() {
    return this.kill("SIGTERM");
  }
}

// Everything a test file needs: a release or two, a host, and the clean-up.
export async function world({ versions = { "v1.0.0": V1 }, use = "v1.0.0", ...options } = {}) {
  const releases = new Releases();
  for (const [version, targets] of Object.entries(versions)) releases.publish(version, targets);
  releases.use(use);
  const host = await Host.start(releases, options);
  return {
    releases,
    host,
    async close() {
      await host.stop();
      releases.remove();
    },
  };
}
