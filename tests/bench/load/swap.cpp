// Measures a swap and its rollback from the clients' side. Each client has its own socket and its
// own cell, and messages go to all cells in turn at a fixed rate. Every answer has the cell's
// number of hits, which must be one more than in the answer before, and its schema. The schemas
// show when the first cell has moved, and when the last.
#include <cstdio>
#include <cstdlib>

#include "load/scenarios.hpp"

namespace serai::bench {
namespace {

constexpr std::int64_t kSteadyUs = 3'000'000;  // before each flip, and after the last
constexpr std::int64_t kPatienceUs = 120'000'000;
constexpr std::uint32_t kItemBytes = 20;

struct Span {
  std::int64_t from_us = 0;
  std::int64_t to_us = 0;
};

struct Swap {
  Span before;
  Span prepared;  // from the flip to the first answer in the other schema
  Span moved;     // from there until no cell answers in the former schema
};

struct Request {
  std::size_t cell;
  std::int64_t planned_us;
  std::int64_t answered_us;
};

// Zero when the member is missing, since proto3 leaves zeros out.
std::int64_t number_after(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(name);
  if (at == std::string_view::npos) return 0;
  const std::size_t digits = text.find_first_of("0123456789", at + name.size());
  return std::strtoll(text.data() + digits, nullptr, 10);
}

class Cells {
 public:
  explicit Cells(const Options& options) : options_(options), cells_(options.clients) {
    const auto tokens = make_accounts(options.address, options.clients, options.run + "-cell");
    sockets_ = open_sockets(poller_, options.address, tokens);
    for (auto& socket : sockets_) {
      socket->on_message = [this](std::string_view text) { take(text); };
    }
    on_answer_ = [](Cell&, std::string_view) {};
    const std::uint32_t items = std::max(1U, options.bytes / kItemBytes);
    ask_all("bench_fill", R"({\"items\":)" + std::to_string(items) + "}");
  }

  void begin() {
    on_answer_ = [this](Cell& cell, std::string_view text) { on_hit(cell, text); };
    const std::size_t first = requests_.size();
    const std::int64_t began = now_us();
    poller_.on_turn = [this, first, began] {
      for (const std::int64_t now = now_us();;) {
        const auto hits = static_cast<double>(requests_.size() - first);
        const std::int64_t due = began + static_cast<std::int64_t>(hits * 1e6 / options_.rate);
        if (due > now) return;
        ask((requests_.size() - first) % cells_.size(), due, "bench_hit", R"({\"item\":7})");
      }
    };
  }

  Swap swap(const std::string& flip, std::int64_t schema) {
    Swap out;
    out.before.from_us = now_us();
    poller_.run_until(now_us() + kSteadyUs);
    out.before.to_us = out.prepared.from_us = now_us();
    schema_ = schema;
    moved_ = 0;
    if (std::system((flip + " &").c_str()) != 0) give_up("the flip could not be started");
    const std::int64_t until = now_us() + kPatienceUs;
    poller_.run_until(until, [this] { return moved_ != 0; });
    out.prepared.to_us = out.moved.from_us = now_us();
    poller_.run_until(until, [this] { return moved_ == cells_.size(); });
    out.moved.to_us = now_us();
    if (moved_ != cells_.size()) give_up("not all cells have moved within two minutes");
    return out;
  }

  void end() {
    poller_.run_until(now_us() + kSteadyUs);
    poller_.on_turn = nullptr;
    await_answers();
    on_answer_ = [this](Cell& cell, std::string_view text) {
      if (number_after(text, "hits") != cell.hits || number_after(text, "sum") != cell.hits)
        ++wrong_;
    };
    ask_all("bench_sum", "");
  }

  std::size_t answered() const { return answered_; }
  std::size_t wrong() const { return wrong_; }

  std::string latency(const Span& span) const {
    std::vector<double> inside;
    for (const Request& one : requests_) {
      if (one.answered_us < span.from_us || one.planned_us >= span.to_us) continue;
      inside.push_back(static_cast<double>(one.answered_us - one.planned_us) / 1000);
    }
    const std::size_t count = inside.size();
    const Percentiles all = percentiles(std::move(inside));
    return R"({"ms":)" + std::to_string((span.to_us - span.from_us) / 1000) + R"(,"messages":)" +
           std::to_string(count) + R"(,"p50_ms":)" + std::to_string(all.p50) + R"(,"p99_ms":)" +
           std::to_string(all.p99) + R"(,"max_ms":)" + std::to_string(all.max) + "}";
  }

 private:
  struct Cell {
    std::int64_t hits = 0;  // the number of answers
    std::int64_t schema = 0;
  };

  void ask(std::size_t cell, std::int64_t planned_us, const char* rpc, const std::string& payload) {
    sockets_[cell]->send(R"({"cid":")" + std::to_string(requests_.size()) + R"(","rpc":{"id":")" +
                         rpc + R"(","payload":")" + payload + "\"}}");
    requests_.push_back({cell, planned_us, 0});
  }
  void ask_all(const char* rpc, const std::string& payload) {
    constexpr std::size_t kAtOnce = 64;
    for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
      ask(cell, now_us(), rpc, payload);
      if (cell % kAtOnce == 0) await_answers();
    }
    await_answers();
  }
  void await_answers() {
    poller_.run_until(now_us() + kPatienceUs, [this] { return answered_ == requests_.size(); });
    if (answered_ != requests_.size()) give_up("answers are missing");
  }

  void take(std::string_view text) {
    if (text.find("\"rpc\"") == std::string_view::npos) give_up("unexpected: " + std::string(text));
    Request& request = requests_.at(static_cast<std::size_t>(number_after(text, "\"cid\"")));
    if (request.answered_us != 0) give_up("answered twice: " + std::string(text));
    request.answered_us = now_us();
    ++answered_;
    on_answer_(cells_[request.cell], text);
  }
  void on_hit(Cell& cell, std::string_view text) {
    if (number_after(text, "hits") != ++cell.hits) ++wrong_;
    const std::int64_t schema = number_after(text, "schema");
    if (schema == cell.schema) return;
    cell.schema = schema;
    if (schema == schema_) ++moved_;
  }

  const Options& options_;
  Poller poller_;
  std::vector<std::unique_ptr<SocketClient>> sockets_;
  std::vector<Cell> cells_;
  std::vector<Request> requests_;
  std::function<void(Cell&, std::string_view)> on_answer_;
  std::int64_t schema_ = 0;  // the schema after the swap
  std::size_t moved_ = 0;    // cells that answer in that schema
  std::size_t answered_ = 0;
  std::size_t wrong_ = 0;
};

}  // namespace

void swap(const Options& options) {
  Cells cells(options);
  const ProcessUse before = use_of(options.pid);
  const std::int64_t began = now_us();
  cells.begin();
  const Swap there = cells.swap(options.flip, 2);
  const Swap back = cells.swap(options.flip_back, 1);
  cells.end();
  const double cpu_s = use_of(options.pid).cpu_s - before.cpu_s;
  std::printf(
      R"({"scenario":"swap","entities":%zu,"state_bytes":%u,"rate":%.0f,"answered":%zu,"wrong":%zu,)"
      R"("server_cpu":%.2f,"before":%s,"rehearsal":%s,"commit":%s,"before_back":%s,"back":%s})"
      "\n",
      options.clients,
      options.bytes,
      options.rate,
      cells.answered(),
      cells.wrong(),
      cpu_s * 1e6 / static_cast<double>(now_us() - began),
      cells.latency(there.before).c_str(),
      cells.latency(there.prepared).c_str(),
      cells.latency(there.moved).c_str(),
      cells.latency(back.before).c_str(),
      cells.latency({back.prepared.from_us, back.moved.to_us}).c_str());
  // A socket closed by the server would have ended the program, so all are still open.
  if (cells.wrong() != 0) give_up("answers were wrong");
}

}  // namespace serai::bench
