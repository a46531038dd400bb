// File access: reads and writes whole files. A file of a release is read once, so the bytes that
// are verified and hashed are the bytes that are used.
//
// Units   sizes are bytes.
// Errors  not_found; permission_denied; failed_precondition: the file breaks a condition of
//         FileTrust or is larger than `bytes_max`; internal: all else, with the system's text.
// Thread  any; blocking.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace serai {

inline constexpr std::size_t kModuleBytesMax = 256U << 20;
inline constexpr std::size_t kTextBytesMax = 4U << 20;

// The conditions for trusting a file.
enum class FileTrust {
  any,      // a readable regular file
  release,  // also read-only, owned by this user or root, and not a link
};

Result<std::string> read_file(const std::filesystem::path& path,
                              std::size_t bytes_max,
                              FileTrust trust = FileTrust::any);

// Writes a file beside `path` and renames it over `path`, so that a reader sees either the old file
// or the new one.
Result<> write_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode);

std::string sha256(std::string_view bytes);  // the 32 bytes of the digest
std::string sha256_hex(std::string_view bytes);

}  // namespace serai
