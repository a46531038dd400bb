#include "swap/release_memory.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace serai::swap {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Returns a text member of a fact; empty: the member is missing, or the fact is damaged.
std::string text(const Json& json, const char* name) {
  const auto found = json.is_object() ? json.find(name) : json.end();
  return json.is_object() && found != json.end() && found->is_string() ? found->get<std::string>()
                                                                       : "";
}

const Json& list(const Json& json, const char* name) {
  static const Json kNone = Json::array();
  const auto found = json.is_object() ? json.find(name) : json.end();
  return json.is_object() && found != json.end() && found->is_array() ? *found : kNone;
}

// The name of an outcome in the fact.
struct OutcomeName {
  AttemptOutcome outcome;
  const char* name;
};
constexpr std::array kOutcomeNames = {
    OutcomeName{AttemptOutcome::probation, "probation"},
    OutcomeName{AttemptOutcome::reading, "reading"},
    OutcomeName{AttemptOutcome::rolled_back, "rolled_back"},
    OutcomeName{AttemptOutcome::refused, "refused"},
    OutcomeName{AttemptOutcome::interrupted, "interrupted"},
    OutcomeName{AttemptOutcome::left, "left"},
};

// A name that is missing, or that a newer host has written, counts as refused. So the host does not
// try the release again by itself.
AttemptOutcome read_outcome(const std::string& name) {
  for (const OutcomeName& one : kOutcomeNames) {
    if (name == one.name) return one.outcome;
  }
  return AttemptOutcome::refused;
}

const char* name_of(AttemptOutcome outcome) {
  return std::ranges::find(kOutcomeNames, outcome, &OutcomeName::outcome)->name;
}

ReleaseMemory::Attempt read_attempt(const Json& json) {
  ReleaseMemory::Attempt attempt{
      text(json, "release"), text(json, "digest"), read_outcome(text(json, "outcome")), 0};
  const bool counted = json.is_object() && json.contains("readings");
  if (counted && json["readings"].is_number_integer()) attempt.readings = json["readings"];
  return attempt;
}

Json print_attempt(const ReleaseMemory::Attempt& attempt) {
  return {{"release", attempt.release},
          {"digest", attempt.digest},
          {"outcome", name_of(attempt.outcome)},
          {"readings", attempt.readings}};
}

}  // namespace

std::string ReleaseMemory::Attempt::text() const {
  switch (outcome) {
    case AttemptOutcome::probation:
    case AttemptOutcome::reading:
      return "was on probation when the host last ended";
    case AttemptOutcome::rolled_back:
      return "was rolled back";
    case AttemptOutcome::left:
      return "was left by a swap that could not move the link, which still names " + release;
    case AttemptOutcome::refused:
    case AttemptOutcome::interrupted:
      break;
  }
  return "was refused";
}

Result<> ReleaseMemory::recall() {
  Result<std::optional<std::string>> committed = store_.fact("committed");
  if (!committed) return committed.error();
  Result<std::optional<std::string>> attempted = store_.fact("attempted");
  if (!attempted) return attempted.error();
  const Json served = Json::parse(committed->value_or(""), nullptr, false);
  committed_ = {text(served, "release"), text(served, "digest")};
  for (const Json& one : list(served, "served")) {
    served_.push_back({text(one, "release"), text(one, "digest")});
  }
  const Json tried = Json::parse(attempted->value_or(""), nullptr, false);
  if (!text(tried, "digest").empty()) attempts_.push_back(read_attempt(tried));
  for (const Json& one : list(tried, "earlier")) attempts_.push_back(read_attempt(one));
  return success();
}

bool ReleaseMemory::served_before(const std::string& digest) const {
  return std::ranges::find(served_, digest, &Served::digest) != served_.end();
}

const ReleaseMemory::Served* ReleaseMemory::previous_to(const std::string& digest) const {
  const auto found =
      std::ranges::find_if(served_, [&](const Served& one) { return one.digest != digest; });
  return found == served_.end() ? nullptr : &*found;
}

const ReleaseMemory::Served* ReleaseMemory::find_served(const std::string& release) const {
  const auto found = std::ranges::find(served_, release, &Served::release);
  return found == served_.end() ? nullptr : &*found;
}

Result<> ReleaseMemory::commit(const release::LiveSet& live) {
  const std::string digest = digest_of(live);
  std::vector<Served> served{{live.release, digest}};
  for (const Served& one : served_) {
    if (one.digest != digest && served.size() < kServedMax) served.push_back(one);
  }
  Json printed = Json::array();
  for (const Served& one : served) {
    printed.push_back({{"release", one.release}, {"digest", one.digest}});
  }
  Result<> put = store_.put_fact(
      "committed", text_of({{"release", live.release}, {"digest", digest}, {"served", printed}}));
  if (!put) return put;
  committed_ = {live.release, digest};
  served_ = std::move(served);
  return success();
}

const ReleaseMemory::Attempt* ReleaseMemory::find_barred(const std::string& digest) const {
  const auto found = std::ranges::find(attempts_, digest, &Attempt::digest);
  return found != attempts_.end() && found->bars() ? &*found : nullptr;
}

const ReleaseMemory::Attempt* ReleaseMemory::find_unfinished() const {
  const auto found = std::ranges::find_if(attempts_, &Attempt::is_unfinished);
  return found == attempts_.end() ? nullptr : &*found;
}

Result<> ReleaseMemory::note_attempt(Attempt attempt) {
  std::erase_if(attempts_, [&](const Attempt& one) { return one.digest == attempt.digest; });
  attempts_.push_front(std::move(attempt));
  if (attempts_.size() > kAttemptsMax) attempts_.pop_back();
  return put_attempts();
}

Result<> ReleaseMemory::forget_attempt(const std::string& digest) {
  std::erase_if(attempts_, [&](const Attempt& one) { return one.digest == digest; });
  return put_attempts();
}

Result<> ReleaseMemory::forget_left() {
  const auto left = std::erase_if(
      attempts_, [](const Attempt& one) { return one.outcome == AttemptOutcome::left; });
  return left == 0 ? success() : put_attempts();
}

Result<> ReleaseMemory::put_attempts() {
  Json printed = attempts_.empty() ? Json{{"release", ""}, {"digest", ""}, {"outcome", ""}}
                                   : print_attempt(attempts_.front());
  printed["earlier"] = Json::array();
  for (std::size_t i = 1; i < attempts_.size(); ++i) {
    printed["earlier"].push_back(print_attempt(attempts_[i]));
  }
  return store_.put_fact("attempted", text_of(printed));
}

}  // namespace serai::swap
