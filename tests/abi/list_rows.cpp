// list_rows INCLUDE NAME OUT.c: writes a C file in which the compiler computes the layout of the
// border's headers in a folder: `abi_row NAME[]`, one row for each constant, type, struct and
// member.
#include <fstream>

#include "header.hpp"

using namespace serai::abi_test;

namespace {

std::string quoted(const std::string& text) { return '"' + text + '"'; }

void write_rows(std::ostream& out, const Header& header) {
  for (const std::string& type : header.types) {
    out << "  {abi_type, " << quoted(type) << ", 0, 0, 0},\n";
  }
  for (const std::string& name : header.constants) {
    out << "  {abi_constant, " << quoted(name) << ", 0, 0, ABI_TEXT(" << name << ")},\n";
  }
  for (const Struct& each : header.structs) {
    out << "  {abi_struct, " << quoted(each.name) << ", 0, sizeof(" << each.name << "), 0},\n";
    for (const Member& member : each.members) {
      out << "  {abi_member, " << quoted(member.declaration) << ", offsetof(" << each.name << ", "
          << member.name << "), sizeof(((" << each.name << " *)0)->" << member.name << "), 0},\n";
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const Header header = parse_header(border_text(argv[1]));
  if (header.structs.empty()) return 1;
  std::ofstream out(argv[3]);
  for (const std::string& file : border_headers(argv[1]))
    out << "#include " << quoted(file) << '\n';
  out << "#include \"rows.h\"\n"
      << "#define ABI_SHOW(...) #__VA_ARGS__\n#define ABI_TEXT(value) ABI_SHOW(value)\n"
      << "const abi_row " << argv[2] << "[] = {\n";
  write_rows(out, header);
  out << "  {abi_end, 0, 0, 0, 0}};\n";
  return out.flush() ? 0 : 1;
}
