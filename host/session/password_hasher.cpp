#include "session/password_hasher.hpp"

#include <utility>

#include "session/password.hpp"

namespace serai::session {

Error too_many_hashes() {
  return {Errc::resource_exhausted, "Too many password checks at once, try again."};
}

void PasswordHasher::hash(std::string password,
                          const std::string& address,
                          Callback<std::string> answer) {
  auto work =
      [this, password = std::move(password), answer = std::move(answer)](HashTurn turn) mutable {
        Result<std::string> hashed = too_many_hashes();
        if (turn == HashTurn::now) hashed = hash_password(password, options_.scrypt_log_n);
        parts_.shard.post(
            [this, turn, hashed = std::move(hashed), answer = std::move(answer)]() mutable {
              if (turn == HashTurn::refused) parts_.metrics.refused_for_queue.add();
              answer(std::move(hashed));
            });
      };
  parts_.hashing.run(address, std::move(work));
}

}  // namespace serai::session
