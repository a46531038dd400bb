#include "storage/player_json.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/base64.hpp"
#include "storage/object_sql.hpp"

namespace serai::storage {
namespace {

using Json = nlohmann::ordered_json;
using Line = std::variant<PlayerLine, PlayerEnd>;

constexpr std::int64_t kFormat = 1;
constexpr std::int64_t kAny = INT64_MAX;
// Names and keys: longer than any that the host accepts, and short enough for an index.
constexpr std::size_t kNameMax = 2'048;
constexpr std::size_t kLong = SIZE_MAX;

std::string base64(std::string_view bytes) {
  std::string text;
  append_base64(bytes, text);
  return text;
}

// ---- Printing ----------------------------------------------------------------------------------

Json to_json(const PlayerHeader& header) {
  return {{"type", "header"},
          {"format", kFormat},
          {"file", header.file.text()},
          {"user_id", header.user.text()},
          {"exported_ms", header.exported_ms}};
}

Json to_json(const Account& account) {
  const User& user = account.user;
  return {{"type", "account"},
          {"username", user.username},
          {"display_name", user.display_name},
          {"avatar_url", user.avatar_url},
          {"lang_tag", user.lang_tag},
          {"location", user.location},
          {"timezone", user.timezone},
          {"metadata", user.metadata},
          {"email", account.email},
          {"custom_id", account.custom_id},
          {"devices", account.devices},
          {"password_hash", account.password_hash},
          {"create_s", user.create_s},
          {"update_s", user.update_s},
          {"verify_s", account.verify_s},
          {"disable_s", account.disable_s}};
}

Json to_json(const PurseLine& purse) {
  return {{"type", "purse"}, {"account", purse.account}, {"balance", purse.balance}};
}

Json to_json(const TransferLine& line) {
  return {{"type", "transfer"},
          {"account", line.account},
          {"transfer", line.entry.transfer},
          {"time_ms", line.entry.time_ms},
          {"delta", line.entry.delta},
          {"reason", line.entry.reason},
          {"idem_key", line.entry.idem_key}};
}

Json to_json(const StorageObject& object) {
  return {{"type", "object"},
          {"collection", object.key.collection},
          {"key", object.key.key},
          {"value", object.value},
          {"permission_read", object.permission_read},
          {"permission_write", object.permission_write},
          {"create_s", object.create_s},
          {"update_s", object.update_s}};
}

Json to_json(const Notification& notification) {
  return {{"type", "notification"},
          {"id", notification.id.text()},
          {"subject", notification.subject},
          {"content", notification.content},
          {"code", notification.code},
          {"sender_id", notification.sender_id.text()},
          {"create_s", notification.create_s}};
}

Json to_json(const EntityLine& line) {
  const StoredEntity& stored = line.stored;
  Json json = {{"type", "entity"},
               {"kind", stored.id.kind},
               {"key", stored.id.key},
               {"schema", stored.schema},
               {"module_version", stored.module_version},
               {"state", base64(stored.state)},
               {"host_state", base64(stored.host_state)}};
  Json readable = Json::parse(line.readable, nullptr, false);
  if (!readable.is_discarded()) json["readable"] = std::move(readable);
  return json;
}

Json to_json(const AnswerLine& line) {
  const IdempotentAnswer& answer = line.answer;
  return {{"type", "answer"},
          {"scope", answer.scope},
          {"key", answer.key},
          {"request_hash", answer.request_hash},
          {"status", answer.status},
          {"payload", base64(answer.payload)},
          {"created_ms", line.created_ms}};
}

// ---- Parsing -----------------------------------------------------------------------------------

// Reads the members of one line, and keeps the first problem.
class Members {
 public:
  explicit Members(const Json& json) : json_(json) {}

  std::string text(const char* name, std::size_t max = kNameMax) {
    const Json* member = find(name);
    if (member == nullptr) return {};
    if (!member->is_string()) {
      wrong(name, "must be a text");
      return {};
    }
    auto text = member->get<std::string>();
    if (text.size() > max) wrong(name, "is longer than " + std::to_string(max) + " bytes");
    if (text.find('\0') != std::string::npos) wrong(name, "has a character with the code 0");
    return text;
  }

  std::int64_t number(const char* name, std::int64_t min, std::int64_t max) {
    const Json* member = find(name);
    if (member == nullptr) return min;
    const bool fits = member->is_number_integer() &&
                      (!member->is_number_unsigned() || member->get<std::uint64_t>() <= INT64_MAX);
    const auto value = fits ? member->get<std::int64_t>() : 0;
    if (fits && value >= min && value <= max) return value;
    wrong(name,
          "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return min;
  }

  std::uint64_t natural(const char* name) {
    const Json* member = find(name);
    if (member != nullptr && member->is_number_unsigned()) return member->get<std::uint64_t>();
    if (member != nullptr) wrong(name, "must be a whole number that is not negative");
    return 0;
  }

  std::string bytes(const char* name) {
    auto decoded = decode_base64(text(name, kLong));
    if (!decoded) wrong(name, "must be base64");
    return decoded.value_or("");
  }

  Uuid uuid(const char* name) {
    const auto id = Uuid::parse(text(name));
    if (!id) wrong(name, "must be an id of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
    return id.value_or(Uuid{});
  }

  std::string object_text(const char* name) {
    std::string value = text(name, kLong);
    if (!Json::parse(value, nullptr, false).is_object()) wrong(name, "must be a JSON object");
    return value;
  }

  std::vector<std::string> texts(const char* name) {
    const Json* member = find(name);
    std::vector<std::string> all;
    if (member == nullptr) return all;
    if (!member->is_array()) wrong(name, "must be a list");
    for (const Json& one : *member) {
      const auto* text = one.get_ptr<const std::string*>();
      if (text == nullptr || text->empty() || text->size() > kNameMax ||
          text->find('\0') != std::string::npos) {
        wrong(name, "must be a list of texts of 1 to " + std::to_string(kNameMax) + " bytes");
        return all;
      }
      all.push_back(*text);
    }
    return all;
  }

  template <class T>
  Result<Line> finish(T value) const {
    if (problem_) return Error{Errc::invalid_argument, *problem_};
    return Line(PlayerLine(std::move(value)));
  }
  const std::optional<std::string>& problem() const { return problem_; }
  void wrong(const std::string& name, const std::string& what) {
    if (!problem_) problem_ = "\"" + name + "\" " + what;
  }

 private:
  const Json* find(const char* name) {
    const auto found = json_.find(name);
    if (found != json_.end()) return &*found;
    wrong(name, "is missing");
    return nullptr;
  }

  const Json& json_;
  std::optional<std::string> problem_;
};

Result<Line> read_header(Members& in) {
  if (in.number("format", 0, kAny) != kFormat) {
    in.wrong("format", "must be 1: a newer host wrote the file");
  }
  PlayerHeader header;
  header.file = in.uuid("file");
  header.user = in.uuid("user_id");
  header.exported_ms = in.number("exported_ms", 0, kAny);
  if (header.file.is_nil()) in.wrong("file", "must not be the nil id");
  if (header.user.is_nil()) in.wrong("user_id", "must not be the nil id");
  return in.finish(header);
}

Result<Line> read_account(Members& in) {
  Account account;
  User& user = account.user;
  user.username = in.text("username");
  user.display_name = in.text("display_name");
  user.avatar_url = in.text("avatar_url");
  user.lang_tag = in.text("lang_tag");
  user.location = in.text("location");
  user.timezone = in.text("timezone");
  user.metadata = in.object_text("metadata");
  account.email = in.text("email");
  account.custom_id = in.text("custom_id");
  account.devices = in.texts("devices");
  account.password_hash = in.text("password_hash");
  user.create_s = in.number("create_s", 0, kAny);
  user.update_s = in.number("update_s", 0, kAny);
  account.verify_s = in.number("verify_s", 0, kAny);
  account.disable_s = in.number("disable_s", 0, kAny);
  if (user.username.empty()) in.wrong("username", "must not be empty");
  return in.finish(std::move(account));
}

Result<Line> read_purse(Members& in) {
  PurseLine purse;
  purse.account = in.text("account");
  purse.balance = in.number("balance", 0, kTransferMax);
  return in.finish(std::move(purse));
}

Result<Line> read_transfer(Members& in) {
  TransferLine line;
  line.account = in.text("account");
  line.entry.transfer = in.number("transfer", 0, kAny);
  line.entry.time_ms = in.number("time_ms", 0, kAny);
  line.entry.delta = in.number("delta", INT64_MIN, kAny);
  line.entry.reason = in.text("reason", kLong);
  line.entry.idem_key = in.text("idem_key", kLong);
  return in.finish(std::move(line));
}

Result<Line> read_object(Members& in) {
  StorageObject object;
  object.key.collection = in.text("collection");
  object.key.key = in.text("key");
  object.value = in.object_text("value");
  object.version = object_version(object.value);
  object.permission_read = static_cast<std::int32_t>(in.number("permission_read", 0, 2));
  object.permission_write = static_cast<std::int32_t>(in.number("permission_write", 0, 1));
  object.create_s = in.number("create_s", 0, kAny);
  object.update_s = in.number("update_s", 0, kAny);
  if (object.key.collection.empty()) in.wrong("collection", "must not be empty");
  if (object.key.key.empty()) in.wrong("key", "must not be empty");
  return in.finish(std::move(object));
}

Result<Line> read_notification(Members& in) {
  Notification notification;
  notification.id = in.uuid("id");
  notification.subject = in.text("subject");
  notification.content = in.object_text("content");
  notification.code = static_cast<std::int32_t>(in.number("code", INT32_MIN, INT32_MAX));
  notification.sender_id = in.uuid("sender_id");
  notification.create_s = in.number("create_s", 0, kAny);
  notification.persistent = true;
  return in.finish(std::move(notification));
}

Result<Line> read_entity(Members& in) {
  EntityLine line;
  StoredEntity& stored = line.stored;
  stored.id = {in.text("kind"), in.text("key")};
  stored.schema = static_cast<std::uint32_t>(in.number("schema", 0, 1'000'000));
  stored.module_version = in.text("module_version");
  stored.state = in.bytes("state");
  stored.host_state = in.bytes("host_state");
  if (stored.id.key.size() > kEntityKeyMax) in.wrong("key", "is too long");
  return in.finish(std::move(line));
}

Result<Line> read_answer(Members& in) {
  AnswerLine line;
  line.answer.scope = in.text("scope");
  line.answer.key = in.text("key");
  line.answer.request_hash = in.natural("request_hash");
  line.answer.status = static_cast<std::int32_t>(in.number("status", 0, INT32_MAX));
  line.answer.payload = in.bytes("payload");
  line.created_ms = in.number("created_ms", 0, kAny);
  return in.finish(std::move(line));
}

Result<Line> read_end(Members& in) {
  const PlayerEnd end{in.natural("lines")};
  if (in.problem()) return Error{Errc::invalid_argument, *in.problem()};
  return Line(end);
}

struct LineType {
  std::string_view name;
  Result<Line> (*read)(Members&);
};
constexpr std::array kTypes = {
    LineType{"header", read_header},
    LineType{"account", read_account},
    LineType{"purse", read_purse},
    LineType{"transfer", read_transfer},
    LineType{"object", read_object},
    LineType{"notification", read_notification},
    LineType{"entity", read_entity},
    LineType{"answer", read_answer},
    LineType{"end", read_end},
};

}  // namespace

Result<std::string> print_line(const PlayerLine& line) {
  const Json json = std::visit([](const auto& one) { return to_json(one); }, line);
  try {
    return json.dump();
  } catch (const Json::type_error& error) {
    return Error{Errc::data_loss, std::string("a text is not UTF-8: ") + error.what()};
  }
}

std::string print_end(const PlayerEnd& end) {
  return Json{{"type", "end"}, {"lines", end.lines}}.dump();
}

Result<Line> parse_line(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return Error{Errc::invalid_argument, "is not a JSON object"};
  Members in(json);
  const std::string type = in.text("type");
  for (const LineType& known : kTypes) {
    if (known.name == type) return known.read(in);
  }
  return Error{Errc::invalid_argument,
               in.problem().value_or("the type \"" + type + "\" is unknown")};
}

}  // namespace serai::storage
