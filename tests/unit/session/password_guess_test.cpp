#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "identities.hpp"
#include "session/hash_pool.hpp"
#include "session/password.hpp"

using namespace serai;
using namespace serai::session;
using namespace serai::testing;

namespace {

Credentials guess(std::string address, std::string password, std::string from) {
  Credentials credentials = email(std::move(address), std::move(password));
  credentials.create = false;
  credentials.address = std::move(from);
  return credentials;
}

std::string from(int i) { return "192.0.2." + std::to_string(i); }

// Jobs that ran and jobs that were refused, in order, on a pool whose one thread is blocked until
// the test frees it.
struct HeldPool {
  explicit HeldPool(std::size_t waiting_max) : pool(1, waiting_max) {
    pool.run("the gate", [this](session::HashTurn) {
      std::unique_lock lock(mutex);
      held = true;
      changed.notify_all();
      changed.wait(lock, [this] { return released; });
    });
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return held; });
  }
  void add(const std::string& address) {
    pool.run(address, [this, address](session::HashTurn turn) {
      const std::lock_guard lock(mutex);
      (turn == session::HashTurn::now ? ran : refused).push_back(address);
      changed.notify_all();
    });
  }
  void release(std::size_t count) {
    std::unique_lock lock(mutex);
    released = true;
    changed.notify_all();
    changed.wait(lock, [&] { return ran.size() == count; });
  }

  std::mutex mutex;
  std::condition_variable changed;
  bool held = false;
  bool released = false;
  std::vector<std::string> ran;
  std::vector<std::string> refused;
  session::HashPool pool;  // last: its thread ends first
};

}  // namespace

TEST_CASE("addresses take turns for password checks", "[identity]") {
  HeldPool held(100);
  for (int i = 0; i < 50; ++i) held.add("loud");
  held.add("ann");
  held.add("bob");

  held.release(52);

  CHECK(std::find(held.ran.begin(), held.ran.end(), "ann") - held.ran.begin() < 3);
  CHECK(std::find(held.ran.begin(), held.ran.end(), "bob") - held.ran.begin() < 3);
}

TEST_CASE("in a full queue the loudest address gives way, and nobody else", "[identity]") {
  HeldPool held(10);
  for (int i = 0; i < 30; ++i) held.add("loud");
  CHECK(held.refused == std::vector<std::string>(20, "loud"));
  held.add("ann");
  held.add("bob");
  CHECK(held.refused == std::vector<std::string>(22, "loud"));

  held.release(10);

  CHECK(std::count(held.ran.begin(), held.ran.end(), "loud") == 8);
}

TEST_CASE("wrong passwords for an account are bounded, and lock nobody out of his own house",
          "[identity]") {
  Identities world;
  REQUIRE(world.login(email("ann@example.org", "secret-12")).ok());
  REQUIRE(world.login(guess("ann@example.org", "secret-12", "198.51.100.1")).ok());

  int looked_at = 0;
  for (int i = 0; i < 50; ++i) {
    const auto tried = world.login(guess("ann@example.org", "secret-13", from(i)));
    looked_at += code(tried) == Errc::unauthenticated ? 1 : 0;
  }
  CHECK(looked_at == 20);
  CHECK(code(world.login(guess("ann@example.org", "secret-12", from(99)))) ==
        Errc::resource_exhausted);
  CHECK(world.login(guess("ann@example.org", "secret-12", "198.51.100.1")).ok());

  world.clock.advance_ms(3 * 60'000);  // a twentieth of an hour
  CHECK(world.login(guess("ann@example.org", "secret-12", from(99))).ok());
}

TEST_CASE("wrong passwords from an address are bounded, whatever names are tried", "[identity]") {
  auto options = quick_options();
  options.guesses.per_address_hour = 10;
  Identities world(4, options);
  REQUIRE(world.login(email("ann@example.org", "secret-12")).ok());

  int looked_at = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string name = "user" + std::to_string(i) + "@example.org";
    const std::string network = "2001:db8:0:1::" + std::to_string(i);  // one household
    looked_at += code(world.login(guess(name, "secret-12", network))) == Errc::not_found ? 1 : 0;
  }

  CHECK(looked_at == 10);
  CHECK(code(world.login(guess("ann@example.org", "secret-12", "2001:db8:0:1::ffff"))) ==
        Errc::resource_exhausted);
  for (int i = 0; i < 30; ++i) {  // right passwords are not counted
    REQUIRE(world.login(guess("ann@example.org", "secret-12", "2001:db8:0:2::1")).ok());
  }
}

TEST_CASE("an unknown name waits for a check like a known one", "[identity]") {
  auto options = quick_options();
  options.hash_threads = 0;  // the queue never gets shorter
  Identities world(2, options);
  bool answered = false;
  auto by_name = guess("", "secret-12", "192.0.2.1");
  by_name.username = "nobody";

  world.at(0, [&] {
    for (const Credentials& unknown :
         {guess("ann@example.org", "secret-12", "192.0.2.1"), by_name}) {
      world.layer->identity(0).authenticate(unknown, [&](const auto&) { answered = true; });
    }
  });

  CHECK_FALSE(answered);
}

TEST_CASE("a text that no password matches takes as long to look at as an account's",
          "[identity]") {
  const std::string stored = *session::hash_password("secret-12", 4);
  const std::string none = session::unmatched_password(4);
  CHECK(none.size() == stored.size());
  CHECK(none.substr(0, 13) == stored.substr(0, 13));
  CHECK_FALSE(session::password_matches("secret-12", none));
  CHECK_FALSE(session::password_matches("", none));
}
