// Clears campaigns: each node is a battle, whose end comes back as a stored message; the reward is paid once.
import { judgeSums } from "../checks.mjs";
import { Duelist } from "./duelist.mjs";

const CAMPAIGNS_MAX = 60;  // a player may have 64
const COMPLETED = 1;
const OPEN = 1;

export class Campaigner extends Duelist {
  async enter() {
    await super.enter();
    this.started = 0;
    this.claims = 0;
  }

  learn(rpc, answer) {
    if (rpc === "rpc_start_campaign") {
      this.campaign = answer.campaign_id;
      this.started += 1;
    } else if (rpc === "rpc_claim_campaign_reward") {
      this.claims += Number(answer.gold);
      this.campaign = undefined;
    } else if (rpc === "rpc_start_campaign_node") {
      this.begin(answer);
    } else {
      super.learn(rpc, answer);
    }
  }

  goldDue() {
    return super.goldDue() + this.claims;
  }

  #view() {
    return this.read("rpc_get_campaign", { campaign_id: this.campaign });
  }

  async start() {
    if (this.campaign === undefined) {
      if (this.started === CAMPAIGNS_MAX) return super.start();
      return this.call("rpc_start_campaign", { def_code: "desert_road" });
    }
    const view = await this.#view();
    if (view.state === COMPLETED) return this.call("rpc_claim_campaign_reward", { campaign_id: this.campaign });
    const node = view.nodes.find((one) => one.state === OPEN);
    if (node === undefined || view.battle_id) return undefined;  // the message of the last battle is on its way
    return this.call("rpc_start_campaign_node", {
      campaign_id: this.campaign, node: node.code, character_ids: [this.hero],
    });
  }

  // A battle of the campaign that is going on is the one that this player fights.
  async check() {
    const wrong = await super.check();
    if (this.campaign === undefined) return wrong;
    const view = await this.#view();
    const fights = view.battle_id ?? this.battle?.battle;
    if (this.battle) wrong.push(...judgeSums(this.name, { "battle of the campaign": [this.battle.battle, fights] }));
    return wrong;
  }
}
