// FakeHost, FakeReleases: give fixed answers to operators' requests, for tests of the ops plane.
#pragma once

#include <atomic>
#include <functional>

#include "base/json_text.hpp"
#include "ports/admin.hpp"

namespace serai::testing {

// {"<name>":"<text>"<more>}
inline std::string json_member(const char* name, std::string_view text, const char* more = "") {
  std::string json = std::string("{\"") + name + "\":";
  append_json_string(text, json);
  return json + more + '}';
}

struct FakeHost final : HostAdmin {
  std::string status() const override { return R"({"pid":1})"; }
  std::string matches() const override { return R"({"matches":[]})"; }
  std::string sessions() const override { return R"({"sessions":3})"; }
  std::string timers() const override { return R"({"timers":[]})"; }
  std::string config(bool with_origin) const override {
    return with_origin ? R"({"origin":true})" : R"({"origin":false})";
  }
  Result<std::string> set_config(const std::string& key, const std::string& value) override {
    if (key != "log.level") return Error{Errc::failed_precondition, key + " is not live"};
    return json_member("set", value);
  }
  Result<std::string> back_up(const std::string& file) override {
    return "{\"file\":\"" + file + "\"}";
  }
  Result<std::string> ledger_audit() override { return std::string(R"({"faults":[]})"); }
  Result<std::string> ledger_history(const std::string& account,
                                     const std::string& before) override {
    return "{\"account\":\"" + account + before + "\"}";
  }
  Result<std::string> dump_match(const std::string& match, const std::string& folder) override {
    return "{\"match_id\":\"" + match + "\",\"folder\":\"" + folder + "\"}";
  }
  Result<std::string> fork_match(const std::string& folder) override {
    return "{\"match_id\":\"of " + folder + "\"}";
  }
  Result<std::string> export_player(const std::string& user_id, const std::string& file) override {
    return "{\"exported\":\"" + user_id + " " + file + "\"}";
  }
  Result<std::string> import_player(const std::string& file) override {
    return "{\"imported\":\"" + file + "\"}";
  }
  Result<std::string> erase_player(const std::string& user_id) override {
    return "{\"erased\":\"" + user_id + "\"}";
  }
  Result<std::string> reload() override { return std::string(R"({"changed":["a"]})"); }
  void set_unready(bool on) override { ready = !on; }
  bool is_ready() const override { return ready; }
  bool is_alive() const override { return alive; }
  std::vector<DependencyHealth> dependencies() const override {
    return {{"storage", storage_ok, storage_ok ? "" : "database is locked"}, {"shards", true, ""}};
  }

  std::atomic<bool> ready = true;
  std::atomic<bool> alive = true;
  std::atomic<bool> storage_ok = true;
};

struct FakeReleases final : ReleaseAdmin {
  std::function<void()> on_swap;
  Error swap_error{Errc::not_found, "no release v9"};  // the answer to swap("v9")
  std::string status() const override { return R"({"release":"v1"})"; }
  std::vector<RunningModule> modules() const override {
    return {{"battle", "1.2.0", 7}, {"trade", "1.0.0", 3}};
  }
  std::string releases() const override { return R"({"releases":["v1"]})"; }
  Result<std::string> swap(const std::string& release) override {
    if (on_swap) on_swap();
    if (release == "v9") return swap_error;
    return json_member("swapped", release);
  }
  Result<std::string> rollback() override {
    return Error{Errc::failed_precondition, "nothing to roll back"};
  }
  Result<std::string> dry_run(const std::string& release) override {
    return json_member("tried", release);
  }
  Result<std::string> contracts(const std::string& release) override {
    return json_member("release", release, R"(,"files":{})");
  }
};

}  // namespace serai::testing
