#include "app/operator_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "app/config_file.hpp"
#include "base/uuid.hpp"

namespace serai {
namespace {

std::string token_path(const std::string& data_dir) { return data_dir + "/admin.token"; }
std::string address_path(const std::string& data_dir) { return data_dir + "/ops.address"; }

Error system_error(const std::string& path) {
  const Errc code = errno == EACCES ? Errc::permission_denied : Errc::internal;
  return {code, path + ": " + std::generic_category().message(errno)};
}

// Made with its final mode and renamed into place: nobody sees it half written or readable too
// widely.
Result<> write_private(const std::string& path, const std::string& text) {
  const std::string draft = path + "." + std::to_string(::getpid());
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return system_error(draft);
  const auto size = static_cast<ssize_t>(text.size());
  const bool written = ::write(file, text.data(), text.size()) == size;
  ::close(file);
  if (!written || std::rename(draft.c_str(), path.c_str()) != 0) {
    Error error = system_error(path);
    ::unlink(draft.c_str());
    return error;
  }
  return success();
}

Result<std::string> read_line(const std::string& path) {
  auto text = read_config_text(path);
  if (!text) return text;
  text->resize(text->find_last_not_of(" \r\n") + 1);
  return text;
}

// Whoever wrote the token, or could read it, may do what an operator may.
Result<> judge_token_file(const std::string& path, uid_t owner) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return success();  // reading it will say so
  const bool mine = status.st_uid == owner;
  if (mine && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return success();
  return Error{Errc::permission_denied,
               path + (mine ? " is open to other users" : " belongs to another user") +
                   ", who may know the token: remove the file; the next start makes a new one, "
                   "for this user only"};
}

std::string random_token() {
  std::string token;
  // Each version 4 id holds 122 random bits.
  for (int i = 0; i < 3; ++i) {
    for (const char c : Uuid::make_random().text()) {
      if (c != '-') token += c;
    }
  }
  return token;
}

}  // namespace

Result<std::string> open_admin_token(const std::string& data_dir) {
  if (auto good = judge_token_file(token_path(data_dir), ::geteuid()); !good) return good.error();
  auto present = read_line(token_path(data_dir));
  if (present && !present->empty()) return present;
  if (!present && present.error().code != Errc::not_found) return present;
  std::error_code failed;
  std::filesystem::create_directories(data_dir, failed);
  const std::string token = random_token();
  if (auto written = write_private(token_path(data_dir), token + "\n"); !written) {
    return written.error();
  }
  return token;
}

Result<std::string> read_admin_token(const std::string& data_dir) {
  const std::string path = token_path(data_dir);
  // An administrator asks everybody's host.
  struct stat status {};
  const bool root = ::geteuid() == 0 && ::stat(path.c_str(), &status) == 0;
  const uid_t owner = root ? status.st_uid : ::geteuid();
  if (auto good = judge_token_file(path, owner); !good) return good.error();
  return read_line(path);
}

Result<> write_ops_address(const std::string& data_dir, const std::string& endpoint) {
  return write_private(address_path(data_dir), endpoint + "\n");
}

Result<std::string> read_ops_address(const std::string& data_dir) {
  return read_line(address_path(data_dir));
}

}  // namespace serai
