#include "swap/serving.hpp"

#include "release/release_way.hpp"

namespace serai::swap {
namespace {

constexpr char kNotLasting[] = "not lasting: ";

std::string join_notes(const std::string& one, const std::string& other) {
  return one.empty() || other.empty() ? one + other : one + "; " + other;
}

}  // namespace

Result<> Serving::commit() {
  if (Result<> put = memory_.commit(live_); !put) {
    log_.warn("release.not_committed", {{"release", live_.release}, {"error", put.error().detail}});
    return put;
  }
  uncommitted_ = false;
  return success();
}

void Serving::note_attempt(const std::string& release,
                           const std::string& digest,
                           AttemptOutcome outcome) {
  if (Result<> put = memory_.note_attempt({release, digest, outcome}); !put) {
    log_.warn("release.attempt_not_noted", {{"error", put.error().detail}});
  }
}

void Serving::forget_attempt(const std::string& digest) {
  if (Result<> put = memory_.forget_attempt(digest); !put) {
    log_.warn("release.attempt_not_noted", {{"error", put.error().detail}});
  }
}

std::string Serving::move_link(const std::string& release) {
  const Result<> led = release::lead_to(options_.release, options_.releases() / release);
  if (led) {
    if (Result<> put = memory_.forget_left(); !put) {
      log_.warn("release.attempt_not_noted", {{"error", put.error().detail}});
    }
    forget_notes();
    return {};
  }
  const Result<release::Release> named = release::read_release(options_.release);
  if (named && digest_of(*named) == digest_of(live_)) {
    forget_notes();
    return {};
  }
  std::string note = kNotLasting + led.error().detail + "; this host starts on " + release +
                     " again, but the link ";
  note += named ? "still names " + named->name : "leads to nothing";
  if (named && memory_.find_barred(digest_of(*named)) == nullptr) {
    note_attempt(named->name, digest_of(*named), AttemptOutcome::left);
  }
  log_.warn("release.link_not_moved", {{"release", release}, {"error", led.error().detail}});
  not_lasting_ = note;
  return note;
}

void Serving::set_unread(std::string text, std::string digest) {
  unread_ = Unread{std::move(text), std::move(digest)};
}

void Serving::forget_notes() {
  if (!uncommitted_) note_.clear();
  not_lasting_.clear();
  if (unread_ && unread_->digest == digest_of(live_)) unread_.reset();
}

std::string Serving::note() const { return unread_ ? join_notes(note_, unread_->text) : note_; }

}  // namespace serai::swap
