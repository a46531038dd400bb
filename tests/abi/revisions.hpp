// Revisions: the borders published so far, each with its rows and with a module built for it.
#pragma once

#include <string>
#include <vector>

#include "rows.h"

namespace serai::abi_test {

struct Revision {
  std::string name;  // "1.0"
  const abi_row* rows;
  std::string counter;  // the path of sdk/examples/c_counter, built with the frozen header alone
};

const std::vector<Revision>& revisions();

// Today's header.
const abi_row* current_rows();
std::string current_revision();
std::string current_counter();

}  // namespace serai::abi_test
