import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Host, Releases, V1 } from "./support/host.js";
import { client, Player } from "./support/player.js";

// Everything in a folder, and itself, that others have rights on.
function open(folder) {
  const all = [folder, ...readdirSync(folder, { recursive: true }).map((name) => join(folder, name))];
  return all.filter((path) => (statSync(path).mode & 0o077) !== 0);
}

test("what a host keeps is for its user only, whatever the umask and whatever was there before", async () => {
  const releases = new Releases().publish("v1.0.0", V1);
  releases.use("v1.0.0");
  const before = process.umask(0);
  let host;
  try {
    host = await Host.start(releases);
    await (await Player.enter(host)).connect();
    assert.deepEqual(open(host.data), []);
    await host.stop();

    for (const path of [host.data, join(host.data, "serai.db"), join(host.data, "modules")]) chmodSync(path, 0o777);
    host = await Host.start(releases);
    assert.deepEqual(open(host.data), []);
  } finally {
    await host?.stop();
    process.umask(before);
    releases.remove();
  }
});

test("neither secrets nor what logs a player in are in the log, whatever its level", async () => {
  const releases = new Releases().publish("v1.0.0", V1);
  releases.use("v1.0.0");
  const host = await Host.start(releases, { settings: { "log.level": "trace", "runtime.http_key": "a-secret-http-key" } });
  const secrets = ["a-secret-device-0001", "a-secret-custom-0001", "a-secret-password", "a-secret-http-key", "secret@example.com"];
  try {
    const asked = client(host);
    const session = await asked.authenticateDevice(secrets[0], true);
    await asked.authenticateCustom(secrets[1], true);
    await asked.authenticateEmail(secrets[4], secrets[2], true);
    await asked.authenticateEmail(secrets[4], `${secrets[2]}-wrong`, false).catch(() => {});
    await asked.authenticateDevice("a-secret-device-0002", false).catch(() => {});
    await asked.linkDevice(session, { id: "a-secret-device-0003" });
    await asked.unlinkDevice(session, { id: "a-secret-device-0003" });
    const socket = asked.createSocket();
    await socket.connect(session, true);
    const rest = (path) => fetch(`http://127.0.0.1:${host.port}${path}`);
    await rest(`/v2/rpc/none?http_key=${secrets[3]}`);
    await rest(`/v2/account?token=${session.token}`);
    socket.disconnect(true);
    secrets.push(session.token, session.refresh_token, "a-secret-device-0002", "a-secret-device-0003");
    await host.stop();
    assert.ok(host.lines.length > 5);
    for (const line of host.lines) {
      const text = JSON.stringify(line);
      for (const secret of secrets) assert.ok(!text.includes(secret), text);
    }
  } finally {
    releases.remove();
  }
});
