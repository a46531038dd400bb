// Queries and paths: undoes percent-encoding and puts the values into the fields of a request
// message.
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

enum class Plus { plain, space };

// "true", "1", "t", "T", "TRUE", "True" and their opposites, as in the reference server.
std::optional<bool> parse_bool(std::string_view text);

// Nothing when a % is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text, Plus plus);

Result<NamedValues> parse_query(std::string_view query);
// The same, but broken pairs are left out: for calls that only pass the query on.
NamedValues parse_query_leniently(std::string_view query);

// Null when the name is not there.
const std::string* find_value(const NamedValues& values, std::string_view name);

// Skips the fields in `taken`: they already have their value from the path.
Result<> bind_query(const NamedValues& query,
                    const NamedValues& taken,
                    google::protobuf::Message& out);
Result<> bind_path(const NamedValues& params, google::protobuf::Message& out);

}  // namespace serai::protocol
