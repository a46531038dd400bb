#include "storage/sqlite/data_dir.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/private_path.hpp"

namespace serai::storage {
namespace {

// The paths that are made private: the directory, and the files of storage in it.
constexpr std::array kPrivate = {"", "/serai.lock", "/serai.db", "/serai.db-wal", "/serai.db-shm"};

std::string read_holder(int file) {
  std::array<char, 32> text{};
  const auto size = ::pread(file, text.data(), text.size() - 1, 0);
  return size > 0 ? "process " + std::string(text.data(), static_cast<std::size_t>(size))
                  : "another process";
}

}  // namespace

Error cannot_write(const std::string& path, const std::string& why) {
  return {Errc::permission_denied,
          "data directory " + path + " cannot be written (" + why +
              "): give this user the right, or choose another with --data"};
}

Result<std::unique_ptr<DataDir>> DataDir::open(const std::string& path) {
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  if (failure) return cannot_write(path, failure.message());
  for (const char* name : kPrivate) {
    if (auto kept = keep_private(path + name); !kept) return kept.error();
  }

  const std::string lock_path = path + "/serai.lock";
  const int file = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return cannot_write(path, std::system_category().message(errno));
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    Error taken{Errc::unavailable,
                "data directory " + path + " is in use by " + read_holder(file) +
                    ": stop that host, or choose another directory with --data"};
    ::close(file);
    return taken;
  }
  const std::string holder = std::to_string(::getpid());
  if (::ftruncate(file, 0) != 0 ||
      ::pwrite(file, holder.data(), holder.size(), 0) != static_cast<ssize_t>(holder.size())) {
    // The lock works without the process id in it. If the disk is full, opening the database will
    // report it.
  }
  return std::unique_ptr<DataDir>(new DataDir(path, file));
}

DataDir::~DataDir() { ::close(lock_); }

}  // namespace serai::storage
