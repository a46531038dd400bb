// OpenSSL 3 deprecates this hook in favour of providers. A provider would be too much code for a
// test.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "entropy.hpp"

#include <openssl/rand.h>

#include <random>

#include "base/uuid.hpp"

namespace serai::sim {
namespace {

std::mt19937_64 generator;
bool drawn = false;

int draw(unsigned char* out, int count) {
  drawn = true;
  for (int i = 0; i < count; ++i) out[i] = static_cast<unsigned char>(generator() & 0xff);
  return 1;
}

int status() { return 1; }

const RAND_METHOD kSeeded{nullptr, draw, nullptr, nullptr, draw, status};

}  // namespace

Entropy::Entropy(std::uint64_t seed) {
  RAND_set_rand_method(&kSeeded);
  generator.seed(seed);
  // Uuid draws bytes in advance. The loop uses up those that an earlier run has left.
  for (drawn = false; !drawn;) static_cast<void>(Uuid::make_random());
}

Entropy::~Entropy() { RAND_set_rand_method(nullptr); }

}  // namespace serai::sim
