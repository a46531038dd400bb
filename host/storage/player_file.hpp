// Player files: all data of one player as lines of JSON, for the player and for an import.
//
//   {"type":"header","format":1,"file":"<uuid>","user_id":"<uuid>","exported_ms":…}     first
//   {"type":"account","username":…,"devices":[…],…}                                    second
//   {"type":"purse","account":"player:<user id>","balance":7}
//   {"type":"transfer","account":…,"transfer":…,"time_ms":…,"delta":…,"reason":…,"idem_key":…}
//   {"type":"object","collection":…,"key":…,"value":"<JSON text>",…}
//   {"type":"notification","id":…,"subject":…,…}
//   {"type":"entity","kind":…,"key":…,"schema":2,"state":"<base64>","host_state":"<base64>",
//    "readable":{…}}
//   {"type":"answer","scope":…,"key":…,"payload":"<base64>",…}
//   {"type":"end","lines":42}            last: a file without it is not whole
//
// Objects, entities and answers come in the order of their keys, each key once.
//
// Errors  of the writer: already_exists, unavailable (the disk). Of the reader: not_found,
//         permission_denied, invalid_argument with "<file>:<line>: <what is wrong>".
// Thread  one at a time; blocks on the disk. A file is never in memory as a whole.
#pragma once

#include <cstdint>
#include <fstream>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "storage/draft_file.hpp"
#include "storage/player_line.hpp"

namespace serai::storage {

class PlayerFileWriter {
 public:
  // The file gets its name when it is finished. Only the host's user may read it.
  static Result<std::unique_ptr<PlayerFileWriter>> create(const std::string& file);

  // data_loss: a text is not UTF-8. An error of the disk is reported by finish().
  Result<> add(const PlayerLine& line);
  Result<> finish();

 private:
  explicit PlayerFileWriter(std::string file) : file_(std::move(file)), draft_(file_ + ".part") {}

  std::string file_;
  DraftFile draft_;
  std::ofstream out_;
  std::uint64_t lines_ = 0;
};

// Reads the whole file and calls `take` for each line. Ends with the first error, of the file or of
// `take`; its text names the line.
Result<> read_player_file(const std::string& file,
                          const std::function<Result<>(const PlayerLine&)>& take);

}  // namespace serai::storage
