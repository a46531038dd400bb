#include "ports/net.hpp"

#include <algorithm>

namespace serai {

Result<> HttpRequest::unpack_body(std::size_t bytes_max) {
  if (unpack == nullptr) return success();
  auto unpacked = unpack(std::move(body), std::min(bytes_max, unpacked_bytes_max));
  unpack = nullptr;
  body.clear();
  if (!unpacked) return {Errc::invalid_argument, unpacked.error().detail};
  body = *std::move(unpacked);
  return success();
}

std::string_view HttpRequest::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return {};
}

}  // namespace serai
