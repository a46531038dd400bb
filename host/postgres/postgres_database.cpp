#include "postgres/postgres_database.hpp"

#include "postgres/postgres_db.hpp"

namespace serai::postgres {
namespace {

// How a connection behaves whose peer has gone without a word: 10 s without an acknowledgement
// break it. What the url says itself comes later in the address, and wins.
constexpr std::string_view kDefaults =
    "application_name=serai&connect_timeout=5&keepalives=1&keepalives_idle=5&keepalives_interval=5&"
    "keepalives_count=2&tcp_user_timeout=10000";

// While the server cannot be reached, callers are refused at once instead of waiting for attempts.
constexpr auto kReconnectEvery = std::chrono::milliseconds(200);

std::string percent_encoded(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
  }
  return encoded;
}

// The url without a password, for messages.
std::string masked(const std::string& url) {
  const std::size_t begin = url.find("://") + 3;
  const std::size_t at = url.find('@', begin);
  const std::size_t colon = url.find(':', begin);
  std::string name = url.substr(0, url.find('?'));
  if (at < name.size() && colon < at) name.erase(colon, at - colon);
  return name;
}

std::string address_of(const std::string& url, const std::string& password) {
  const std::size_t query = url.find('?');
  std::string address = url.substr(0, query) + "?" + std::string(kDefaults);
  if (!password.empty()) address += "&password=" + percent_encoded(password);
  if (query != std::string::npos) address += "&" + url.substr(query + 1);
  return address;
}

}  // namespace

bool is_postgres_url(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

PostgresDatabase::PostgresDatabase(const PostgresOptions& options)
    : directory_(options.data_dir),
      address_(address_of(options.url, options.password)),
      name_(masked(options.url)) {}

Result<std::unique_ptr<storage::Db>> PostgresDatabase::open_writer() {
  if (!directory_.empty() && lock_ == nullptr) {
    auto locked = storage::DataDir::open(directory_);
    if (!locked) return locked.error();
    lock_ = *std::move(locked);
  }
  const auto now = std::chrono::steady_clock::now();
  if (now < next_try_) return Error{Errc::unavailable, name_ + ": cannot be reached"};
  auto opened = PostgresDb::connect(address_, name_);
  if (!opened) {
    next_try_ = std::chrono::steady_clock::now() + kReconnectEvery;
    return opened.error();
  }
  if ((*opened)->lock()) return std::unique_ptr<storage::Db>(*std::move(opened));
  return (*opened)->error();
}

Result<std::unique_ptr<storage::Db>> PostgresDatabase::open_reader() {
  auto opened = PostgresDb::connect(address_, name_);
  if (!opened) return opened.error();
  return std::unique_ptr<storage::Db>(*std::move(opened));
}

}  // namespace serai::postgres
