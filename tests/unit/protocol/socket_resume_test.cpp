// The upgrade of sockets that resume, and the members that Serai adds to envelopes.
#include <catch2/catch.hpp>

#include "nakama/realtime.pb.h"
#include "nakama/serai_resume.pb.h"
#include "protocol/realtime_codec.hpp"
#include "unit/protocol/socket_fixture.hpp"

using namespace serai;
using namespace serai::protocol;
using namespace serai::testing;

namespace {

std::optional<std::uint32_t> shard_for(SocketFixture& fixture, const std::string& query) {
  HttpRequest request;
  request.query = query;
  return fixture.protocol.shard_for(request);
}

}  // namespace

TEST_CASE("a socket resumes only when the client asks for it", "[socket][resume]") {
  SocketFixture fixture;
  for (const char* query : {"token=good",
                            "token=good&resume=0",
                            "token=good&resume=junk",
                            "token=good&resume_token=t&resume_last=1"}) {
    CHECK(fixture.accept(query).session);
  }
  CHECK(fixture.resumes.begun.empty());
  CHECK(fixture.accept("token=good&resume=1").session);
  CHECK(fixture.resumes.begun == std::vector{ResumeRefusal::none});
  CHECK(fixture.resumes.requests.empty());
  CHECK(fixture.sessions.reserved == 0);  // all sessions are destroyed again
}

TEST_CASE("a token is tried, and a new session begins when it is refused", "[socket][resume]") {
  SocketFixture fixture;
  fixture.resumes.refusal = ResumeRefusal::expired;
  const auto accepted =
      fixture.accept("token=good&resume=1&resume_token=t&resume_last=17&format=protobuf");
  CHECK(accepted.session);
  REQUIRE(fixture.resumes.requests.size() == 1);
  const ResumeRequest& request = fixture.resumes.requests[0];
  CHECK(request.token == "t");
  CHECK(request.last == 17);
  CHECK(request.format == SocketFormat::protobuf);
  CHECK(request.login.user_id == fixture.user);
  CHECK(fixture.resumes.begun == std::vector{ResumeRefusal::expired});

  for (const char* last : {"",
                           "&resume_last=",
                           "&resume_last=-1",
                           "&resume_last=1x",
                           "&resume_last=99999999999999999999"}) {
    fixture.accept("token=good&resume=1&resume_token=t" + std::string(last));
    CHECK_FALSE(fixture.resumes.requests.back().last);
  }
}

TEST_CASE("a resumed session needs no further place among the sockets", "[socket][resume]") {
  SocketFixture fixture;
  fixture.resumes.next = fixture.accept("token=good").session;
  const SocketSession* const parked = fixture.resumes.next.get();
  fixture.sessions.room = Error{Errc::resource_exhausted, "no room"};
  const auto resumed = fixture.accept("token=good&resume=1&resume_token=t&resume_last=1");
  CHECK(resumed.session.get() == parked);
  CHECK(fixture.accept("token=good&resume=1&resume_token=t&resume_last=1").refusal.status == 429);
  fixture.resumes.no_room = Error{Errc::resource_exhausted, "no room to resume"};
  CHECK(fixture.accept("token=good&resume=1&resume_token=t&resume_last=1").refusal.text ==
        "no room to resume");
}

TEST_CASE("only players can have their connection moved", "[socket][resume]") {
  SocketFixture fixture;
  CHECK(shard_for(fixture, "token=good&resume=1&resume_token=elsewhere") == 7);
  CHECK_FALSE(shard_for(fixture, "token=good&resume=1&resume_token=other"));
  CHECK_FALSE(shard_for(fixture, "token=good&resume=1"));
  CHECK_FALSE(shard_for(fixture, "token=good&resume_token=elsewhere"));
  CHECK_FALSE(shard_for(fixture, "token=bad&resume=1&resume_token=elsewhere"));
  CHECK_FALSE(shard_for(fixture, "resume=1&resume_token=elsewhere"));
}

TEST_CASE("the number of a message comes first, in both formats", "[socket][resume]") {
  const RealtimeCodec codec;
  const std::string json = R"({"cid":"1","pong":{}})";
  CHECK(codec.numbered(json, 7, SocketFormat::json) == R"({"seq":"7","cid":"1","pong":{}})");
  CHECK(codec.numbered("{}", 7, SocketFormat::json) == R"({"seq":"7"})");

  nakama::realtime::Envelope envelope;
  envelope.set_cid("1");
  envelope.mutable_pong();
  const std::string bytes =
      codec.numbered(envelope.SerializeAsString(), 300, SocketFormat::protobuf);
  CHECK(bytes.starts_with("\xc0\x3e\xac\x02"));
  nakama::realtime::Envelope read;
  REQUIRE(read.ParseFromString(bytes));
  CHECK(read.cid() == "1");
  CHECK(read.has_pong());
  serai::resume::ResumeMembers members;
  REQUIRE(members.ParseFromString(bytes));
  CHECK(members.seq() == 300);
}

TEST_CASE("the greeting is the same in both formats", "[socket][resume]") {
  const RealtimeCodec codec;
  ResumeGreeting greeting{"0.t", 30'000, true, 5, ResumeRefusal::none};
  CHECK(codec.greeting(greeting, SocketFormat::json) ==
        R"({"resume":{"token":"0.t","keep_ms":30000,"resumed":true,"received":"5"}})");
  greeting = {"0.t", 30'000, false, 0, ResumeRefusal::used};
  CHECK(codec.greeting(greeting, SocketFormat::json) ==
        R"({"resume":{"token":"0.t","keep_ms":30000,"refused":"used",)"
        R"("message":"The token was replaced by a newer one."}})");
  serai::resume::ResumeMembers members;
  REQUIRE(members.ParseFromString(codec.greeting(greeting, SocketFormat::protobuf)));
  CHECK(members.resume().token() == "0.t");
  CHECK(members.resume().refused() == "used");
}

TEST_CASE("every refusal has a name and a text of its own", "[socket][resume]") {
  std::set<std::string_view> names;
  for (int i = 1; i <= static_cast<int>(ResumeRefusal::missed); ++i) {
    const auto refusal = static_cast<ResumeRefusal>(i);
    CHECK(names.insert(refusal_name(refusal)).second);
    CHECK(refusal_text(refusal).size() > 10);
  }
  CHECK(refusal_name(ResumeRefusal::none).empty());
}
