// PostgreSQL goes away, comes back, or is taken over: nothing acknowledged is lost, nothing is done
// twice, and the store goes on by itself.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "contract/store_world.hpp"
#include "postgres/postgres_database.hpp"
#include "storage/sql_store.hpp"
#include "support/postgres_server.hpp"
#include "support/unix_proxy.hpp"
#include "support/wait_for.hpp"

using namespace serai;
using namespace serai::testing;

namespace {

Result<std::unique_ptr<storage::SqlStore>> open(const std::string& url, const Clock& clock) {
  storage::StoreOptions options;
  options.clock = &clock;
  return storage::SqlStore::open(
      std::move(options),
      std::make_unique<postgres::PostgresDatabase>(postgres::PostgresOptions{url, {}, {}}));
}

class OutageWorld final : public StoreWorld {
 public:
  explicit OutageWorld(std::string url) : url_(std::move(url)) { restart(); }
  Store& store() override { return *store_; }
  ManualClock& clock() override { return clock_; }
  void pump() override {}
  void restart() override {
    store_.reset();
    auto opened = open(url_, clock_);
    if (!opened) throw std::runtime_error(opened.error().detail);
    store_ = *std::move(opened);
  }
  Result<> audit() override { return store_->audit(); }

  // Credits an account. The key makes it repeatable.
  Result<> credit(const std::string& key) {
    return pay({.idem_key = key,
                .reason = "test",
                .entries = {{"mint", -1, true}, {"player:ann", 1, false}}});
  }
  // A question that a reader's connection answers.
  Result<std::vector<RevokedToken>> read() {
    return ask<std::vector<RevokedToken>>(
        [](Store& s, Executor& e, auto answer) { s.revoked(0, e, std::move(answer)); });
  }
  std::int64_t gold() { return balance("player:ann"); }

 private:
  std::string url_;
  ManualClock clock_;
  std::unique_ptr<storage::SqlStore> store_;
};

// Ends all connections to the database, as an operator or a proxy may do.
void cut_connections(const std::string& url) {
  const std::size_t begin = url.rfind('/', url.find('?')) + 1;
  const std::string name = url.substr(begin, url.find('?') - begin);
  PostgresServer::instance().run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
}

// The url of the same database through a proxy in `folder`.
std::string through(const std::string& folder, const std::string& url) {
  return url.substr(0, url.find("?host=")) + "?host=" + folder;
}

std::string server_folder(const std::string& url) { return url.substr(url.find("?host=") + 6); }

struct ProxyFolder {
  std::string path =
      (std::filesystem::temp_directory_path() / ("serai-proxy-" + std::to_string(::getpid())))
          .string();
  ~ProxyFolder() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("a second host on one PostgreSQL database is refused, and the first goes on",
          "[contract][postgres]") {
  const std::string url = PostgresServer::instance().make_database();
  OutageWorld first(url);

  const auto second = open(url, first.clock());

  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == Errc::unavailable);
  CHECK(second.error().detail.find("in use by another host") != std::string::npos);
  CHECK(first.credit("k1"));
}

TEST_CASE("a connection that was cut while idle is made again before anybody notices",
          "[contract][postgres]") {
  const std::string url = PostgresServer::instance().make_database();
  OutageWorld world(url);
  REQUIRE(world.credit("k1"));

  for (int i = 0; i < 3; ++i) {
    cut_connections(url);
    CHECK(world.credit("after cut " + std::to_string(i)));
    cut_connections(url);
    CHECK(world.read());
  }

  CHECK(world.gold() == 4);
  CHECK(world.audit());
}

TEST_CASE("a commit whose answer is lost is looked up: done is acknowledged, not done is refused",
          "[contract][postgres]") {
  const std::string url = PostgresServer::instance().make_database();
  const ProxyFolder folder;
  UnixProxy proxy(folder.path, server_folder(url));
  OutageWorld world(through(folder.path, url));
  REQUIRE(world.credit("k1"));

  proxy.set_cut(UnixProxy::Cut::after_commit);
  CHECK(world.credit("k2"));
  REQUIRE(proxy.has_cut());
  CHECK(world.gold() == 2);

  proxy.set_cut(UnixProxy::Cut::before_commit);
  const auto refused = world.credit("k3");
  REQUIRE(proxy.has_cut());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::unavailable);
  CHECK(world.gold() == 2);

  CHECK(world.credit("k3"));
  world.restart();
  CHECK(world.gold() == 3);
  CHECK(world.audit());
}

TEST_CASE("while PostgreSQL is away writes are refused, and afterwards the store goes on",
          "[contract][postgres]") {
  const std::string url = PostgresServer::instance().make_database();
  OutageWorld world(url);
  REQUIRE(world.credit("k1"));

  PostgresServer::instance().kill();
  const auto refused = world.credit("k2");
  const auto unread = world.read();
  PostgresServer::instance().restart();

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::unavailable);
  REQUIRE_FALSE(unread);
  CHECK(unread.error().code == Errc::unavailable);
  CHECK(wait_for([&] { return world.credit("k2").ok(); }));
  CHECK(world.gold() == 2);
  CHECK(world.audit());
}

TEST_CASE("a host whose database another one has opened meanwhile writes nothing more",
          "[contract][postgres]") {
  const std::string url = PostgresServer::instance().make_database();
  OutageWorld former(url);
  REQUIRE(former.credit("k1"));

  // The former host loses its connection, and with it the lock, while another one starts.
  cut_connections(url);
  OutageWorld now(url);
  REQUIRE(now.credit("k2"));
  const auto refused = former.credit("k3");

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::unavailable);
  CHECK(now.gold() == 2);
  CHECK(now.audit());
}

TEST_CASE("a text with a zero byte is refused, and its neighbours are not",
          "[contract][postgres]") {
  OutageWorld world(PostgresServer::instance().make_database());
  std::vector<Result<FoundAccount>> answers;
  for (const std::string& device :
       {std::string("device-1"), std::string("dev\0ice", 7), std::string("device-3")}) {
    world.store().create_account(
        {.identity = {IdentityKind::device, device},
         .username = "user" + std::to_string(answers.size()) + std::to_string(device.size()) +
                     device.substr(0, 3) + device.substr(device.size() - 1),
         .password_hash = "",
         .now_s = 1},
        world.where(),
        [&](Result<FoundAccount> found) { answers.push_back(std::move(found)); });
  }

  world.run_until([&] { return answers.size() == 3; });

  CHECK(answers[0]);
  REQUIRE_FALSE(answers[1]);
  CHECK(answers[1].error().code == Errc::invalid_argument);
  CHECK(answers[2]);
}

TEST_CASE("a PostgreSQL server that has become read-only refuses writes and serves reads",
          "[contract][postgres]") {
  const std::string url = PostgresServer::instance().make_database();
  OutageWorld world(url);
  REQUIRE(world.credit("k1"));
  const std::size_t begin = url.rfind('/', url.find('?')) + 1;
  const std::string name = url.substr(begin, url.find('?') - begin);

  PostgresServer::instance().run("ALTER DATABASE " + name +
                                 " SET default_transaction_read_only = on");
  cut_connections(url);
  const auto refused = world.credit("k2");
  const auto read = world.read();
  PostgresServer::instance().run("ALTER DATABASE " + name + " RESET default_transaction_read_only");
  cut_connections(url);

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::unavailable);
  CHECK(read.ok());
  CHECK(world.credit("k2"));
  CHECK(world.gold() == 2);
}

TEST_CASE("a PostgreSQL server without a free connection refuses all, and recovers by itself",
          "[contract][postgres]") {
  const std::string url = PostgresServer::instance().make_database();
  const std::size_t begin = url.rfind('/', url.find('?')) + 1;
  const std::string name = url.substr(begin, url.find('?') - begin);
  const PostgresServer& server = PostgresServer::instance();
  const std::string role = "host_of_" + name;  // limits do not hold for the superuser
  server.run("CREATE ROLE " + role + " LOGIN");
  server.run("ALTER DATABASE " + name + " OWNER TO " + role);
  OutageWorld world("postgresql://" + role + url.substr(url.find('@')));
  REQUIRE(world.credit("k1"));

  server.run("ALTER ROLE " + role + " CONNECTION LIMIT 0");
  CHECK(world.credit("k2"));  // the connections that are there serve on
  cut_connections(url);
  const auto refused = world.credit("k3");
  const auto unread = world.read();
  server.run("ALTER ROLE " + role + " CONNECTION LIMIT -1");

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::unavailable);
  REQUIRE_FALSE(unread);
  CHECK(unread.error().code == Errc::unavailable);
  CHECK(unread.error().detail.find("too many connections") != std::string::npos);
  CHECK(wait_for([&] { return world.credit("k3").ok(); }));
  CHECK(world.read());
  CHECK(world.gold() == 3);
  CHECK(world.audit());
}

TEST_CASE("a connection is encrypted, and only to a server whose certificate is trusted",
          "[contract][postgres]") {
  const std::string url = PostgresServer::instance().start_with_tls();
  OutageWorld world(url);
  CHECK(world.credit("k1"));
  CHECK(world.gold() == 1);

  const std::string other_root = url.substr(0, url.find("sslrootcert=")) + "sslrootcert=/dev/null";
  const auto distrusted = open(other_root, world.clock());
  REQUIRE_FALSE(distrusted.ok());
  CHECK(distrusted.error().code == Errc::unavailable);
  CHECK(distrusted.error().detail.find("certificate") != std::string::npos);

  const auto other_name =
      open("postgresql://serai@localhost" + url.substr(url.rfind(':')), world.clock());
  REQUIRE_FALSE(other_name.ok());  // the certificate is for 127.0.0.1
}
