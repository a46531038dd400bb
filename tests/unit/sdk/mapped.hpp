// is_mapped: whether a module's code is in this process.
#pragma once

#include <fstream>
#include <iterator>
#include <set>
#include <string>

// The World loads a copy, which has the file's bytes and another name.
inline bool is_mapped(const std::string& file) {
  const auto read = [](const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  std::set<std::string> mapped;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const std::size_t path = line.find('/');
    if (path != std::string::npos && line.ends_with(".so")) mapped.insert(line.substr(path));
  }
  const std::string wanted = read(file);
  for (const std::string& path : mapped) {
    if (read(path) == wanted) return true;
  }
  return false;
}
