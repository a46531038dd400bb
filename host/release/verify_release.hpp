// Verifies a release: each of its files must be sound and match manifest.json.
//
// Errors  failed_precondition with every finding, one a line: "battle: release.sha256: …".
// Thread  any; blocking file access.
#pragma once

#include <string>

#include "loading/verify.hpp"
#include "release/release.hpp"

namespace serai::release {

// Verifies the bytes of a module's file and compares them with the module's entry in manifest.json.
Result<loading::VerifiedModule> verify_declared_module(std::string bytes,
                                                       const ReleaseModule& declared);

// Reads a module's file from its release and verifies it. Returns the bytes that were verified, so
// that a later change of the file has no effect.
Result<loading::VerifiedModule> verify_release_module(const Release& release,
                                                      const ReleaseModule& module);

// Returns the entry of manifest.json for a verified module whose file is named `file`.
ReleaseModule declare(const loading::VerifiedModule& module, std::string file);

}  // namespace serai::release
