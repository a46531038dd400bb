#include "app/operator_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "support/temp_folder.hpp"

TEST_CASE("the admin token is made once, long, and readable by its user only", "[admin]") {
  const serai::testing::TempFolder folder;
  const std::string data = folder.path("data");

  const auto made = serai::app::open_admin_token(data);
  const auto again = serai::app::open_admin_token(data);

  REQUIRE(made);
  CHECK(made->size() >= 64);
  CHECK(*again == *made);
  CHECK(*serai::app::read_admin_token(data) == *made);
  struct stat status {};
  REQUIRE(::stat((data + "/admin.token").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a token that another user may know is refused, by the host and by ctl", "[admin]") {
  const serai::testing::TempFolder folder;
  REQUIRE(serai::app::open_admin_token(folder.path()));
  const std::string path = folder.path("admin.token");

  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  const auto readable = serai::app::open_admin_token(folder.path());
  const auto asked = serai::app::read_admin_token(folder.path());
  REQUIRE(::chmod(path.c_str(), 0600) == 0);

  REQUIRE_FALSE(readable);
  CHECK(readable.error().code == serai::Errc::permission_denied);
  CHECK(readable.error().detail.find("open to other users") != std::string::npos);
  CHECK_FALSE(asked);
  CHECK(serai::app::open_admin_token(folder.path()));
  if (::chown(path.c_str(), 65534, 65534) != 0) return;  // only root may try this
  const auto foreign = serai::app::open_admin_token(folder.path());
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().detail.find("another user") != std::string::npos);
}

TEST_CASE("without a host there is neither token nor address", "[admin]") {
  const serai::testing::TempFolder folder;

  CHECK(serai::app::read_admin_token(folder.path()).error().code == serai::Errc::not_found);
  CHECK(serai::app::read_ops_address(folder.path()).error().code == serai::Errc::not_found);
  CHECK(serai::app::write_ops_address(folder.path(), "127.0.0.1:1"));
  CHECK(*serai::app::read_ops_address(folder.path()) == "127.0.0.1:1");
}
