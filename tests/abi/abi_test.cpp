// The published border does not change: each frozen revision is compared with its recorded layout
// and with today's border.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "layout.hpp"
#include "revisions.hpp"

using namespace serai::abi_test;

namespace {

std::string layout_file(const std::string& revision) {
  return std::string(ABI_DIR) + "/" + revision + "/layout.txt";
}

std::string frozen_layout(const std::string& revision) {
  std::ifstream in(layout_file(revision));
  return {std::istreambuf_iterator<char>(in), {}};
}

const char* const kSmall =
    "type int32_t serai_status\n"
    "constant SERAI_OK 0\n"
    "constant SERAI_ABI_MINOR 0\n"
    "struct serai_str 16\n"
    "  0 8 const char *data\n"
    "  8 8 uint64_t size\n"
    "struct serai_host 16\n"
    "  0 4 uint32_t struct_size\n"
    "  8 8 serai_status (*write)(serai_str text)\n";

std::string small_with(const std::string& what, const std::string& instead) {
  std::string text = kSmall;
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), instead);
}

}  // namespace

TEST_CASE("the frozen headers are laid out as on the day they were published", "[abi]") {
  for (const Revision& revision : revisions()) {
    INFO(revision.name);
    CHECK(layout_text(revision.rows) == frozen_layout(revision.name));
  }
}

TEST_CASE("today's border is a published one, to the byte", "[abi]") {
  INFO("a new revision is published as tests/abi/README.md says");
  REQUIRE(std::filesystem::exists(layout_file(current_revision())));

  CHECK(layout_text(current_rows()) == frozen_layout(current_revision()));
}

TEST_CASE("today's border breaks nothing that was built for a published one", "[abi]") {
  for (const Revision& revision : revisions()) {
    INFO(revision.name);
    CHECK(breaks(frozen_layout(revision.name), layout_text(current_rows())).empty());
  }
}

TEST_CASE("what is appended breaks nothing", "[abi]") {
  CHECK(breaks(kSmall, kSmall).empty());
  CHECK(breaks(kSmall, small_with("SERAI_OK 0\n", "SERAI_OK 0\nconstant SERAI_NEW 7\n")).empty());
  CHECK(breaks(kSmall, small_with("MINOR 0", "MINOR 1")).empty());
  CHECK(breaks(kSmall, std::string(kSmall) + "  16 8 void (*more)(void)\n").empty());
  CHECK(breaks(kSmall, small_with("serai_host 16", "serai_host 24") + "  16 8 void (*more)(void)\n")
            .empty());
}

TEST_CASE("whatever breaks a border is found", "[abi]") {
  const std::pair<const char*, const char*> faults[] = {
      {"SERAI_OK 0", "SERAI_OK 1"},
      {"constant SERAI_OK 0\n", ""},
      {"int32_t serai_status", "int64_t serai_status"},
      {"  8 8 uint64_t size\n", ""},
      {"  8 8 uint64_t size", "  8 8 uint64_t length"},
      {"  8 8 uint64_t size", "  8 8 int64_t size"},
      {"serai_str 16", "serai_str 24"},
      {"struct serai_str ", "struct serai_text "},
      {"(serai_str text)", "(serai_str text, uint32_t flags)"},
      {"  8 8 serai_status (*write)", "  8 8 void (*before)(void)\n  16 8 serai_status (*write)"},
      {"  8 8 serai_status", "  16 8 serai_status"}};
  for (const auto& [what, instead] : faults) {
    INFO(what << " -> " << instead);
    CHECK_FALSE(breaks(kSmall, small_with(what, instead)).empty());
  }
}

// Run by hand when a revision is published.
TEST_CASE("record the layout of today's border", "[.record]") {
  REQUIRE_FALSE(std::filesystem::exists(layout_file(current_revision())));
  std::ofstream(layout_file(current_revision())) << layout_text(current_rows());
}
