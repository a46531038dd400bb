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
  std::ifstream in(file, std::ios::binary);
  if (!in) return Error{Errc::permission_denied, file + " cannot be read"};
  Order order;
  std::string text;
  for (std::uint64_t number = 1;; ++number) {
    const auto wrong = [&](Errc code, const std::string& what) {
      return Error{code, file + ":" + std::to_string(number) + ": " + what};
    };
    const Got got = read_line(in, text);
    if (got == Got::end && order.has_ended()) return success();
    if (got == Got::end) return wrong(Errc::invalid_argument, "the file ends too early");
    if (got == Got::too_long) return wrong(Errc::invalid_argument, "the line is too long");
    const auto parsed = parse_line(text);
    if (!parsed) return wrong(parsed.error().code, parsed.error().detail);
    if (const auto misplaced = order.next(*parsed)) {
      return wrong(Errc::invalid_argument, *misplaced);
    }
    const auto* line = std::get_if<PlayerLine>(&*parsed);
    if (line == nullptr) continue;
    if (auto taken = take(*line); !taken) return wrong(taken.error().code, taken.error().detail);
  }
}

}  // namespace serai::storage
