#include "app/ctl_follow.hpp"

#include <algorithm>
#include <cstdio>
#include <future>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "app/ctl_answer.hpp"

namespace serai::app {
namespace {

using nlohmann::ordered_json;
using Event = ops::AdminClient::Event;

constexpr std::size_t kDivergencesShown = 10;

// Prints events for a person. Every event contains the whole swap, so the stages already printed
// are counted and each stage is printed once.
class Printer {
 public:
  void print(const std::string& name, const ordered_json& json) {
    if (name == "swap") return print_swap(json);
    if (name == "progress") {
      std::printf("             %lld of %lld entities moved\n",
                  static_cast<long long>(read_number(json, "moved")),
                  static_cast<long long>(read_number(json, "of")));
    } else if (name == "probation") {
      print_probation(json);
    }
  }

 private:
  void print_swap(const ordered_json& swap) {
    if (read_number(swap, "id") != swap_) {
      swap_ = read_number(swap, "id");
      stages_ = 0;
      std::printf("swap %lld: %s -> %s (%s)\n",
                  static_cast<long long>(swap_),
                  read_text(swap, "from").c_str(),
                  read_text(swap, "to").c_str(),
                  read_text(swap, "trigger").c_str());
    }
    const auto stages = swap.find("stages");
    for (std::size_t i = stages_; stages != swap.end() && i < stages->size(); ++i) {
      const ordered_json& stage = (*stages)[i];
      if (!stage.value("ended", false)) break;
      std::printf("  %-10s %9.3f ms  %s\n",
                  read_text(stage, "stage").c_str(),
                  static_cast<double>(read_number(stage, "took_us")) / 1e3,
                  read_text(stage, "detail").c_str());
      if (read_text(stage, "stage") == to_string(swap::Stage::rehearse)) print_divergences(swap);
      stages_ = i + 1;
    }
    const std::optional<swap::SwapOutcome> outcome = read_outcome(swap);
    const std::string reason = read_text(swap, "reason");
    if (!outcome || !has_ended(*outcome)) return;
    if (outcome == swap::SwapOutcome::unchanged) {
      std::printf("unchanged: %s serves already\n", read_text(swap, "to").c_str());
      return;
    }
    std::printf(
        "%s%s%s\n", read_text(swap, "outcome").c_str(), reason.empty() ? "" : ": ", reason.c_str());
    if (const std::string note = read_text(swap, "note"); !note.empty())
      std::printf("%s\n", note.c_str());
  }

  // Prints the first differences between recorded matches and their replay under the new version.
  // Keys and differences are printed as JSON, so that no control character in them reaches the
  // terminal.
  static void print_divergences(const ordered_json& swap) {
    const auto found = swap.find("divergences");
    if (found == swap.end() || !found->is_array()) return;
    for (std::size_t i = 0; i < std::min(found->size(), kDivergencesShown); ++i) {
      const ordered_json& one = (*found)[i];
      std::printf("             diverges: %s %s: %s\n",
                  read_text(one, "kind").c_str(),
                  ordered_json(read_text(one, "key")).dump().c_str(),
                  ordered_json(read_text(one, "difference")).dump().c_str());
    }
    if (found->size() > kDivergencesShown) {
      std::printf("             and %zu more: host ctl modules --json\n",
                  found->size() - kDivergencesShown);
    }
  }

  static void print_probation(const ordered_json& json) {
    std::printf("             %.1f s of probation left",
                static_cast<double>(read_number(json, "left_ms")) / 1e3);
    const auto modules = json.find("modules");
    if (modules != json.end()) {
      for (const ordered_json& one : *modules) {
        std::printf("; %s %s #%lld: %lld calls, %lld failed",
                    read_text(one, "module").c_str(),
                    read_text(one, "module_version").c_str(),
                    static_cast<long long>(read_number(one, "generation")),
                    static_cast<long long>(read_number(one, "calls")),
                    static_cast<long long>(read_number(one, "failures")));
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
      return {Errc::failed_precondition, "the swap was rolled back"};
    return judge_note(ordered_json::parse(**answered_, nullptr, false));
  }

 private:
  // Handles one event; false ends the stream. The swap is requested after the first event,
  // `status`, so that none of its events is missed.
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
    const std::optional<swap::SwapOutcome> outcome = read_outcome(json);
    if (event.name == "swap" && outcome && has_ended(*outcome)) {
      ended_ = read_number(json, "id");
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

  // True when the swap has ended and the host has answered. The host answers when the probation
  // begins. When the swap ends before that, the answer follows the event of its end at once. Events
  // sent before the answer may arrive after it, but before the next heartbeat.
  bool is_over() {
    if (!answered_) {
      if (!asked_.valid()) return false;
      const std::chrono::seconds patience(ended_ >= 0 ? 1 : 0);
      if (asked_.wait_for(patience) != std::future_status::ready) return false;
      answered_ = asked_.get();
      if (ended_ < 0) return false;
    }
    if (!*answered_) return true;
    const ordered_json report = ordered_json::parse(**answered_, nullptr, false);
    if (!report.is_object()) return true;
    if (read_outcome(report) == swap::SwapOutcome::unchanged) {
      outcome_ = swap::SwapOutcome::unchanged;
      return true;
    }
    return read_number(report, "id") == ended_;
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
