#include "app/operator_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "app/config_file.hpp"
#include "base/ascii.hpp"
#include "base/file_io.hpp"
#include "base/uuid.hpp"

namespace serai::app {
namespace {

constexpr unsigned kPrivate = 0600;  // for the host's user only

std::string token_path(const std::string& data_dir) { return data_dir + "/admin.token"; }
std::string address_path(const std::string& data_dir) { return data_dir + "/ops.address"; }

Result<std::string> read_line(const std::string& path) {
  auto text = read_config_text(path);
  if (!text) return text;
  text->resize(trimmed_end(*text, " \r\n").size());
  return text;
}

// Refuses the file of a token when another user owns it or may read it, because the token gives all
// rights of an operator.
Result<> judge_token_file(const std::string& path, uid_t owner) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return success();  // the caller's read reports this error
  const bool mine = status.st_uid == owner;
  if (mine && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return success();
  return Error{Errc::permission_denied,
               path + (mine ? " is open to other users" : " belongs to another user") +
                   ", who may have the token: remove the file; the next start makes a new one, "
                   "for this user only"};
}

std::string random_token() {
  std::string token;
  // Each version 4 id has 122 random bits.
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
  if (auto written = write_file(token_path(data_dir), token + "\n", kPrivate); !written) {
    return written.error();
  }
  return token;
}

Result<std::string> read_admin_token(const std::string& data_dir) {
  const std::string path = token_path(data_dir);
  // Root may operate the host of any user, so for root the file may have any owner.
  struct stat status {};
  const bool root = ::geteuid() == 0 && ::stat(path.c_str(), &status) == 0;
  const uid_t owner = root ? status.st_uid : ::geteuid();
  if (auto good = judge_token_file(path, owner); !good) return good.error();
  return read_line(path);
}

Result<> write_ops_address(const std::string& data_dir, const std::string& endpoint) {
  return write_file(address_path(data_dir), endpoint + "\n", kPrivate);
}

Result<std::string> read_ops_address(const std::string& data_dir) {
  return read_line(address_path(data_dir));
}

}  // namespace serai::app
