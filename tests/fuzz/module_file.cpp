// Fuzz target: a module's file, which the host checks before any of its code runs. All parts that
// the check returns lie inside the file.
#include <functional>

#include "fuzz/fuzz.hpp"
#include "loading/verify.hpp"
#include "release/verify_release.hpp"

using namespace serai;

namespace {

bool lies_in(std::string_view part, std::string_view whole) {
  const std::less_equal<const char*> before;
  return part.empty() || (before(whole.data(), part.data()) &&
                          before(part.data() + part.size(), whole.data() + whole.size()));
}

void check_image(const loading::ElfImage& image, std::string_view bytes) {
  const auto inside = [&](std::string_view part) {
    fuzz_require(lies_in(part, bytes), "every part of an image lies in the file");
  };
  inside(image.soname);
  for (const std::string_view name : image.needed) inside(name);
  for (const loading::ElfSymbol& symbol : image.symbols) inside(symbol.name);
  for (const loading::ElfVersionNeed& need : image.version_needs) {
    inside(need.library);
    inside(need.version);
  }
  for (const std::string_view name : image.version_defs) inside(name);
  for (const auto& [name, contents] : image.sections) {
    inside(name);
    inside(contents);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(fuzz_text(data, size));
  const std::string id = loading::find_build_id(bytes);
  fuzz_require(id.find_first_not_of("0123456789abcdef") == std::string::npos, "a build id is hex");
  const auto image = loading::read_elf(bytes);
  if (image) check_image(*image, bytes);
  const auto module = loading::verify_module(bytes);
  if (!module) return 0;
  fuzz_require(image.ok() && module->bytes == bytes, "a verified module has the bytes of the file");
  fuzz_require(module->abi == release::declare(*module, "a.so").abi,
               "a verified module has the declared ABI version");
  return 0;
}
