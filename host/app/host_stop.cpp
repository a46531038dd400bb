#include <chrono>
#include <string_view>
#include <thread>

#include "app/client_plane.hpp"
#include "app/host.hpp"

namespace serai {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook{5};
constexpr std::string_view kReason = "server is shutting down";

}  // namespace

void Host::close_clients() {
  listener_->stop_accepting();
  listener_->close_all(kReason);
  const auto give_up = Steady::now() + config_.shutdown_grace;
  while (listener_->counts().connections != 0 && Steady::now() < give_up) {
    std::this_thread::sleep_for(kLook);
  }
  const std::uint64_t left = listener_->counts().connections;
  if (left == 0) return;
  use_.log.warn("host.connections_cut", {{"connections", left}});
  listener_->close_all(kReason);  // who still waits for an answer hears at least why none comes
}

void Host::stop() {
  use_.log.info("host.stopping", {{"connections", listener_->counts().connections}});
  admin_->set_ready(false);
  stopping_ = "builds";
  if (builds_) builds_->stop();
  stopping_ = "clients";
  close_clients();
  stopping_ = "the release";
  // A release on probation goes back while the shards still run.
  releases_->stop();
  stopping_ = "the runtime";
  runtime_->stop();
  stopping_ = "the disk";
  if (auto flushed = store_->flush(); !flushed) {
    use_.log.error("host.flush_failed", {{"reason", flushed.error().detail}});
  }
  use_.metrics.before_text({});
  stopping_ = "the ops plane";
  ops_.reset();
  stopping_ = "the shards";
  shards_.stop();
  stopping_ = "the store";
  store_->close();
  use_.log.info("host.stopped");
}

}  // namespace serai
