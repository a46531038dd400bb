// RecordedMetrics: counters with one label, by name and label.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "base/metrics.hpp"

namespace serai::testing {

struct RecordedMetrics final : Metrics {
  struct Count final : Counter {
    double value = 0;
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
  Gauge& gauge(std::string_view name, std::string_view help, MetricLabels labels) override {
    return no_metrics().gauge(name, help, std::move(labels));
  }
  Histogram& histogram(std::string_view name, std::string_view help, MetricLabels labels) override {
    return no_metrics().histogram(name, help, std::move(labels));
  }
};

}  // namespace serai::testing
