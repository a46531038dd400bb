#include "base/file_io.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/fd.hpp"
#include "base/hex.hpp"

namespace serai {
namespace {

Error system_error(const std::filesystem::path& path, const char* verb) {
  const int number = errno;
  Errc code = Errc::internal;
  if (number == ENOENT || number == ENOTDIR) code = Errc::not_found;
  if (number == EACCES || number == EPERM) code = Errc::permission_denied;
  return {code,
          "cannot " + std::string(verb) + " " + path.string() + ": " +
              std::system_category().message(number)};
}

Result<> judge(const std::filesystem::path& path, const struct stat& info, FileTrust trust) {
  if (!S_ISREG(info.st_mode)) {
    return {Errc::failed_precondition, path.string() + " is not a regular file"};
  }
  if (trust == FileTrust::any) return success();
  if ((info.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) != 0) {
    return {Errc::failed_precondition,
            path.string() + " is writable, so it may still change: chmod a-w it once it is whole"};
  }
  if (info.st_uid != ::geteuid() && info.st_uid != 0) {
    return {Errc::failed_precondition,
            path.string() + " belongs to user " + std::to_string(info.st_uid) +
                ", who is neither root nor the user this host runs as: chown it"};
  }
  return success();
}

Result<std::string> read_all(const Fd& file, const std::filesystem::path& path, std::size_t max) {
  std::string bytes;
  std::array<char, 65536> chunk;
  for (;;) {
    const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(path, "read");
    if (got == 0) return bytes;
    bytes.append(chunk.data(), static_cast<std::size_t>(got));
    if (bytes.size() > max) {
      return {Errc::failed_precondition,
              path.string() + " is larger than " + std::to_string(max) + " bytes"};
    }
  }
}

Result<> write_all(const Fd& file, const std::filesystem::path& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return system_error(path, "write");
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return success();
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path,
                              std::size_t bytes_max,
                              FileTrust trust) {
  // O_NONBLOCK: without it, open() of a named pipe in a release would block the loader.
  int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  if (trust == FileTrust::release) flags |= O_NOFOLLOW;
  const Fd file(::open(path.c_str(), flags));
  if (!file && errno == ELOOP) {
    return {Errc::failed_precondition,
            path.string() + " is a link: a release must contain the files themselves"};
  }
  if (!file) return system_error(path, "open");
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return system_error(path, "examine");
  if (Result<> judged = judge(path, info, trust); !judged) return judged.error();
  return read_all(file, path, bytes_max);
}

Result<> write_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode) {
  static std::atomic<unsigned> counter{0};
  std::filesystem::path partial = path;
  partial += "." + std::to_string(::getpid()) + "-" + std::to_string(++counter) + ".partial";
  {
    const Fd file(::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file) return system_error(partial, "create");
    if (Result<> written = write_all(file, partial, bytes); !written) {
      ::unlink(partial.c_str());
      return written;
    }
  }
  if (::rename(partial.c_str(), path.c_str()) != 0) {
    Error error = system_error(path, "replace");
    ::unlink(partial.c_str());
    return error;
  }
  return success();
}

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  SERAI_ASSERT(done == 1);
  std::string raw(size, '\0');
  std::memcpy(raw.data(), digest.data(), size);
  return raw;
}

std::string sha256_hex(std::string_view bytes) { return hex(sha256(bytes)); }

}  // namespace serai
