// A child process dies in each way; its report is read like any line of the log.
#include "runtime/execution/crash_report.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <functional>
#include <thread>

#include "abi/module_calls.hpp"
#include "base/assert.hpp"
#include "base/host_thread.hpp"
#include "support/temp_folder.hpp"

#ifndef SERAI_SANITIZE  // a sanitizer reports by itself

namespace {

using Catch::Matchers::Contains;

struct Death {
  int signal = 0;
  std::string report;
};

Death die(const std::function<void()>& how) {
  const serai::testing::TempFolder folder;
  const std::string file = folder.path("crash");
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
    serai::runtime::install_crash_report(file);
    how();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  std::ifstream in(file);
  return {WIFSIGNALED(status) ? WTERMSIG(status) : 0,
          std::string(std::istreambuf_iterator<char>(in), {})};
}

void read_nothing() {
  // Like a call into a module: the compiler must write everything to memory before it.
  asm volatile("" : : : "memory");
  const volatile int* nothing = nullptr;
  static_cast<void>(*nothing);
}

// NOLINTNEXTLINE(misc-no-recursion)
int dig(int deep) {
  volatile char here[4096];
  here[0] = 'a';
  return deep == 0 ? 0 : dig(deep - 1) + here[0];
}

}  // namespace

TEST_CASE("a crash says where it was, in a line that stays", "[crash]") {
  const Death death = die(read_nothing);

  CHECK(death.signal == SIGSEGV);
  CHECK_THAT(death.report, Catch::Matchers::StartsWith("{\"time\":\"20"));
  CHECK_THAT(death.report,
             Contains(R"("level":"fatal","event":"host.crashed","signal":"SIGSEGV")"));
  CHECK_THAT(death.report, Contains(R"("address":"0x0")"));
  CHECK_THAT(death.report, Contains("\"stack\":\"unit_runtime+0x"));
  CHECK(death.report.ends_with("\"}\n"));
}

TEST_CASE("a stack that is used up is reported too, on the host's threads", "[crash]") {
  const Death death = die([] {
    std::thread([] {
      const serai::HostThread named("digger");
      dig(1 << 30);
    }).join();
  });

  CHECK(death.signal == SIGSEGV);
  CHECK_THAT(death.report, Contains(R"("thread":"digger")"));
  CHECK_THAT(death.report, Contains("unit_runtime+0x"));
}

TEST_CASE("broken invariants and lost exceptions say why", "[crash]") {
  const Death broken = die([] { SERAI_ASSERT(1 + 1 == 3); });
  CHECK(broken.signal == SIGABRT);
  CHECK_THAT(broken.report, Contains(R"("reason":"invariant broken: 1 + 1 == 3)"));

  const Death lost =
      die([] { std::thread([] { throw std::runtime_error("a \"lost\" one"); }).join(); });
  CHECK(lost.signal == SIGABRT);
  CHECK_THAT(lost.report, Contains(R"(a \u0022lost\u0022 one)"));
}

TEST_CASE("a crash inside a module names it, what was called, and for whom", "[crash]") {
  serai::abi::Generation code;
  code.id = 7;
  code.build_id = "abcd";
  code.contract.name = "battle";
  code.contract.version = "1.2.3";
  const serai::EntityId entity{"battle", "a\"\n\xc3\xa9"};
  const std::string called = "entity_import";

  const Death death = die([&] {
    serai::abi::entered_function() = {&called, &entity};
    const serai::abi::EnterCode entered(code);
    read_nothing();
  });

  CHECK_THAT(death.report,
             Contains(R"("module":"battle","module_version":"1.2.3","generation":7)"));
  CHECK_THAT(death.report, Contains(R"("handler":"entity_import","kind":"battle")"));
  CHECK_THAT(death.report, Contains(R"("key":"a\u0022\u000a\u00c3\u00a9")"));
}

TEST_CASE("a report that cannot be kept is no obstacle to dying", "[crash]") {
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(STDERR_FILENO);
    serai::runtime::install_crash_report("/nowhere/at/all");
    ::abort();
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WTERMSIG(status) == SIGABRT);
}

#endif
