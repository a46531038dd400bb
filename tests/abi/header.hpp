// Header: abi.h read as text: its constants, its types, its structs member by member.
//
// Knows the few forms abi.h is written in, no C beyond them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace serai::abi_test {

struct Member {
  std::string name;
  std::string declaration;  // one line: "uint32_t struct_size"
};

struct Struct {
  std::string name;
  std::vector<Member> members;
};

struct Header {
  std::vector<std::string> constants;  // names of macros with a value: numbers and texts
  std::vector<std::string> types;      // "int32_t serai_status"
  std::vector<Struct> structs;
};

Header parse_header(std::string_view text);

}  // namespace serai::abi_test
