// RecordedMetrics: what was refused, by the label "limit" of serai_refused_total.
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
  std::map<std::string, Count> limits;

  Counter& counter(std::string_view name, std::string_view help, MetricLabels labels) override {
    if (name != "serai_refused_total") return no_metrics().counter(name, help, labels);
    return limits[labels.at(0).second];
  }
  Gauge& gauge(std::string_view name, std::string_view help, MetricLabels labels) override {
    return no_metrics().gauge(name, help, std::move(labels));
  }
  Histogram& histogram(std::string_view name, std::string_view help, MetricLabels labels) override {
    return no_metrics().histogram(name, help, std::move(labels));
  }
};

}  // namespace serai::testing
