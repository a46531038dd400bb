// The reader of headers: what it must see, and today's header seen whole.
#include "header.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

using namespace serai::abi_test;

namespace {

std::string todays_header() {
  std::ifstream in(ABI_HEADER);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a header is read to its constants, types and members", "[abi]") {
  const Header header = parse_header(
      "/* typedef struct no { int no; } no; */\n"
      "#define SERAI_OK 0\n"
      "#define SERAI_EXT_X \"serai.x/1\"\n"
      "#define SERAI_SIZE(type, size) 1\n"
      "typedef int32_t serai_status;\n"
      "typedef struct serai_x {\n"
      "  uint32_t struct_size; /* bytes; all of them */\n"
      "  void (*log)(serai_call *call,\n"
      "              int32_t level);\n"
      "} serai_x;\n");

  CHECK(header.constants == std::vector<std::string>{"SERAI_OK", "SERAI_EXT_X"});
  CHECK(header.types == std::vector<std::string>{"int32_t serai_status"});
  REQUIRE(header.structs.size() == 1);
  REQUIRE(header.structs[0].members.size() == 2);
  CHECK(header.structs[0].members[1].name == "log");
  CHECK(header.structs[0].members[1].declaration == "void (*log)(serai_call *call, int32_t level)");
}

TEST_CASE("every struct that today's header asserts the size of is read", "[abi]") {
  const std::string text = todays_header();
  const Header header = parse_header(text);

  std::size_t asserted = 0;
  for (auto at = text.find("\nSERAI_SIZE("); at != std::string::npos;
       at = text.find("\nSERAI_SIZE(", at + 1)) {
    ++asserted;
  }
  std::size_t written = 0;
  for (auto at = text.find("\ntypedef struct"); at != std::string::npos;
       at = text.find("\ntypedef struct", at + 1)) {
    ++written;
  }

  CHECK(asserted >= 15);
  CHECK(header.structs.size() == asserted);
  // The others are the opaque ones.
  CHECK(written == asserted + 5);
  CHECK(header.types.size() == 6);
}

TEST_CASE("every member of today's border has its offset asserted", "[abi]") {
  const std::string text = todays_header();

  for (const Struct& each : parse_header(text).structs) {
    for (const Member& member : each.members) {
      const std::string assertion = "\nSERAI_AT(" + each.name + ", " + member.name + ", ";
      INFO(assertion);
      CHECK(text.find(assertion) != std::string::npos);
    }
  }
}

TEST_CASE("every function of today's border says on which thread it runs", "[abi]") {
  const std::string text = todays_header();

  std::size_t functions = 0;
  for (auto at = text.find("(*"); at != std::string::npos; at = text.find("(*", at + 1)) {
    const auto from = text.rfind(';', at);
    const auto to = text.find('\n', text.find(';', at));
    const std::string declared = text.substr(from, to - from);
    INFO(declared);
    CHECK(declared.find('[') != std::string::npos);
    ++functions;
  }
  CHECK(functions > 25);
}
