#include "header.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

namespace serai::abi_test {
namespace {

using Matches = std::sregex_iterator;

std::string without_comments(std::string_view text) {
  std::string code;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find("/*", at);
    code += text.substr(at, begin - at);
    if (begin == std::string_view::npos) break;
    at = text.find("*/", begin) + 2;
  }
  return code;
}

std::string one_line(const std::string& text) {
  static const std::regex kBlanks(R"(\s+)");
  std::string line = std::regex_replace(text, kBlanks, " ");
  if (line.starts_with(' ')) line.erase(0, 1);
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

// "void (*log)(serai_call *call)" is log, "serai_str name" is name.
std::string name_of(const std::string& declaration) {
  static const std::regex kFunction(R"(\(\*(\w+)\))");
  static const std::regex kLast(R"((\w+)$)");
  std::smatch match;
  if (std::regex_search(declaration, match, kFunction)) return match[1];
  return std::regex_search(declaration, match, kLast) ? match[1].str() : std::string();
}

std::vector<Member> members_of(const std::string& body) {
  std::vector<Member> members;
  std::istringstream declarations(body);
  for (std::string each; std::getline(declarations, each, ';');) {
    const std::string declaration = one_line(each);
    if (!declaration.empty()) members.push_back({name_of(declaration), declaration});
  }
  return members;
}

}  // namespace

Header parse_header(std::string_view text) {
  static const std::regex kConstant(R"re((?:^|\n)#define (SERAI_\w+) (?:"|\d|UINT32_C))re");
  static const std::regex kType(R"(typedef ([^{};]+);)");
  static const std::regex kStruct(R"(typedef struct \w+ \{([^}]*)\} (\w+);)");
  const std::string code = without_comments(text);
  Header header;
  for (Matches at(code.begin(), code.end(), kConstant), end; at != end; ++at) {
    header.constants.push_back((*at)[1]);
  }
  for (Matches at(code.begin(), code.end(), kType), end; at != end; ++at) {
    header.types.push_back(one_line((*at)[1]));
  }
  for (Matches at(code.begin(), code.end(), kStruct), end; at != end; ++at) {
    header.structs.push_back({(*at)[2], members_of((*at)[1])});
  }
  return header;
}

std::vector<std::string> border_headers(const std::string& include) {
  std::vector<std::string> headers;
  for (const auto& entry : std::filesystem::directory_iterator(include + "/serai/ext")) {
    if (entry.path().extension() != ".h") continue;
    headers.push_back("serai/ext/" + entry.path().filename().string());
  }
  std::sort(headers.begin(), headers.end());
  headers.insert(headers.begin(), "serai/abi.h");
  return headers;
}

std::string border_text(const std::string& include) {
  std::string text;
  for (const std::string& header : border_headers(include)) {
    std::ifstream in(include + "/" + header);
    text.append(std::istreambuf_iterator<char>(in), {});
  }
  return text;
}

}  // namespace serai::abi_test
