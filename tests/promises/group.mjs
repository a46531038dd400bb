// Runs a command in a process group of its own, and kills the group when the command ends. So processes that a failed
// test has left behind, mostly hosts, are gone before the next test runs.
import { spawn } from "node:child_process";

const running = new Set();
const end = (pid) => {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // the group has ended by itself
  }
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    for (const pid of running) end(pid);
    process.exit(1);
  });
}

// Returns { ok, text }: whether the command ended with 0 within `timeoutMs`, and its output.
export async function runInGroup(command, words, { timeoutMs, ...options } = {}) {
  const child = spawn(command, words, { detached: true, stdio: ["ignore", "pipe", "pipe"], ...options });
  running.add(child.pid);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (more) => (text += more));
  const timer = setTimeout(() => end(child.pid), timeoutMs);
  const code = await new Promise((done, fail) => child.on("error", fail).on("exit", done));
  clearTimeout(timer);
  end(child.pid);
  running.delete(child.pid);
  return { ok: code === 0, text };
}
