#include "session/shard_resumes.hpp"

#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "base/parse_number.hpp"
#include "model/placement.hpp"
#include "session/part.hpp"
#include "session/resumable_socket.hpp"
#include "session/resume_link.hpp"

namespace serai::session {
namespace {

constexpr std::size_t kFormerTokensMax = 16'384;

// A token in two parts: the shard, and the random part.
struct TokenParts {
  std::uint32_t shard = 0;
  Uuid id;
};

std::optional<TokenParts> parse_token(std::string_view token) {
  const std::size_t dot = token.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto shard = parse_number<std::uint32_t>(token.substr(0, dot));
  const auto id = Uuid::parse(token.substr(dot + 1));
  if (!shard || !id || id->is_nil()) return std::nullopt;
  return TokenParts{*shard, *id};
}

}  // namespace

ShardResumes::ShardResumes(const PartContext& context)
    : context_(context), former_tokens_(kFormerTokensMax) {}

ShardResumes::~ShardResumes() = default;

std::optional<std::uint32_t> ShardResumes::shard_of(std::string_view token) const {
  const auto parts = parse_token(token);
  if (!parts || parts->shard >= context_.shard_count) return std::nullopt;
  return parts->shard;
}

std::unique_ptr<SocketSession> ShardResumes::begin(std::unique_ptr<SocketSession> session,
                                                   const Presence& presence,
                                                   SocketFormat format,
                                                   ResumeRefusal refusal) {
  SERAI_ASSERT(context_.shard.is_current());
  const std::uint64_t serial = next_serial_++;
  sockets_.emplace(serial,
                   std::make_unique<ResumableSocket>(
                       *this, serial, std::move(session), presence, format, refusal));
  return std::make_unique<ResumeLink>(*this, serial, presence.user_id.hash(), Uuid{}, 0);
}

Result<ResumeOutcome> ShardResumes::resume(const ResumeRequest& request) {
  SERAI_ASSERT(context_.shard.is_current());
  const Found found = find_for(request);
  if (found.refusal == ResumeRefusal::missed && found.socket != nullptr) {
    found.socket->finish(ResumeRefusal::missed, refusal_text(ResumeRefusal::missed));
    if (!found.socket->has_connection()) destroy(found.serial);
  }
  if (found.refusal != ResumeRefusal::none) {
    context_.metrics.resumes(found.refusal).add();
    return ResumeOutcome{nullptr, found.refusal};
  }
  const Presence& presence = found.socket->presence();
  const NamedLimit& limit = context_.limits.sockets;
  if (found.socket->is_parked() && context_.players.sockets(presence.user_id) >= limit.max()) {
    return limit.refuse(
        Errc::resource_exhausted,
        {"You have as many sockets open as you may", "sockets", "close one of them first"});
  }
  const StreamId status{StreamMode::status, presence.user_id, {}, ""};
  context_.parts.on(shard_of_stream(status, context_.shard_count),
                    [user = presence.user_id, session = presence.session_id, login = request.login](
                        Part& part) { part.users.resumed(user, session, login); });
  return ResumeOutcome{std::make_unique<ResumeLink>(
      *this, found.serial, presence.user_id.hash(), found.token, *request.last)};
}

ShardResumes::Found ShardResumes::find_for(const ResumeRequest& request) const {
  Found found;
  const auto token = parse_token(request.token);
  const auto at = token ? tokens_.find(token->id) : tokens_.end();
  if (at == tokens_.end()) {
    const ResumeRefusal* former = token ? former_tokens_.find(token->id) : nullptr;
    found.refusal = former == nullptr ? ResumeRefusal::unknown : *former;
    return found;
  }
  found.token = token->id;
  found.serial = at->second;
  found.socket = find(at->second);
  SERAI_ASSERT(found.socket != nullptr);
  if (found.socket->presence().user_id != request.login.user_id) {
    found.refusal = ResumeRefusal::other_user;
  } else if (found.socket->format() != request.format) {
    found.refusal = ResumeRefusal::other_format;
  } else {
    found.refusal = found.socket->check(request.last);
  }
  return found;
}

void ShardResumes::shut_down() {
  SERAI_ASSERT(context_.shard.is_current());
  is_closing_ = true;
  for (const auto& [serial, socket] : sockets_) {
    if (socket->is_parked()) socket->finish(ResumeRefusal::ended, "server is shutting down");
  }
}

void ShardResumes::destroy_all() {
  // Moved out first: the destructors look up sessions here.
  const auto all = std::exchange(sockets_, {});
  tokens_.clear();
}

ResumableSocket* ShardResumes::find(std::uint64_t serial) const {
  const auto at = sockets_.find(serial);
  return at == sockets_.end() ? nullptr : at->second.get();
}

Uuid ShardResumes::issue_token(std::uint64_t serial) {
  const Uuid token = Uuid::make_random();
  tokens_.emplace(token, serial);
  return token;
}

std::string ShardResumes::token_text(const Uuid& token) const {
  return std::to_string(context_.shard.index()) + "." + token.text();
}

void ShardResumes::retire_token(const Uuid& token, ResumeRefusal why) {
  if (tokens_.erase(token) != 0) former_tokens_.at(token) = why;
}

std::uint32_t ShardResumes::keep_ms() const {
  return is_closing_ ? 0 : context_.resume.keep_ms.load();
}

bool ShardResumes::park(const Uuid& user) {
  if (!context_.players.park_socket(user, context_.limits.sockets.max())) return false;
  context_.metrics.parked.add(1);
  context_.metrics.sockets.add(-1);
  return true;
}

void ShardResumes::unpark(const Uuid& user) {
  context_.players.unpark_socket(user);
  context_.metrics.parked.add(-1);
  context_.metrics.sockets.add(1);
}

void ShardResumes::destroy(std::uint64_t serial) {
  const auto node = sockets_.extract(serial);
  if (node.empty()) return;
  if (node.mapped()->state() != ResumeState::unopened) node.mapped()->end_session();
}

}  // namespace serai::session
