#include "app/ctl_follow.hpp"

#include <algorithm>
#include <cstdio>
#include <future>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "swap/swap_stage.hpp"

namespace serai::app {
namespace {

using nlohmann::ordered_json;
using Event = ops::AdminClient::Event;

constexpr std::size_t kDivergencesShown = 10;

std::string word(const ordered_json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

std::int64_t number(const ordered_json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::optional<swap::SwapOutcome> outcome_of(const ordered_json& swap) {
  return swap::parse_outcome(word(swap, "outcome"));
}

// Prints each stage once, although every event has the whole swap.
class Printer {
 public:
  void print(const std::string& name, const ordered_json& json) {
    if (name == "swap") return print_swap(json);
    if (name == "progress") {
      std::printf("             %lld of %lld entities moved\n",
                  static_cast<long long>(number(json, "moved")),
                  static_cast<long long>(number(json, "of")));
    } else if (name == "probation") {
      print_probation(json);
    }
  }

 private:
  void print_swap(const ordered_json& swap) {
    if (number(swap, "id") != swap_) {
      swap_ = number(swap, "id");
      stages_ = 0;
      std::printf("swap %lld: %s -> %s (%s)\n",
                  static_cast<long long>(swap_),
                  word(swap, "from").c_str(),
                  word(swap, "to").c_str(),
                  word(swap, "trigger").c_str());
    }
    const auto stages = swap.find("stages");
    for (std::size_t i = stages_; stages != swap.end() && i < stages->size(); ++i) {
      const ordered_json& stage = (*stages)[i];
      if (!stage.value("ended", false)) break;
      std::printf("  %-10s %9.3f ms  %s\n",
                  word(stage, "stage").c_str(),
                  static_cast<double>(number(stage, "took_us")) / 1e3,
                  word(stage, "detail").c_str());
      if (word(stage, "stage") == to_string(swap::Stage::rehearse)) print_divergences(swap);
      stages_ = i + 1;
    }
    const std::optional<swap::SwapOutcome> outcome = outcome_of(swap);
    const std::string reason = word(swap, "reason");
    if (!outcome || !has_ended(*outcome)) return;
    if (outcome == swap::SwapOutcome::unchanged) {
      std::printf("unchanged: %s serves already\n", word(swap, "to").c_str());
      return;
    }
    std::printf(
        "%s%s%s\n", word(swap, "outcome").c_str(), reason.empty() ? "" : ": ", reason.c_str());
    if (const std::string note = word(swap, "note"); !note.empty())
      std::printf("%s\n", note.c_str());
  }

  // Prints the first few differences in how matches would go under the new version. Keys and
  // differences are printed as JSON, so that no control character of theirs reaches the terminal.
  static void print_divergences(const ordered_json& swap) {
    const auto found = swap.find("divergences");
    if (found == swap.end() || !found->is_array()) return;
    for (std::size_t i = 0; i < std::min(found->size(), kDivergencesShown); ++i) {
      const ordered_json& one = (*found)[i];
      std::printf("             goes otherwise: %s %s: %s\n",
                  word(one, "kind").c_str(),
                  ordered_json(word(one, "key")).dump().c_str(),
                  ordered_json(word(one, "difference")).dump().c_str());
    }
    if (found->size() > kDivergencesShown) {
      std::printf("             and %zu more: host ctl modules --json\n",
                  found->size() - kDivergencesShown);
    }
  }

  static void print_probation(const ordered_json& json) {
    std::printf("             %.1f s of probation left",
                static_cast<double>(number(json, "left_ms")) / 1e3);
    const auto modules = json.find("modules");
    if (modules != json.end()) {
      for (const ordered_json& one : *modules) {
        std::printf("; %s %s #%lld: %lld calls, %lld failed",
                    word(one, "module").c_str(),
                    word(one, "module_version").c_str(),
                    static_cast<long long>(number(one, "generation")),
                    static_cast<long long>(number(one, "calls")),
                    static_cast<long long>(number(one, "failures")));
      }
    }
    std::printf("\n");
  }

  std::int64_t swap_ = -1;
  std::size_t stages_ = 0;
};

class Follower {
 public:
  Follower(const ops::AdminClient& client, const std::string& body, bool as_json)
      : client_(client), body_(body), as_json_(as_json) {}

  Result<> run() {
    Result<> watched =
        client_.follow("/v2/swaps/events", [this](const Event& event) { return take(event); });
    if (!watched) return watched;
    if (!asked_.valid() && !answered_) return {Errc::unavailable, "the host ended the events"};
    if (!answered_) answered_ = asked_.get();
    if (!*answered_) return answered_->error();
    if (outcome_ == swap::SwapOutcome::rolled_back)
      return {Errc::failed_precondition, "the swap went back"};
    const ordered_json record = ordered_json::parse(**answered_, nullptr, false);
    const std::string note = record.is_object() ? word(record, "note") : "";
    return note.empty() ? success() : Result<>(Errc::failed_precondition, note);
  }

 private:
  // True to go on. The swap is requested after the first event, so that no event of it is missed.
  bool take(const Event& event) {
    if (event.name.empty()) return !is_over();
    if (event.name == "status") {
      std::packaged_task<Result<std::string>()> ask(
          [this] { return client_.post("/v1/swap", body_); });
      asked_ = ask.get_future();
      asking_ = std::jthread(std::move(ask));
      return true;
    }
    const ordered_json json = ordered_json::parse(event.json, nullptr, false);
    if (!json.is_object()) return true;
    show(event, json);
    const std::optional<swap::SwapOutcome> outcome = outcome_of(json);
    if (event.name == "swap" && outcome && has_ended(*outcome)) {
      ended_ = number(json, "id");
      outcome_ = outcome;
    }
    return event.name != "dropped" && !is_over();
  }

  void show(const Event& event, const ordered_json& json) {
    if (as_json_) {
      const ordered_json line = {{"event", event.name}, {"data", json}};
      std::printf("%s\n", line.dump().c_str());
    } else {
      printer_.print(event.name, json);
    }
    std::fflush(stdout);
  }

  // The host answers when the swap is on probation, or when it has ended before that; then the
  // answer follows the event of its end at once. Events sent before the answer may arrive after it,
  // but before the next heartbeat.
  bool is_over() {
    if (!answered_) {
      if (!asked_.valid()) return false;
      const std::chrono::seconds patience(ended_ >= 0 ? 1 : 0);
      if (asked_.wait_for(patience) != std::future_status::ready) return false;
      answered_ = asked_.get();
      if (ended_ < 0) return false;
    }
    if (!*answered_) return true;
    const ordered_json record = ordered_json::parse(**answered_, nullptr, false);
    if (!record.is_object()) return true;
    if (outcome_of(record) == swap::SwapOutcome::unchanged) {
      outcome_ = swap::SwapOutcome::unchanged;
      return true;
    }
    return number(record, "id") == ended_;
  }

  const ops::AdminClient& client_;
  std::string body_;
  bool as_json_;
  Printer printer_;
  std::int64_t ended_ = -1;
  std::optional<swap::SwapOutcome> outcome_;  // none: not ended yet
  std::optional<Result<std::string>> answered_;
  std::future<Result<std::string>> asked_;
  std::jthread asking_;  // last member: joined before the others are destroyed
};

}  // namespace

Result<> follow_swap(const ops::AdminClient& client, const std::string& body, bool as_json) {
  return Follower(client, body, as_json).run();
}

}  // namespace serai::app
