#include "storage/player_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <optional>

#include "base/fd.hpp"
#include "storage/player_json.hpp"

namespace serai::storage {
namespace {

namespace fs = std::filesystem;

// The longest line is that of an entity with a state of 16 MiB, which is there as base64 and as
// JSON.
constexpr std::size_t kLineBytesMax = std::size_t{128} << 20;

Error cannot_write(const std::string& file, int number) {
  return {
      Errc::unavailable,
      file + " cannot be written: " + std::error_code(number, std::generic_category()).message()};
}

enum class Got { line, too_long, end };

Got read_line(std::istream& in, std::string& line) {
  line.clear();
  std::streambuf& buffer = *in.rdbuf();
  for (int c = buffer.sbumpc(); c != std::char_traits<char>::eof(); c = buffer.sbumpc()) {
    if (c == '\n') return Got::line;
    if (line.size() == kLineBytesMax) return Got::too_long;
    line += static_cast<char>(c);
  }
  return line.empty() ? Got::end : Got::line;
}

// Checks the order of the lines: a header, an account, the others, the end.
class Order {
 public:
  // What is wrong with this line at this place; none: nothing.
  std::optional<std::string> next(const std::variant<PlayerLine, PlayerEnd>& parsed) {
    if (ended_) return "comes after the end";
    if (const auto* end = std::get_if<PlayerEnd>(&parsed)) {
      ended_ = true;
      if (lines_ < 2) return "the file has no account";
      if (end->lines == lines_) return std::nullopt;
      return "the file should have " + std::to_string(end->lines) + " lines before this one, not " +
             std::to_string(lines_);
    }
    const PlayerLine& line = std::get<PlayerLine>(parsed);
    const bool is_header = std::holds_alternative<PlayerHeader>(line);
    const bool is_account = std::holds_alternative<Account>(line);
    if (is_header != (lines_ == 0)) return "the first line, and no other, must be the header";
    if (is_account != (lines_ == 1)) return "the second line, and no other, must be the account";
    ++lines_;
    return std::nullopt;
  }
  bool has_ended() const { return ended_; }

 private:
  std::uint64_t lines_ = 0;
  bool ended_ = false;
};

// The lines of a file, one after the other.
class Lines {
 public:
  explicit Lines(const std::string& file) : file_(file), in_(file, std::ios::binary) {}

  bool is_open() const { return in_.is_open(); }
  // None after the last line of a whole file.
  Result<std::optional<PlayerLine>> next() {
    while (true) {
      auto parsed = read();
      if (!parsed) return parsed.error();
      if (!parsed->has_value()) return std::optional<PlayerLine>();
      if (auto* line = std::get_if<PlayerLine>(&**parsed)) return std::optional(std::move(*line));
    }
  }
  Error wrong(const Error& error) const {
    return {error.code, file_ + ":" + std::to_string(number_) + ": " + error.detail};
  }

 private:
  using Parsed = std::variant<PlayerLine, PlayerEnd>;

  Error wrong(const std::string& what) const { return wrong(Error{Errc::invalid_argument, what}); }
  Result<std::optional<Parsed>> read() {
    ++number_;
    const Got got = read_line(in_, text_);
    if (got == Got::end && order_.has_ended()) return std::optional<Parsed>();
    if (got == Got::end) return wrong("the file ends too early");
    if (got == Got::too_long) return wrong("the line is too long");
    auto parsed = parse_line(text_);
    if (!parsed) return wrong(parsed.error());
    if (const auto misplaced = order_.next(*parsed)) return wrong(*misplaced);
    return std::optional(*std::move(parsed));
  }

  const std::string& file_;
  std::ifstream in_;
  Order order_;
  std::string text_;
  std::uint64_t number_ = 0;
};

}  // namespace

Result<std::unique_ptr<PlayerFileWriter>> PlayerFileWriter::create(const std::string& file) {
  if (fs::exists(fs::symlink_status(file))) {
    return Error{Errc::already_exists, file + " exists already: choose another name"};
  }
  auto writer = std::unique_ptr<PlayerFileWriter>(new PlayerFileWriter(file));
  const std::string& draft = writer->draft_.path();
  const Fd made(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!made) return cannot_write(file, errno);
  writer->out_.open(draft, std::ios::binary);
  return writer;
}

Result<> PlayerFileWriter::add(const PlayerLine& line) {
  auto text = print_line(line);
  if (!text) return Error{text.error().code, file_ + ": " + text.error().detail};
  out_ << *text << '\n';
  ++lines_;
  return success();
}

Result<> PlayerFileWriter::finish() {
  out_ << print_end({lines_}) << '\n';
  out_.close();
  if (!out_) return cannot_write(file_, errno == 0 ? EIO : errno);
  return draft_.keep_as(file_);
}

Result<> read_player_file(const std::string& file,
                          const std::function<Result<>(const PlayerLine&)>& take) {
  std::error_code failed;
  if (!fs::is_regular_file(file, failed)) {
    return Error{failed && failed != std::errc::no_such_file_or_directory ? Errc::permission_denied
                                                                          : Errc::not_found,
                 file + " is not a file"};
  }
  Lines lines(file);
  if (!lines.is_open()) return Error{Errc::permission_denied, file + " cannot be read"};
  while (true) {
    const auto line = lines.next();
    if (!line) return line.error();
    if (!line->has_value()) return success();
    if (auto taken = take(**line); !taken) return lines.wrong(taken.error());
  }
}

}  // namespace serai::storage
