#include "base/proto_wire.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace serai::wire {
namespace {

using google::protobuf::io::CodedOutputStream;

void append(const std::uint8_t* begin, const std::uint8_t* end, std::string& out) {
  out.append(reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end - begin));
}

}  // namespace

void Out::varint(std::uint64_t value) {
  std::array<std::uint8_t, 10> room{};
  append(room.data(), CodedOutputStream::WriteVarint64ToArray(value, room.data()), bytes_);
}

void Out::scalar(WireFormatLite::WireType type, std::uint64_t bits) {
  std::array<std::uint8_t, 8> room{};
  if (type == WireFormatLite::WIRETYPE_VARINT) return varint(bits);
  const std::uint8_t* end = type == WireFormatLite::WIRETYPE_FIXED64
                                ? CodedOutputStream::WriteLittleEndian64ToArray(bits, room.data())
                                : CodedOutputStream::WriteLittleEndian32ToArray(
                                      static_cast<std::uint32_t>(bits), room.data());
  append(room.data(), end, bytes_);
}

void Out::close(std::size_t begin) {
  std::array<std::uint8_t, 10> room{};
  const std::uint8_t* end =
      CodedOutputStream::WriteVarint64ToArray(bytes_.size() - begin, room.data());
  bytes_[begin - 1] = static_cast<char>(room[0]);
  bytes_.insert(begin,
                reinterpret_cast<const char*>(room.data()) + 1,
                static_cast<std::size_t>(end - room.data()) - 1);
}

void Out::sort_fields(std::size_t begin) {
  const std::string fields = bytes_.substr(begin);
  std::vector<std::pair<int, std::string_view>> parts;
  auto in = reader(fields);
  std::size_t from = 0;
  while (const std::uint32_t tag = in.ReadTag()) {
    WireFormatLite::SkipField(&in, tag);
    const auto until = static_cast<std::size_t>(in.CurrentPosition());
    parts.emplace_back(WireFormatLite::GetTagFieldNumber(tag),
                       std::string_view(fields).substr(from, until - from));
    from = until;
  }
  std::ranges::stable_sort(parts, {}, &std::pair<int, std::string_view>::first);
  cut(begin);
  for (const auto& [number, bytes] : parts) bytes_ += bytes;
}

}  // namespace serai::wire
