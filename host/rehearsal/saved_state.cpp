#include "rehearsal/saved_state.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file_io.hpp"
#include "rehearsal/recording_wire.hpp"

namespace serai::rehearsal {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kEntityFile = "entity.json";
constexpr const char* kStateFile = "state.bin";
constexpr const char* kRecordingFile = "recording.bin";
constexpr const char* kHostFile = "host.bin";
constexpr unsigned kMode = 0600;
// The probe gets state and recording in one frame, so each may fill half of it.
constexpr std::size_t kPartBytesMax = kFrameBytesMax / 2 - kTextBytesMax;
// The first number of recording.bin. It must change when recording_wire changes, because another
// build than the one that wrote the file may read it.
constexpr std::uint64_t kRecordingFormat = 0x3130434552524553;  // "SERREC01"

// Kind and key are printed later. Without control characters they cannot forge a line of output.
bool is_printable(const Json& text) {
  return text.is_string() && std::ranges::none_of(text.get<std::string>(), [](unsigned char byte) {
           return byte < 0x20 || byte == 0x7f;
         });
}

bool is_schema(const Json& number) {
  return number.is_number_unsigned() && number.get<std::uint64_t>() <= UINT32_MAX;
}

Result<ExportedEntity> parse_entity(const fs::path& file) {
  Result<std::string> text = read_file(file, kTextBytesMax);
  if (!text) return text.error();
  const Json json = Json::parse(*text, nullptr, false);
  const auto member = [&](const char* name) {
    return json.is_object() && json.contains(name) ? json[name] : Json();
  };
  const Json kind = member("kind");
  const Json key = member("key");
  const Json schema = member("schema");
  const Json live = member("live");
  if (!is_printable(kind) || !is_printable(key) || !is_schema(schema) || !live.is_boolean()) {
    return {Errc::invalid_argument,
            file.string() + ": must be {\"kind\":\"…\",\"key\":\"…\",\"schema\":1,\"live\":true}"};
  }
  ExportedEntity entity;
  entity.id = {kind.get<std::string>(), key.get<std::string>()};
  entity.schema = schema.get<std::uint32_t>();
  entity.live = live.get<bool>();
  return entity;
}

Result<abi::Recording> parse_recording(const fs::path& file) {
  Result<std::string> bytes = read_file(file, kPartBytesMax);
  if (!bytes) return bytes.error();
  Unpacker in(*bytes);
  if (in.number() != kRecordingFormat) {
    return {Errc::invalid_argument,
            file.string() +
                ": not a recording of this host's format; delete the file to check without it"};
  }
  abi::Recording recording = unpack_recording(in);
  if (!in.is_whole()) {
    return {Errc::invalid_argument, file.string() + ": the recording is damaged"};
  }
  return recording;
}

Result<ExportedEntity> read_saved_state(const fs::path& folder) {
  Result<ExportedEntity> entity = parse_entity(folder / kEntityFile);
  if (!entity) return entity;
  Result<std::string> state = read_file(folder / kStateFile, kPartBytesMax);
  if (!state) return state.error();
  entity->state = *std::move(state);
  std::error_code ignored;
  if (fs::exists(folder / kHostFile, ignored)) {
    Result<std::string> host = read_file(folder / kHostFile, kPartBytesMax);
    if (!host) return host.error();
    entity->host_state = *std::move(host);
  }
  if (!fs::exists(folder / kRecordingFile, ignored)) return entity;
  Result<abi::Recording> recording = parse_recording(folder / kRecordingFile);
  if (!recording) return recording.error();
  entity->recording = *std::move(recording);
  return entity;
}

bool has_entity(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / kEntityFile, ignored);
}

Result<std::vector<fs::path>> folders_with_entities(const fs::path& folder) {
  if (has_entity(folder)) return std::vector{folder};
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (has_entity(at->path())) found.push_back(at->path());
  }
  if (error) return {Errc::not_found, folder.string() + ": " + error.message()};
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

Result<> write_saved_state(const fs::path& folder, const ExportedEntity& entity) {
  const Json json = {{"kind", entity.id.kind},
                     {"key", entity.id.key},
                     {"schema", entity.schema},
                     {"live", entity.live}};
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  if (Result<> done = write_file(folder / kStateFile, entity.state, kMode); !done) return done;
  if (!entity.host_state.empty()) {
    Result<> done = write_file(folder / kHostFile, entity.host_state, kMode);
    if (!done) return done;
  }
  if (entity.recording) {
    Packer out;
    pack_recording(out.number(kRecordingFormat), *entity.recording);
    Result<> done = write_file(folder / kRecordingFile, out.bytes(), kMode);
    if (!done) return done;
  }
  return write_file(folder / kEntityFile, text, kMode);
}

Result<std::vector<ExportedEntity>> read_saved_states(const fs::path& folder) {
  const Result<std::vector<fs::path>> folders = folders_with_entities(folder);
  if (!folders) return folders.error();
  std::vector<ExportedEntity> states;
  for (const fs::path& one : *folders) {
    Result<ExportedEntity> entity = read_saved_state(one);
    if (!entity) return entity.error();
    states.push_back(*std::move(entity));
  }
  if (!states.empty()) return states;
  return {Errc::not_found,
          folder.string() +
              ": contains no state: give a folder with entity.json and state.bin, as in "
              "releases/.refused/, or a folder of such folders"};
}

}  // namespace serai::rehearsal
