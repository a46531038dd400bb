// Applies one break after the other to a checkout, builds the tests that must fail, and checks that they do.
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";
import { breaks } from "./breaks.mjs";
import { apply } from "./edit.mjs";
import { runInGroup } from "./group.mjs";

const [copy, ...wanted] = process.argv.slice(2);
const build = join(copy, "build/release");

function run(command, words, options = {}) {
  const done = spawnSync(command, words, { cwd: copy, encoding: "utf8", maxBuffer: 1 << 26, ...options });
  if (done.error) throw done.error;
  return { ok: done.status === 0, text: done.stdout + done.stderr };
}

// Builds the programs that the tests run. Tests with real clients need the host and the modules, those of the tests, and
// the libraries that they preload.
const FOR_CLIENTS = ["server", "bad_modules", "steps", "points", "auction_good", "auction_bad", "trial_v1", "trial_v2"];
function make(notices) {
  const tests = notices.filter((name) => !/^(e2e|crash)_/.test(name));
  const needed = tests.length === notices.length ? tests : [...tests, ...FOR_CLIENTS];
  return run("ninja", ["-C", build, "-j", String(cpus().length), ...needed]);
}

const restore = () => run("git", ["checkout", "-q", "--", "."]);
// A broken host may hang. The test and its processes are then killed, long before the test's own limit.
const passes = async (name) => {
  const words = ["--test-dir", build, "-R", `^${name}$`, "--no-tests=error"];
  return (await runInGroup("ctest", words, { cwd: copy, timeoutMs: 240_000 })).ok;
};

const chosen = breaks.filter(({ promise }) => wanted.length === 0 || wanted.includes(promise));
const all = [...new Set(chosen.flatMap(({ notices }) => notices))];
restore();
console.log(`configuring and building; ${all.join(", ")} must pass first`);
const configured = run("cmake", ["-S", copy, "-B", build, "-G", "Ninja", "-DSERAI_BUILD_TESTS=ON"]);
const built = configured.ok ? make(all) : configured;
if (!built.ok) throw new Error(built.text.slice(-4000));
for (const name of all) {
  if (!(await passes(name))) throw new Error(`${name} fails without any break`);
}

let unnoticed = 0;
for (const one of chosen) {
  process.stdout.write(`${one.promise.padEnd(10)} ${one.broken}\n`);
  try {
    for (const edit of one.edits) apply(copy, edit);
    const broken = make(one.notices);
    if (!broken.ok) throw new Error(`does not build:\n${broken.text.slice(-2000)}`);
    for (const name of one.notices) {
      const noticed = !(await passes(name));
      if (!noticed) unnoticed += 1;
      console.log(`${" ".repeat(10)} ${noticed ? "noticed by" : "NOT NOTICED by"} ${name}`);
    }
  } catch (error) {
    unnoticed += 1;
    console.log(`${" ".repeat(10)} ${error.message}`);
  } finally {
    restore();
  }
}
console.log(unnoticed === 0 ? "every break is noticed" : `${unnoticed} not noticed`);
process.exit(unnoticed === 0 ? 0 : 1);
