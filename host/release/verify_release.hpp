// Verify a release: each of its files is sound, and is what manifest.json says.
//
// Errors  failed_precondition with every finding, one a line: "battle: release.sha256: …".
// Thread  any; blocking file access.
#pragma once

#include <string>

#include "loading/verify.hpp"
#include "release/release.hpp"

namespace serai::release {

Result<loading::VerifiedModule> verify_declared_module(std::string bytes,
                                                       const ReleaseModule& declared);

// Reads a module's file from its release and verifies it. The bytes judged are the bytes returned.
Result<loading::VerifiedModule> verify_release_module(const Release& release,
                                                      const ReleaseModule& module);

// What manifest.json should say about a verified module in `file`.
ReleaseModule declare(const loading::VerifiedModule& module, std::string file);

}  // namespace serai::release
