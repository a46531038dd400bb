#include "protocol/rpc_scan.hpp"

#include "base/utf8.hpp"

namespace serai::protocol {
namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  // Takes the next character that is not white space, if it is the expected one.
  bool take(char expected) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != expected) return false;
    ++at_;
    return true;
  }

  bool take_string(std::string& out) {
    if (!take('"')) return false;
    std::size_t start = at_;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '"' && c != '\\') continue;
      out.append(text_, start, at_ - start);
      ++at_;
      if (c == '"') return true;
      if (at_ == text_.size() || !append_escaped(text_[at_], out)) return false;
      start = at_ + 1;
    }
    return false;
  }

  bool at_end() {
    skip_blanks();
    return at_ == text_.size();
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
      ++at_;
    }
  }

  static bool append_escaped(char c, std::string& out) {
    switch (c) {
      case '"':
      case '\\':
      case '/':
        out += c;
        return true;
      case 'n':
        out += '\n';
        return true;
      case 'r':
        out += '\r';
        return true;
      case 't':
        out += '\t';
        return true;
      case 'b':
        out += '\b';
        return true;
      case 'f':
        out += '\f';
        return true;
      default:
        return false;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// Reads an object. Calls `member` with each name; `member` must read the value.
template <class Member>
bool scan_object(Scanner& in, Member member) {
  if (!in.take('{')) return false;
  do {
    std::string name;
    if (!in.take_string(name) || !in.take(':') || !member(name)) return false;
  } while (in.take(','));
  return in.take('}');
}

// Reads a string. False when the member was given before.
bool take_once(Scanner& in, std::optional<std::string>& value) {
  if (value) return false;
  return in.take_string(value.emplace());
}

}  // namespace

std::optional<ScannedRpc> scan_rpc(std::string_view json) {
  Scanner in(json);
  std::optional<std::string> cid;
  std::optional<std::string> id;
  std::optional<std::string> payload;
  bool rpc_seen = false;
  const auto rpc_member = [&](std::string_view name) {
    if (name == "id") return take_once(in, id);
    return name == "payload" && take_once(in, payload);
  };
  const auto member = [&](std::string_view name) {
    if (name == "cid") return take_once(in, cid);
    if (name != "rpc" || rpc_seen) return false;
    rpc_seen = true;
    return scan_object(in, rpc_member);
  };
  if (!scan_object(in, member) || !in.at_end()) return std::nullopt;
  if (!id || id->empty() || !is_utf8(json)) return std::nullopt;
  return ScannedRpc{std::move(cid).value_or(""), std::move(*id), std::move(payload).value_or("")};
}

}  // namespace serai::protocol
