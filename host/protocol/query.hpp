// Queries and paths: decodes percent-encoding, and sets fields of a request message to the values.
//
// Errors  invalid_argument: a broken escape, text that is not UTF-8, a value that does not parse, a
//         single field given twice. Unknown names are ignored.
// Thread  any; plain functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace google::protobuf {
class Message;
}

namespace serai::protocol {

using NamedValues = std::vector<std::pair<std::string, std::string>>;

// How a plus sign is decoded: as itself in paths, as a space in queries.
enum class Plus { plain, space };

// Accepts "true", "1", "t", "T", "TRUE", "True" and their opposites, as the reference server does.
std::optional<bool> parse_bool(std::string_view text);

// Nothing when a % is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text, Plus plus);

Result<NamedValues> parse_query(std::string_view query);
// Like parse_query(), but leaves broken pairs out. For calls that do not set fields from the query.
NamedValues parse_query_leniently(std::string_view query);

// Null when there is no such name.
const std::string* find_value(const NamedValues& values, std::string_view name);

// Sets fields of `out` to the values of the query. The fields in `taken` are skipped, because the
// path has set them.
Result<> bind_query(const NamedValues& query,
                    const NamedValues& taken,
                    google::protobuf::Message& out);
// Sets fields of `out` to the values of the path.
Result<> bind_path(const NamedValues& params, google::protobuf::Message& out);

}  // namespace serai::protocol
