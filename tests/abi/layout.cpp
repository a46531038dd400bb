#include "layout.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace serai::abi_test {
namespace {

struct Shape {
  std::string size;
  std::vector<std::string> members;

  bool grows() const { return !members.empty() && members[0].ends_with(" uint32_t struct_size"); }
};

struct Border {
  std::set<std::string> fixed;  // the lines of constants and types
  std::map<std::string, Shape> structs;
};

Border read(const std::string& text) {
  Border border;
  Shape* open = nullptr;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("struct ")) {
      const auto space = line.rfind(' ');
      open = &border.structs[line.substr(7, space - 7)];
      open->size = line.substr(space + 1);
    } else if (line.starts_with("  ") && open != nullptr) {
      open->members.push_back(line);
    } else if (!line.starts_with("constant SERAI_ABI_MINOR ")) {
      border.fixed.insert(line);
    }
  }
  return border;
}

void compare(const std::string& name,
             const Shape& was,
             const Shape& is,
             std::vector<std::string>& found) {
  for (std::size_t i = 0; i < was.members.size(); ++i) {
    const std::string now = i < is.members.size() ? is.members[i] : "  nothing";
    if (now != was.members[i]) {
      std::string what = name + ":";
      found.push_back(what.append(was.members[i]).append(" became").append(now));
    }
  }
  if (is.size != was.size && !was.grows()) {
    found.push_back(name + ": its size became " + is.size + ", and readers cannot tell");
  }
}

}  // namespace

std::string layout_text(const abi_row* rows) {
  std::ostringstream text;
  for (const abi_row* row = rows; row->kind != abi_end; ++row) {
    switch (row->kind) {
      case abi_type:
        text << "type " << row->text << '\n';
        break;
      case abi_constant:
        text << "constant " << row->text << ' ' << row->value << '\n';
        break;
      case abi_struct:
        text << "struct " << row->text << ' ' << row->size << '\n';
        break;
      default:
        text << "  " << row->offset << ' ' << row->size << ' ' << row->text << '\n';
    }
  }
  return text.str();
}

std::vector<std::string> breaks(const std::string& frozen, const std::string& later) {
  const Border was = read(frozen);
  const Border is = read(later);
  std::vector<std::string> found;
  for (const std::string& line : was.fixed) {
    if (!is.fixed.contains(line)) found.push_back(line + " is gone or another");
  }
  for (const auto& [name, shape] : was.structs) {
    const auto now = is.structs.find(name);
    if (now == is.structs.end()) {
      found.push_back(name + " is gone");
    } else {
      compare(name, shape, now->second, found);
    }
  }
  return found;
}

}  // namespace serai::abi_test
