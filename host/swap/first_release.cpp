#include "swap/first_release.hpp"

#include <algorithm>

namespace serai::swap {
namespace {

constexpr int kReadingsMax = 3;

// Removes the modules that `next` lacks and returns their names as text. A swap never removes a
// module, so a start has to do it.
std::string leave_out(release::Release& release, const release::Release& next) {
  std::string without;
  std::erase_if(release.modules, [&](const release::ReleaseModule& module) {
    const bool stays = std::ranges::any_of(
        next.modules, [&](const release::ReleaseModule& one) { return one.name == module.name; });
    if (!stays) without += (without.empty() ? " without " : ", ") + module.name;
    return !stays;
  });
  return without;
}

}  // namespace

Result<release::Release> find_whole(const ReleaseMemory::Served& served,
                                    const SwapOptions& options,
                                    const release::SavedReleases& kept) {
  Result<release::Release> release = release::read_release(options.releases() / served.release);
  if (release && digest_of(*release) == served.digest) return release;
  Result<release::Release> copy = kept.find(served.digest);
  if (!copy) return release;
  copy->name = served.release;
  return copy;
}

Result<> FirstRelease::install() {
  if (Result<> recalled = serving_.memory().recall(); !recalled) return recalled;
  Result<release::Release> release = choose();
  if (!release) return release.error();
  Result<release::LiveSet> live = install(*release);
  if (!live) return live.error();
  serving_.live() = *std::move(live);
  if (!serving_.is_uncommitted()) {
    if (Result<> put = serving_.commit(); !put) return put;
  }
  recover_from_crash();
  return success();
}

Result<release::Release> FirstRelease::choose() {
  Result<release::Release> requested = release::read_release(options_.release);
  const ReleaseMemory::Served& committed = serving_.memory().committed();
  if (committed.release.empty()) return requested;
  if (requested) {
    const bool rebuilt = options_.development && requested->name == committed.release;
    const bool same = rebuilt || digest_of(*requested) == committed.digest;
    return same ? requested : committed_instead(*requested);
  }
  // The link leads to nothing or to a damaged manifest. The committed release may still be whole.
  Result<release::Release> last = find_whole(committed, options_, stages_.saved_releases());
  if (!last) return requested;
  report_instead(*last, options_.release.filename().string(), ": " + requested.error().detail);
  return last;
}

// Installs the release. If that fails, installs the private copy of the committed one, so that the
// host can start although releases/ is damaged.
Result<release::LiveSet> FirstRelease::install(const release::Release& release) {
  Result<release::LiveSet> live = stages_.install(release);
  if (live) return live;
  const Error error{live.error().code, "release " + release.name + ": " + live.error().detail};
  const ReleaseMemory::Served& committed = serving_.memory().committed();
  Result<release::Release> kept = stages_.saved_releases().find(committed.digest);
  if (!kept || stages_.saved_releases().contains(release)) return error;
  kept->name = committed.release;
  Result<release::LiveSet> instead = stages_.install(*kept);
  if (!instead) return error;
  serving_.set_uncommitted(false);
  report_instead(*kept, release.name, ": " + error.detail);
  return instead;
}

void FirstRelease::report_instead(const release::Release& starts,
                                  const std::string& requested,
                                  const std::string& reason) {
  const bool from_copy = stages_.saved_releases().contains(starts);
  const std::string note = "started on the committed " + starts.name +
                           (from_copy ? " from its private copy" : "") + reason;
  serving_.set_note(note);
  log_.warn("release.committed_instead",
            {{"release", starts.name}, {"requested", requested}, {"reason", note}});
}

Result<release::Release> FirstRelease::committed_instead(const release::Release& requested) {
  const std::string committed = serving_.memory().committed().release;
  const ReleaseMemory::Attempt* barred = serving_.memory().find_barred(digest_of(requested));
  Result<release::Release> last =
      find_whole(serving_.memory().committed(), options_, stages_.saved_releases());
  if (!last && last.error().code == Errc::not_found) {
    serving_.set_uncommitted(barred != nullptr);
    std::string note = "the committed release " + committed + " is no longer there";
    if (barred != nullptr) {
      note += ": serving " + requested.name + ", which " + barred->text() +
              " and is not committed before it is asked for: put " + committed +
              " back and restart, or ask for a swap to " + requested.name;
    }
    serving_.set_note(note);
    log_.warn("release.committed_missing",
              {{"committed", committed}, {"starting", requested.name}, {"reason", note}});
    return requested;
  }
  if (!last) return last;
  if (barred != nullptr) {
    report_instead(*last,
                   requested.name,
                   ": " + requested.name + " " + barred->text() +
                       "; flip the link again, or ask for a swap, to try it once more");
  } else {
    const std::string without = leave_out(*last, requested);
    report_instead(*last, requested.name, without + ", then swaps to " + requested.name);
    swaps_next_ = true;
  }
  return last;
}

// Repairs the store after a crash during a probation. The release on probation may have stored
// entities that only it can read; they are rewritten for the committed release. A start that dies
// during this work may have been killed from outside, so the next start tries again. After
// kReadingsMax such starts the release itself must be the cause, and its entities stay as they are.
void FirstRelease::recover_from_crash() {
  const ReleaseMemory::Attempt* found = serving_.memory().find_unfinished();
  if (found == nullptr || found->digest == digest_of(serving_.live())) return;
  const ReleaseMemory::Attempt died = *found;
  const Result<release::Release> release =
      find_whole({died.release, died.digest}, options_, stages_.saved_releases());
  if (!release || digest_of(*release) != died.digest) return;
  Result<> read = Error{Errc::aborted, "each start that tried to read it died"};
  if (died.readings < kReadingsMax) {
    Result<> put = serving_.memory().note_attempt(
        {died.release, died.digest, AttemptOutcome::reading, died.readings + 1});
    if (!put) return report_not_read(died, put.error());
    read = stages_.read_with(*release, serving_.live());
  }
  if (!read) report_not_read(died, read.error());
  serving_.note_attempt(died.release, died.digest, AttemptOutcome::rolled_back);
}

void FirstRelease::report_not_read(const ReleaseMemory::Attempt& died, const Error& error) {
  serving_.set_unread("entities that only " + died.release +
                          " can read stay stored, but cannot be read before such a release "
                          "serves: " +
                          error.detail,
                      died.digest);
  log_.error("release.not_read", {{"release", died.release}, {"error", error.detail}});
}

}  // namespace serai::swap
