// Header: the border's headers read as text: constants, types, structs member by member.
//
// Reads the few forms that these headers use, no other C.
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

// The frozen headers, relative to this folder: serai/abi.h, then serai/ext/*.h by name. Drafts are
// not included.
std::vector<std::string> border_headers(const std::string& include);

// The text of all these headers, one after the other.
std::string border_text(const std::string& include);

}  // namespace serai::abi_test
