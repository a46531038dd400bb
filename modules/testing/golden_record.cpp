#include "testing/golden_record.hpp"

namespace game_test {

using serai::testing::Recorded;

std::string written_by(const std::string& newest, const Recorded& state) {
  World world;
  world.load(newest);
  const Outcome restored = world.restore(state.kind, state.key, state.schema, state.bytes);
  INFO(state.kind << ' ' << state.key << ": " << restored.text);
  REQUIRE(restored.ok());
  return world.state_bytes(state.kind, state.key);
}

Golden capture(const World& world, const Recorded& where, const std::string& newest) {
  Golden golden;
  golden.state = where;
  golden.state.bytes = world.state_bytes(where.kind, where.key);
  golden.hash = hash_of(golden.state.bytes);
  golden.hash_new = hash_of(written_by(newest, golden.state));
  return golden;
}

std::vector<Golden> capture_story(Story& story,
                                  const std::string& kind,
                                  std::uint32_t schema,
                                  std::size_t count,
                                  const std::string& newest) {
  std::vector<Golden> found;
  std::set<std::uint64_t> hashes;
  for (std::size_t chapter = 0; chapter < 200 && found.size() < count; ++chapter) {
    story.steps(7);
    const std::vector<std::string> keys = story.game.world.keys(kind);
    if (keys.empty()) continue;
    const std::string& key = keys[chapter % keys.size()];
    Golden golden = capture(story.game.world, {kind, key, schema, {}}, newest);
    if (!hashes.insert(golden.hash).second) continue;
    golden.name = kind + "_" + std::to_string(schema) + "_" + std::to_string(found.size());
    found.push_back(golden);
  }
  return found;
}

}  // namespace game_test
