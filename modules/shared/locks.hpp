// Locks: locks several characters for one journey or battle, either all of them or none.
//
// Errors  the first refusal. Characters that were locked before it are unlocked again: a saga, not
//         a transaction.
// Thread  the calling entity's shard.
#pragma once

#include <serai/module.hpp>
#include <string>
#include <utility>
#include <vector>

#include "calls.hpp"

namespace game {

using Sheets = std::vector<Sheet>;

struct Takers {
  std::string user_id;  // the owner of all the characters
  std::string ref;      // the lock: "caravan:<id>" or "battle:<id>"
  std::vector<std::string> characters;
};

template <class Ids>
std::vector<std::string> to_list(const Ids& ids) {
  return {ids.begin(), ids.end()};
}

// Unlocks the characters whose lock is `ref`. Skips characters that no longer exist.
inline serai::Task<serai::Reply> unlock_all(serai::Context& context, Takers takers) {
  serai::Reply worst = serai::accept();
  Unlock unlock;
  unlock.set_ref(takers.ref);
  for (const std::string& id : takers.characters) {
    const auto done = co_await context.call(kUnlock, id, unlock);
    if (!done && done.status() != serai::Status::not_found) worst = done.refusal();
  }
  co_return worst;
}

// Locks the characters and returns their sheets, in the same order.
inline serai::Task<serai::Answer<Sheets>> lock_all(serai::Context& context, Takers takers) {
  Sheets sheets;
  Takers taken{takers.user_id, takers.ref, {}};
  Lock lock;
  lock.set_user_id(takers.user_id);
  lock.set_ref(takers.ref);
  for (const std::string& id : takers.characters) {
    const auto locked = co_await context.call(kLock, id, lock);
    if (!locked) {
      co_await unlock_all(context, taken);
      co_return locked.refusal();
    }
    taken.characters.push_back(id);
    sheets.push_back(locked->sheet());
  }
  co_return sheets;
}

}  // namespace game
