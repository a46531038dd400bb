#include "net/upgrade.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <boost/beast/http/rfc7230.hpp>

namespace serai::net {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, 1.3
constexpr std::size_t kKeyChars = 24;                                       // 16 bytes in base64

bool lists(std::string_view field, std::string_view token) {
  boost::beast::http::token_list list(boost::beast::string_view(field.data(), field.size()));
  return list.exists(boost::beast::string_view(token.data(), token.size()));
}

bool is_key(std::string_view key) {
  if (key.size() != kKeyChars || !key.ends_with("==")) return false;
  return std::all_of(key.begin(), key.end() - 2, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  });
}

}  // namespace

std::string upgrade_key(const HttpRequest& request) {
  const std::string_view key = request.header("sec-websocket-key");
  if (request.method != "GET" || !is_key(key) || !lists(request.header("connection"), "upgrade") ||
      !lists(request.header("upgrade"), "websocket") ||
      request.header("sec-websocket-version") != "13") {
    return {};
  }
  const std::string input = std::string(key).append(kGuid);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(input.data(), input.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
    return {};
  }
  std::array<unsigned char, 64> text{};
  const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
  return {text.begin(), text.begin() + length};
}

void append_upgrade(std::string& out, std::string_view accept_key) {
  out.append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
      .append("Sec-WebSocket-Accept: ")
      .append(accept_key)
      .append("\r\n\r\n");
}

}  // namespace serai::net
