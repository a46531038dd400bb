#include "app/config_file.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>
#include <unordered_map>

namespace serai::app {
namespace {

constexpr std::size_t kTextBytesMax = std::size_t{1} << 20;
constexpr int kDepthMax = 32;  // levels of objects and lists

// Iterates over the text and counts its lines, because nlohmann's parser reports keys without a
// position.
class LineCountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  LineCountingIterator(const char* at, int* line) : at_(at), line_(line) {}
  reference operator*() const { return *at_; }
  LineCountingIterator& operator++() {
    if (*at_ == '\n') ++*line_;
    ++at_;
    return *this;
  }
  LineCountingIterator operator++(int) {
    LineCountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const LineCountingIterator& other) const { return at_ == other.at_; }

 private:
  const char* at_;
  int* line_;
};

class FlatReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  FlatReader(std::string file, ConfigValues values, const int& line)
      : file_(std::move(file)), values_(values), line_(line) {}

  bool null() override { return add_other("null", "null is not a value"); }
  bool boolean(bool value) override { return add(value ? "true" : "false", ConfigType::flag); }
  bool number_integer(number_integer_t value) override {
    return add(std::to_string(value), ConfigType::integer);
  }
  bool number_unsigned(number_unsigned_t value) override {
    return add(std::to_string(value), ConfigType::integer);
  }
  bool number_float(number_float_t, const string_t& text) override {
    return add_other(text, text + " is not a whole number");
  }
  bool string(string_t& value) override { return add(value, ConfigType::text); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override {
    if (depth_ + in_list_ >= kDepthMax) return refuse("objects are nested too deeply");
    if (in_list_ > 0) return ++in_list_ > 0;
    if (depth_ > 0) {
      if (values_ == ConfigValues::any && !add("{...}", ConfigType::json)) return false;
      path_.push_back(key_);
    }
    ++depth_;
    return true;
  }
  bool end_object() override {
    if (in_list_ > 0) return --in_list_ >= 0;
    if (--depth_ > 0) path_.pop_back();
    return true;
  }
  bool start_array(std::size_t) override {
    if (depth_ + in_list_ >= kDepthMax) return refuse("lists are nested too deeply");
    if (in_list_ == 0 && !add_other("[...]", "lists are not used here")) return false;
    ++in_list_;
    return true;
  }
  bool end_array() override {
    --in_list_;
    return true;
  }
  bool key(string_t& name) override {
    if (in_list_ > 0) return true;
    key_ = name;
    key_line_ = line_;
    return true;
  }
  bool parse_error(std::size_t,
                   const std::string& token,
                   const nlohmann::detail::exception&) override {
    return refuse_at(line_, "not JSON near \"" + token + "\"");
  }

  std::vector<ConfigLine> lines;
  Error error{Errc::ok, ""};

 private:
  bool add(std::string text, ConfigType type) {
    if (in_list_ > 0) return true;  // the whole list is one value, added at its start
    if (depth_ == 0) return refuse("the file must hold one object");
    std::string name;
    for (const std::string& part : path_) name += part + ".";
    name += key_;
    const auto [first, fresh] = first_lines_.emplace(name, key_line_);
    if (!fresh) {
      return refuse_at(key_line_,
                       name + " appears twice, first in line " + std::to_string(first->second));
    }
    lines.push_back({std::move(name), std::move(text), type, key_line_});
    return true;
  }
  bool add_other(std::string text, const std::string& objection) {
    if (values_ == ConfigValues::scalars) return refuse(objection);
    return add(std::move(text), ConfigType::json);
  }
  bool refuse(const std::string& problem) {
    const std::string subject = key_.empty() ? "" : key_ + ": ";
    return refuse_at(key_.empty() ? line_ : key_line_, subject + problem);
  }
  bool refuse_at(int line, const std::string& problem) {
    error = {Errc::invalid_argument, file_ + ":" + std::to_string(line) + ": " + problem};
    return false;
  }

  std::string file_;
  ConfigValues values_;
  const int& line_;
  std::vector<std::string> path_;
  std::string key_;
  int key_line_ = 0;
  int depth_ = 0;    // open objects outside lists
  int in_list_ = 0;  // open lists, and open objects inside them
  std::unordered_map<std::string, int> first_lines_;
};

}  // namespace

Result<std::vector<ConfigLine>> parse_config(std::string_view json,
                                             const std::string& file_name,
                                             ConfigValues values) {
  int line = 1;
  FlatReader reader(file_name, values, line);
  const LineCountingIterator begin(json.data(), &line);
  const LineCountingIterator end(json.data() + json.size(), &line);
  const bool good = nlohmann::json::sax_parse(
      begin, end, &reader, nlohmann::json::input_format_t::json, true, true);
  if (!good) return reader.error;
  return std::move(reader.lines);
}

Result<std::string> read_config_text(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    const Errc code = errno == ENOENT ? Errc::not_found : Errc::permission_denied;
    return Error{code, path + ": " + std::generic_category().message(errno)};
  }
  std::string text(kTextBytesMax + 1, '\0');  // bounded, because /dev/zero has no end
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad()) return Error{Errc::internal, path + ": cannot be read"};
  if (text.size() > kTextBytesMax) return Error{Errc::invalid_argument, path + ": over 1 MiB"};
  return text;
}

}  // namespace serai::app
