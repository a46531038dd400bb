#include "runtime/execution/code_places.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace serai::runtime {
namespace {

std::uintptr_t read_hex(std::string_view& text) {
  std::uintptr_t number = 0;
  while (!text.empty()) {
    const char digit = text.front();
    const bool decimal = digit >= '0' && digit <= '9';
    if (!decimal && (digit < 'a' || digit > 'f')) break;
    number = number * 16 + static_cast<std::uintptr_t>(decimal ? digit - '0' : digit - 'a' + 10);
    text.remove_prefix(1);
  }
  return number;
}

}  // namespace

CodePlaces::Place CodePlaces::at(int index) const {
  const Found& found = found_.at(static_cast<std::size_t>(index));
  return {{found.file.data(), ::strnlen(found.file.data(), found.file.size())}, found.offset};
}

void CodePlaces::find(void* const* frames, int count) {
  count_ = std::min(count, kFramesMax);
  for (int i = 0; i < count_; ++i) {
    found_.at(static_cast<std::size_t>(i)) = {{}, reinterpret_cast<std::uintptr_t>(frames[i]) - 1};
  }
  const int file = ::open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  std::size_t rest = 0;  // bytes of a line that the next read completes
  for (ssize_t got = 0; (got = ::read(file, text_.data() + rest, text_.size() - rest)) > 0;) {
    std::string_view text(text_.data(), rest + static_cast<std::size_t>(got));
    for (std::size_t end = 0; (end = text.find('\n')) != std::string_view::npos;) {
      take_line(text.substr(0, end));
      text.remove_prefix(end + 1);
    }
    // A line that fills the buffer is dropped: no file of the host or a module has such a path.
    rest = text.size() < text_.size() ? text.size() : 0;
    std::memmove(text_.data(), text.data(), rest);
  }
  ::close(file);
}

// Reads "7f12…-7f13… r-xp 00001000 08:01 1234   /path". The mappings of one file follow each other.
void CodePlaces::take_line(std::string_view line) {
  std::string_view rest = line;
  const std::uintptr_t begin = read_hex(rest);
  rest.remove_prefix(std::min<std::size_t>(rest.size(), 1));
  const std::uintptr_t end = read_hex(rest);
  const std::size_t slash = rest.find('/');
  const std::string_view path = slash == std::string_view::npos ? "" : rest.substr(slash);
  const std::string_view last(file_.data(), ::strnlen(file_.data(), file_.size()));
  if (path.empty()) return;
  if (path.substr(0, file_.size() - 1) != last) {
    file_.fill('\0');
    std::copy_n(path.data(), std::min(path.size(), file_.size() - 1), file_.begin());
    file_begin_ = begin;
  }
  const std::string_view name = path.substr(path.rfind('/') + 1);
  for (int i = 0; i < count_; ++i) {
    Found& found = found_.at(static_cast<std::size_t>(i));
    if (found.file[0] != '\0' || found.offset < begin || found.offset >= end) continue;
    found.offset -= file_begin_;
    std::copy_n(name.data(), std::min(name.size(), found.file.size() - 1), found.file.begin());
  }
}

}  // namespace serai::runtime
