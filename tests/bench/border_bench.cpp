// bench_border: measures the cost of the border between host and module for one message. Prints one
// line of JSON.
//
// The handler bench_hit is in this program twice: linked in, and in bench.so, which is opened as
// the host opens a module. Both get the request as bytes and return the answer as bytes, because in
// a host both come from a socket and go to one.
//
//   direct   parses the request, calls the function and serialises the answer.
//   border   does the steps of Runner::execute for a module's handler: describes the message in C,
//            with both ids as text, and enters through the table with the guard against exceptions.
//            The SDK finds the row, parses, calls, serialises and passes the answer to the host.
//            The host checks the call and the pointer, and copies the answer.
//
// The difference of their times is the cost of the border. Rounds of both alternate. The figures
// are medians of the rounds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "abi/host_table.hpp"
#include "abi/module_calls.hpp"
#include "base/file_io.hpp"
#include "bench.pb.h"
#include "loading/library.hpp"
#include "loading/verify.hpp"
#include "runtime/execution/run.hpp"
#include "serai/module.hpp"

namespace bench {
serai::face::Answer<Seen> on_fill(Cell& cell, const Fill& fill);
serai::face::Answer<Seen> on_hit(Cell& cell, const Hit& asked);
}  // namespace bench

using namespace serai;

namespace {

constexpr int kRounds = 21;
constexpr int kMessages = 200'000;  // in a round
constexpr int kItems = 100;

[[noreturn]] void die(const std::string& reason) {
  std::fprintf(stderr, "bench_border: %s\n", reason.c_str());
  std::exit(1);
}

template <class Message>
std::string bytes_of(const Message& message) {
  return message.SerializeAsString();
}

class LinkedIn {
 public:
  LinkedIn() {
    bench::Fill fill;
    fill.set_items(kItems);
    static_cast<void>(bench::on_fill(cell_, fill));
  }
  std::string hit(std::string_view request) {
    bench::Hit hit;
    if (!hit.ParseFromArray(request.data(), static_cast<int>(request.size())))
      die("malformed request");
    return bytes_of(*bench::on_hit(cell_, hit));
  }

 private:
  bench::Cell cell_;
};

class Opened {
 public:
  explicit Opened(const char* file) {
    Result<std::string> bytes = read_file(file, kModuleBytesMax);
    if (!bytes) die(bytes.error().detail);
    Result<loading::VerifiedModule> module = loading::verify_module(*std::move(bytes));
    if (!module) die(module.error().detail);
    Result<std::unique_ptr<loading::SharedLibrary>> library =
        loading::SharedLibrary::open(file, module->build_id, nullptr);
    if (!library) die(library.error().detail);
    library_ = *std::move(library);
    contract_ = std::move(module->contract);
    const bool open = entry().open(&abi::host_table(), &instance_) == SERAI_OK &&
                      entry().entity_create(instance_, number_of_cell(), key_, &cell_) == SERAI_OK;
    if (!open) die("the module does not open");
    bench::Fill fill;
    fill.set_items(kItems);
    handle(number_of("bench_fill"), bytes_of(fill));
    hit_ = number_of("bench_hit");
  }
  ~Opened() {
    entry().entity_destroy(instance_, number_of_cell(), cell_);
    entry().close(instance_);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

  const std::string& hit(std::string_view request) { return handle(hit_, request); }

 private:
  const serai_module& entry() const { return *library_->entry(); }
  std::uint32_t number_of(std::string_view rpc) const {
    const auto found = std::ranges::find(contract_.handlers, rpc, &abi::HandlerContract::name);
    return static_cast<std::uint32_t>(found - contract_.handlers.begin());
  }
  std::uint32_t number_of_cell() const {
    const auto found = std::ranges::find(contract_.kinds, "cell", &abi::KindContract::name);
    return static_cast<std::uint32_t>(found - contract_.kinds.begin());
  }

  const std::string& handle(std::uint32_t handler, std::string_view request) {
    user_.write_text(run_.user_text);
    session_.write_text(run_.session_text);
    serai_message& message = run_.message;
    message = {};
    message.struct_size = sizeof(message);
    message.handler = handler;
    message.entity_kind = {"cell", 4};
    message.entity_key = key_;
    message.user_id = {run_.user_text.data(), run_.user_text.size()};
    message.session_id = {run_.session_text.data(), run_.session_text.size()};
    message.payload = {request.data(), request.size()};
    run_.reply.clear();
    run_.misuse = nullptr;
    std::string thrown;
    const abi::EnterCall entered(&run_);
    const serai_status status = guarded(generation_, thrown, [&] {
      return entry().handle(instance_, cell_, &run_, &message, &run_.frame);
    });
    if (status != SERAI_OK || !thrown.empty() || run_.misuse != nullptr) die("the handler failed");
    return run_.reply;
  }

  std::unique_ptr<loading::SharedLibrary> library_;
  abi::ModuleContract contract_;
  abi::Generation generation_;  // guarded() needs its address only
  serai_instance* instance_ = nullptr;
  serai_entity* cell_ = nullptr;
  serai_str key_{"one", 3};
  Uuid user_ = Uuid::make_random();
  Uuid session_ = Uuid::make_random();
  std::uint32_t hit_ = 0;
  runtime::Run run_;
};

// Runs a round and returns the nanoseconds per message. A last message checks that all have
// arrived.
template <class Side>
double round_of(Side& side, const std::string& request, std::int64_t& hits) {
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < kMessages; ++i) {
    if (side.hit(request).empty()) die("an empty answer");
  }
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - began;
  bench::Seen seen;
  hits += kMessages + 1;
  if (!seen.ParseFromString(side.hit(request)) || seen.hits() != hits) die("a wrong answer");
  return took.count() / kMessages;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main() {
  LinkedIn direct;
  Opened opened(SERAI_MODULE_bench_v1);
  bench::Hit hit;
  hit.set_item(7);
  const std::string request = bytes_of(hit);
  std::int64_t direct_hits = 0;
  std::int64_t border_hits = 0;
  std::vector<double> direct_ns;
  std::vector<double> border_ns;
  std::vector<double> difference_ns;
  for (int i = 0; i < kRounds; ++i) {
    direct_ns.push_back(round_of(direct, request, direct_hits));
    border_ns.push_back(round_of(opened, request, border_hits));
    difference_ns.push_back(border_ns.back() - direct_ns.back());
  }
  std::printf(
      R"({"scenario":"border","messages":%lld,"direct_ns":%.1f,"through_ns":%.1f,"border_ns":%.1f})"
      "\n",
      static_cast<long long>(direct_hits + border_hits),
      median(direct_ns),
      median(border_ns),
      median(difference_ns));
  return 0;
}
