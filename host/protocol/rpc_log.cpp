#include "protocol/rpc_log.hpp"

#include <string>
#include <vector>

#include "base/trace_id.hpp"
#include "protocol/host_failure.hpp"

namespace serai::protocol {

void log_rpc(const Log& log, const ExecutedRpc& rpc, const RpcAnswer& answer) {
  const Errc code = answer.payload.ok() ? Errc::ok : answer.payload.error().code;
  const LogLevel level = is_host_failure(code) ? LogLevel::warn : LogLevel::debug;
  if (!log.enabled(level)) return;
  const std::string_view reason =
      answer.payload.ok() ? std::string_view() : answer.payload.error().detail;
  const std::string user = rpc.user_id.text();
  const std::string session = rpc.session_id.text();
  const std::string trace = trace_text(rpc.trace_id);
  std::vector<LogField> fields{{"rpc", rpc.name},
                               {"player_id", user},
                               {"code", code},
                               {"reason", reason},
                               {"trace_id", trace},
                               {"duration_ms", static_cast<double>(rpc.took_us) / 1e3}};
  if (!rpc.session_id.is_nil()) fields.push_back({"session_id", session});
  if (answer.by.module != nullptr) {
    fields.push_back({"module", *answer.by.module});
    fields.push_back({"module_version", *answer.by.version});
    fields.push_back({"generation", answer.by.generation});
  }
  log.write(level, "rpc.executed", fields);
}

}  // namespace serai::protocol
