#include "app/ctl_answer.hpp"

#include <nlohmann/json.hpp>

namespace serai::app {

std::string read_text(const nlohmann::ordered_json& json, const char* name) {
  const auto found = json.find(name);  // returns end() when `json` is not an object
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

std::int64_t read_number(const nlohmann::ordered_json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::optional<swap::SwapOutcome> read_outcome(const nlohmann::ordered_json& report) {
  return swap::parse_outcome(read_text(report, "outcome"));
}

Result<> judge_note(const nlohmann::ordered_json& report) {
  const std::string note = read_text(report, "note");
  return note.empty() ? success() : Result<>(Errc::failed_precondition, note);
}

}  // namespace serai::app
