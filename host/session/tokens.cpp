#include "session/tokens.hpp"

#include <nlohmann/json.hpp>

#include "base/hex.hpp"
#include "base/json_text.hpp"
#include "base/utf8.hpp"
#include "session/validation.hpp"

namespace serai::session {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kCachedTokenBytesMax = 4096;  // longer tokens are not cached

Error invalid_token() { return {Errc::unauthenticated, "Auth token invalid"}; }

std::string text_of(const Json& claims, const char* name) {
  const auto at = claims.find(name);
  return at != claims.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::int64_t number_of(const Json& claims, const char* name) {
  const auto at = claims.find(name);
  return at != claims.end() && at->is_number_integer() ? at->get<std::int64_t>() : 0;
}

// Appends one UTF-16 code unit as a JSON escape.
void append_unit(std::uint32_t unit, std::string& json) {
  json += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) json += kHexDigits[(unit >> shift) & 15U];
}

// Appends the code point of one valid UTF-8 sequence as a JSON escape, above 16 bits as a surrogate
// pair.
void append_escaped(std::string_view sequence, std::string& json) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  std::uint32_t point = sequence.size() == 1 ? byte(0) : byte(0) & (0x7fU >> sequence.size());
  for (std::size_t i = 1; i < sequence.size(); ++i) point = point << 6 | (byte(i) & 0x3fU);
  if (point < 0x10000) return append_unit(point, json);
  append_unit(0xd800 + ((point - 0x10000) >> 10), json);
  append_unit(0xdc00 + ((point - 0x10000) & 0x3ff), json);
}

// Appends a JSON string that published clients can decode. They decode the claims byte by byte, and
// with the standard Base64 alphabet, although tokens use the one for URLs (RFC 4648, section 5). So
// the text must be printable ASCII without '>', '?' and '~'. These three characters have 62 or 63
// in their last six bits, and only these two values differ between the alphabets. The highest bit
// of each byte is 0, so six bits at any other position never have these values.
void append_token_string(std::string_view text, std::string& json) {
  std::string quoted;
  append_json_string(text, quoted);  // escapes control characters, replaces invalid UTF-8
  for (std::string_view rest = quoted; !rest.empty();) {
    const char c = rest.front();
    const std::size_t length = utf8_length(rest);
    if (length > 1 || c == '>' || c == '?' || c == '~' || c == '\x7f') {
      append_escaped(rest.substr(0, length), json);
    } else {
      json += c;
    }
    rest.remove_prefix(length);
  }
}

void append_member(std::string_view name, std::string_view text, std::string& json) {
  append_token_string(name, json);
  json += ':';
  append_token_string(text, json);
}

// The length of the longest token with these variables, for any user name. So the name does not
// decide whether a login is refused.
std::size_t token_bytes(const SessionVars& vars) {
  constexpr std::int64_t kTenDigits = 9'999'999'999;
  TokenClaims claims;
  claims.token_id = Uuid().text();
  // Each '~' becomes an escape of six bytes. No other byte of a name becomes longer.
  claims.username = std::string(kUsernameBytesMax, '~');
  claims.issued_s = kTenDigits;
  claims.expires_s = kTenDigits;
  claims.vars = vars;
  return Jwt::token_bytes(encode_claims(claims).size());
}

Result<TokenClaims> open(Jwt& jwt, std::string_view token) {
  auto payload = jwt.open(token);
  if (!payload) return payload.error();
  return decode_claims(*payload);
}

}  // namespace

std::string encode_claims(const TokenClaims& claims) {
  std::string json = "{\"exp\":" + std::to_string(claims.expires_s) +
                     ",\"iat\":" + std::to_string(claims.issued_s) + ',';
  append_member("tid", claims.token_id, json);
  json += ',';
  append_member("uid", claims.user_id.text(), json);
  json += ',';
  append_member("usn", claims.username, json);
  if (!claims.vars.empty()) {
    json += ",\"vrs\":";
    char separator = '{';
    for (const auto& [name, value] : claims.vars) {
      json += separator;
      append_member(name, value, json);
      separator = ',';
    }
    json += '}';
  }
  json += '}';
  return json;
}

Result<TokenClaims> decode_claims(std::string_view json) {
  const Json claims = Json::parse(json, nullptr, false);
  if (!claims.is_object()) return invalid_token();
  const auto user = Uuid::parse(text_of(claims, "uid"));
  if (!user || user->is_nil()) return invalid_token();

  TokenClaims out;
  out.token_id = text_of(claims, "tid");
  out.user_id = *user;
  out.username = text_of(claims, "usn");
  out.expires_s = number_of(claims, "exp");
  out.issued_s = number_of(claims, "iat");
  if (out.expires_s <= 0) return invalid_token();
  if (const auto vars = claims.find("vrs"); vars != claims.end() && vars->is_object()) {
    for (const auto& [name, value] : vars->items()) {
      if (value.is_string()) out.vars.emplace(name, value.get<std::string>());
    }
  }
  return out;
}

const TokenClaims* TokenCache::find(std::string_view token) {
  if (const auto at = young_.find(token); at != young_.end()) return &at->second;
  const auto at = old_.find(token);
  if (at == old_.end()) return nullptr;
  auto node = old_.extract(at);
  make_room();
  return &young_.insert(std::move(node)).position->second;
}

void TokenCache::put(std::string_view token, TokenClaims claims) {
  make_room();
  young_.insert_or_assign(std::string(token), std::move(claims));
}

void TokenCache::make_room() {
  if (young_.size() < half_) return;
  old_ = std::move(young_);
  young_.clear();
}

Tokens::Tokens(const SessionOptions& options)
    : token_bytes_max_(options.token_bytes_max),
      session_expiry_s_(options.token_expiry.count()),
      refresh_expiry_s_(options.refresh_token_expiry.count()),
      session_(options.encryption_key),
      refresh_(options.refresh_encryption_key),
      verified_(options.token_cache_max) {}

Result<> Tokens::check_vars(const SessionVars& vars) const {
  const std::size_t bytes = token_bytes(vars);
  if (bytes <= token_bytes_max_) return success();
  return {Errc::invalid_argument,
          "Session variables too large: the token would have " + std::to_string(bytes) +
              " bytes, a request can carry " + std::to_string(token_bytes_max_) + "."};
}

SessionTokens Tokens::issue(TokenClaims claims, std::int64_t now_s) {
  SessionTokens tokens;
  claims.expires_s = now_s + session_expiry_s_;
  tokens.token = session_.sign(encode_claims(claims));
  claims.expires_s = now_s + refresh_expiry_s_;
  tokens.refresh_token = refresh_.sign(encode_claims(claims));
  return tokens;
}

Result<TokenClaims> Tokens::open_session(std::string_view token, std::int64_t now_s) {
  if (const TokenClaims* found = verified_.find(token)) {
    if (found->expires_s <= now_s) return invalid_token();
    return *found;
  }
  auto claims = open(session_, token);
  if (!claims) return claims;
  if (claims->expires_s <= now_s) return invalid_token();
  if (token.size() <= kCachedTokenBytesMax) verified_.put(token, *claims);
  return claims;
}

Result<TokenClaims> Tokens::open_refresh(std::string_view token, std::int64_t now_s) {
  auto claims = open(refresh_, token);
  if (claims.ok() && claims->expires_s <= now_s) return invalid_token();
  return claims;
}

}  // namespace serai::session
