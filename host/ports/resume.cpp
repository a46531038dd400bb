#include "ports/resume.hpp"

#include <array>

namespace serai {
namespace {

struct RefusalTexts {
  std::string_view name;
  std::string_view text;
};

// In the order of the enum.
constexpr std::array kRefusals = {
    RefusalTexts{"", ""},
    RefusalTexts{"unknown", "The token is wrong, or the host was restarted."},
    RefusalTexts{"used", "The token was replaced by a newer one."},
    RefusalTexts{"expired", "The session was kept for as long as it may be (session.resume_ms)."},
    RefusalTexts{"ended", "The session was closed."},
    RefusalTexts{"other_user", "The session belongs to another user."},
    RefusalTexts{"other_format", "The session has another format."},
    RefusalTexts{"wrong_number", "resume_last is not the number of a message of this session."},
    RefusalTexts{"missed",
                 "Messages after resume_last are not buffered any more (session.resume_messages, "
                 "session.resume_bytes, session.resume_age_ms, limits.resume_bytes)."},
};

const RefusalTexts& texts_of(ResumeRefusal refusal) {
  return kRefusals.at(static_cast<std::size_t>(refusal));
}

}  // namespace

std::string_view refusal_name(ResumeRefusal refusal) { return texts_of(refusal).name; }
std::string_view refusal_text(ResumeRefusal refusal) { return texts_of(refusal).text; }

}  // namespace serai
