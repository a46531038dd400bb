#include "loading/thread_inside.hpp"

#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "base/host_thread.hpp"

namespace serai::loading {
namespace {

namespace fs = std::filesystem;

constexpr std::uintptr_t kStackBytesMax = 1U << 20;  // searched, from the stack pointer up
constexpr int kReadAttempts = 500;  // one millisecond apart, until the thread waits

struct Range {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  bool contains(std::uintptr_t address) const { return begin <= address && address < end; }
};

struct Maps {
  std::vector<Range> code;      // of the library
  std::vector<Range> writable;  // of the process; stacks are among them
};

struct Place {
  std::uintptr_t stack = 0;
  std::uintptr_t instruction = 0;
};

// A line of the file is "7f12…-7f13… r-xp …  path".
Maps read_maps(const fs::path& library) {
  Maps maps;
  std::ifstream file("/proc/self/maps");
  for (std::string line; std::getline(file, line);) {
    Range range;
    const char* const end = line.data() + line.size();
    const auto dash = std::from_chars(line.data(), end, range.begin, 16);
    const auto space = std::from_chars(dash.ptr + 1, end, range.end, 16);
    const std::string_view rights(space.ptr + 1, 4);
    if (rights[2] == 'x' && line.ends_with(library.native())) maps.code.push_back(range);
    if (rights[1] == 'w') maps.writable.push_back(range);
  }
  return maps;
}

bool is_in(const std::vector<Range>& ranges, std::uintptr_t address) {
  for (const Range& range : ranges) {
    if (range.contains(address)) return true;
  }
  return false;
}

std::string read_line(const fs::path& path) {
  std::string line;
  std::ifstream file(path);
  std::getline(file, line);
  return line;
}

// The pointers of a thread that waits; zeros for a thread that never waits; none for a thread that
// has ended. The file's line is "running", or it ends with stack pointer and instruction pointer.
std::optional<Place> place_of(const fs::path& task) {
  for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
    const std::string line = read_line(task / "syscall");
    if (line.empty()) return std::nullopt;
    const std::size_t last = line.rfind(' ');
    const std::size_t last_but_one = line.rfind(' ', last - 1);
    if (last != std::string::npos && last_but_one != std::string::npos) {
      Place place;
      const char* const text = line.data();
      std::from_chars(text + last_but_one + 3, text + last, place.stack, 16);  // past " 0x"
      std::from_chars(text + last + 3, text + line.size(), place.instruction, 16);
      return place;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return Place{};  // it was running at every attempt
}

// True when a word of the stack points into the library's code. A system call reads the stack: it
// fails when the stack is unmapped meanwhile, where a plain read would crash.
bool returns_into(const Maps& maps, std::uintptr_t stack) {
  std::array<std::uintptr_t, 512> words{};
  for (const Range& range : maps.writable) {
    if (!range.contains(stack)) continue;
    const std::uintptr_t end = std::min(range.end, stack + kStackBytesMax);
    for (std::uintptr_t at = stack & ~std::uintptr_t{7}; at < end; at += sizeof(words)) {
      const iovec into{words.data(), std::min<std::size_t>(sizeof(words), end - at)};
      // NOLINTNEXTLINE(performance-no-int-to-ptr): the kernel gives the address as a number
      const iovec from{reinterpret_cast<void*>(at), into.iov_len};
      const ssize_t got = ::process_vm_readv(::getpid(), &into, 1, &from, 1, 0);
      if (got <= 0) return false;
      for (std::size_t i = 0; i < static_cast<std::size_t>(got) / sizeof(words[0]); ++i) {
        if (is_in(maps.code, words.at(i))) return true;
      }
    }
  }
  return false;
}

}  // namespace

std::string thread_inside(const fs::path& library) {
  const Maps maps = read_maps(library);
  if (maps.code.empty()) return {};
  std::error_code failed;  // a range-based for would throw an error
  for (fs::directory_iterator task("/proc/self/task", failed), end; !failed && task != end;
       task.increment(failed)) {
    const std::string id = task->path().filename();
    pid_t number = 0;
    std::from_chars(id.data(), id.data() + id.size(), number);
    if (HostThread::is_one(number) || number == ::gettid()) continue;
    const std::optional<Place> place = place_of(task->path());
    if (!place) continue;
    const bool runs = place->stack == 0;
    if (runs || is_in(maps.code, place->instruction) || returns_into(maps, place->stack)) {
      return "thread " + id + " (\"" + read_line(task->path() / "comm") + "\")";
    }
  }
  return {};
}

}  // namespace serai::loading
