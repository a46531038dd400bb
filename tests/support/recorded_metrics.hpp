// RecordedMetrics: stores the counters that have one label, by name and label, and gauges by name.
// It discards all other metrics.
//
// Thread  one thread creates the series; any thread may add to them.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <utility>

#include "base/metrics.hpp"

namespace serai::testing {

struct RecordedMetrics final : Metrics {
  struct Count final : Counter {
    std::atomic<double> value{0};
    void add(double by) override { value += by; }
  };
  std::map<std::pair<std::string, std::string>, Count> counts;

  double value(const std::string& name, const std::string& label) {
    return counts[{name, label}].value;
  }
  Counter& counter(std::string_view name, std::string_view help, MetricLabels labels) override {
    if (labels.size() != 1) return no_metrics().counter(name, help, std::move(labels));
    return counts[{std::string(name), labels.at(0).second}];
  }
  struct Level final : Gauge {
    std::atomic<double> value{0};
    void set(double to) override { value = to; }
    void add(double by) override { value += by; }
  };
  std::map<std::string, Level> gauges;  // by name, or "name{label}" with one label

  Gauge& gauge(std::string_view name, std::string_view, MetricLabels labels) override {
    std::string series(name);
    if (labels.size() == 1) series += "{" + labels.at(0).second + "}";
    return gauges[series];
  }
  Histogram& histogram(std::string_view name, std::string_view help, MetricLabels labels) override {
    return no_metrics().histogram(name, help, std::move(labels));
  }
};

}  // namespace serai::testing
