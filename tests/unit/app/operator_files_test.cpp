#include "app/operator_files.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "support/temp_folder.hpp"

TEST_CASE("the admin token is made once, long, and readable by its user only", "[admin]") {
  const serai::testing::TempFolder folder;
  const std::string data = folder.path("data");

  const auto made = serai::open_admin_token(data);
  const auto again = serai::open_admin_token(data);

  REQUIRE(made);
  CHECK(made->size() >= 64);
  CHECK(*again == *made);
  CHECK(*serai::read_admin_token(data) == *made);
  struct stat status {};
  REQUIRE(::stat((data + "/admin.token").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("without a host there is neither token nor address", "[admin]") {
  const serai::testing::TempFolder folder;

  CHECK(serai::read_admin_token(folder.path()).error().code == serai::Errc::not_found);
  CHECK(serai::read_ops_address(folder.path()).error().code == serai::Errc::not_found);
  CHECK(serai::write_ops_address(folder.path(), "127.0.0.1:1"));
  CHECK(*serai::read_ops_address(folder.path()) == "127.0.0.1:1");
}
