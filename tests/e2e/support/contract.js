// Checks the traffic on the wire against the contracts that modules have with their clients.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import { decoded } from "./player.js";

// Clients must accept unknown members, but a host with this same contract must send none.
function closed(schema) {
  for (const [name, definition] of Object.entries(schema.$defs)) {
    if (name.endsWith(".heard")) definition.additionalProperties = false;
  }
  return schema;
}

export class Contracts {
  constructor(folder) {
    this.ajv = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false });
    this.rpcs = new Map();
    this.data = new Map();
    this.events = new Map();
    this.checked = new Map();
    for (const module of readdirSync(folder)) this.#read(module, join(folder, module));
  }

  #read(module, folder) {
    const json = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
    this.ajv.addSchema(closed(json("schema.json")), `${module}/schema.json`);
    const schema = (reference) => this.ajv.compile({ $ref: `${module}/${reference}` });
    const contract = json("contract.json");
    for (const rpc of contract.rpcs.filter((one) => one.client)) {
      this.rpcs.set(rpc.name, { request: schema(rpc.request_schema), reply: schema(rpc.reply_schema) });
    }
    for (const one of contract.data) this.data.set(one.op, schema(one.request_schema));
    for (const one of contract.events) this.events.set(one.op, schema(one.message_schema));
  }

  hold(validate, value, what) {
    assert.ok(validate(value), `${what}: ${this.ajv.errorsText(validate.errors)}: ${JSON.stringify(value)}`);
    this.checked.set(what, (this.checked.get(what) ?? 0) + 1);
  }

  // From now on, everything this player sends and receives is checked against the contract.
  watch(player) {
    const { rpc, send } = player;
    player.rpc = async (name, input = {}) => {
      this.hold(this.rpcs.get(name).request, input, `${name} request`);
      const answer = await rpc.call(player, name, input);
      this.hold(this.rpcs.get(name).reply, answer, `${name} reply`);
      return answer;
    };
    player.send = (match, op, message = {}) => {
      this.hold(this.data.get(op), message, `data ${op}`);
      return send.call(player, match, op, message);
    };
    return player;
  }

  hold_heard(player) {
    for (const { type, event } of player.events) {
      if (type === "data") this.hold(this.events.get(event.op_code), decoded(event), `event ${event.op_code}`);
    }
  }
}
