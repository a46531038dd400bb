// The reader of headers: the forms it must read, and that it reads all of today's headers.
#include "header.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

using namespace serai::abi_test;

namespace {

std::string todays_headers() { return border_text(ABI_INCLUDE); }

// The id that an extension's header defines.
std::string id_in(const std::filesystem::path& header) {
  static const std::regex kId(R"re(#define SERAI_EXT_\w+ "([^"]+)")re");
  std::ifstream in(header);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  std::smatch found;
  return std::regex_search(text, found, kId) ? found[1].str() : std::string();
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

TEST_CASE("every struct that today's headers assert the size of is read", "[abi]") {
  const std::string text = todays_headers();
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

TEST_CASE("an extension's id says whether it is a draft", "[abi]") {
  static const std::regex kFrozen(R"re(serai\.[a-z_]+/[1-9][0-9]*)re");
  static const std::regex kDraft(R"re(serai\.[a-z_]+/draft-[1-9][0-9]*)re");
  std::size_t seen = 0;
  const std::filesystem::path folder = std::string(ABI_INCLUDE) + "/serai/ext";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".h") continue;
    const bool draft = entry.path().parent_path().filename() == "draft";
    INFO(entry.path());
    CHECK(std::regex_match(id_in(entry.path()), draft ? kDraft : kFrozen));
    ++seen;
  }
  CHECK(seen >= 5);
}

TEST_CASE("every member of today's border has its offset asserted", "[abi]") {
  const std::string text = todays_headers();

  for (const Struct& each : parse_header(text).structs) {
    for (const Member& member : each.members) {
      const std::string assertion = "\nSERAI_AT(" + each.name + ", " + member.name + ", ";
      INFO(assertion);
      CHECK(text.find(assertion) != std::string::npos);
    }
  }
}

TEST_CASE("every function of today's border says on which thread it runs", "[abi]") {
  const std::string text = todays_headers();

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
