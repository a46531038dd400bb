# Prints the shares of a host's CPU time by part, from the output of `perf script -F ip,sym,dso`.
#
# A sample inside a system call counts for the call, whatever the kernel does in it (on the loopback
# device a send includes the receiver's work). All other samples count for the innermost function.
function part_of(symbol, object) {
  if (object ~ /kernel/) return "kernel: interrupts, scheduling"
  if (object ~ /libsqlite3/) return "SQLite"
  if (object ~ /libcrypto/) return "OpenSSL"
  if (object ~ /vdso/) return "clock"
  if (object ~ /libprometheus/) return "metrics"
  if (object ~ /libc\.so|libstdc/) return "libc: memory, copies, locks"
  if (object !~ /\/host/) return "module"
  if (symbol ~ /boost::beast|Http(Parser|Phase|Request|Response)|ResponseHead/) return "HTTP"
  if (symbol ~ /WebSocket|append_frame|unmask|parse_frame/) return "WebSocket frames"
  if (symbol ~ /boost::asio|serai::(Connection|Hub|Readiness|Transport|Shard)::|Shard::Loop/) return "loop, connections"
  if (symbol ~ /google::protobuf|nakama::|nlohmann|json|Json|serai::wire::|utf8/) return "JSON, Protobuf"
  if (symbol ~ /Db::|Query::|Writer|Readers|CommitQueue|_object|_account|FoundAccount|ObjectAck/) return "storage"
  if (symbol ~ /ShardIdentity|Tokens|TokenClaims|Jwt|claims|base64|ShardSessions|ShardStreams|Outbox/) return "identity, streams"
  if (symbol ~ /ShardRuntime|Runtime::|Runner::|Delivery::|Committer|EffectFlusher|Idempotency|Waits::|Undo::|Input|serai_call|Directory|PendingAnswers|Effects|guarded/) return "runtime"
  return "protocol and the rest"
}
function count() {
  if (depth == 0) return
  ++total
  ++samples[call != "" ? "kernel: " call : part_of(symbol, object)]
  depth = 0
  call = ""
}
/^$/ { count(); next }
{
  if (match($0, /__x64_sys_[a-z0-9_]+/)) call = substr($0, RSTART + 10, RLENGTH - 10)
  if (depth++ == 0) {
    object = $NF
    symbol = $0
    sub(/^[ \t]*[0-9a-f]+ /, "", symbol)
  }
}
END {
  count()
  for (part in samples) {
    share = 100 * samples[part] / total
    if (share >= 0.5) printf "%5.1f %%  %s\n", share, part | "sort -rn"
  }
}
