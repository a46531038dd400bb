#include "support/postgres_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "base/fd.hpp"

namespace serai::testing {
namespace {

std::string output_of(const std::string& command) {
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string text;
  std::array<char, 256> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) text += part.data();
  if (::pclose(pipe) != 0) throw std::runtime_error(command + " failed");
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

// A port that was free a moment ago.
std::uint16_t free_port() {
  const Fd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (::bind(probe.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(probe.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no free port");
  }
  return ntohs(address.sin_port);
}

std::string script() { return SERAI_SOURCE_DIR "/scripts/postgres "; }

}  // namespace

PostgresServer& PostgresServer::instance() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer()
    : folder_((std::filesystem::temp_directory_path() /
               ("serai-postgres-" + std::to_string(::getpid())))
                  .string()) {
  output_of(script() + "start " + folder_ + " --volatile --until " + std::to_string(::getpid()));
}

std::string PostgresServer::make_database() {
  const std::string name = "test" + std::to_string(databases_++);
  run("CREATE DATABASE " + name);
  return "postgresql://serai@/" + name + "?host=" + folder_;
}

void PostgresServer::run(const std::string& sql) const {
  output_of("psql --quiet --host=" + folder_ + " --username=serai --dbname=serai --command=\"" +
            sql + "\"");
}

std::string PostgresServer::start_with_tls() const {
  return output_of(script() + "start " + folder_ + "-tls --volatile --until " +
                   std::to_string(::getpid()) + " --tls " + std::to_string(free_port()));
}

void PostgresServer::kill() const { output_of(script() + "kill " + folder_); }

void PostgresServer::restart() const { output_of(script() + "start " + folder_ + " --volatile"); }

}  // namespace serai::testing
