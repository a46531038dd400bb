// PrometheusMetrics: the host's metrics, exposed in the Prometheus text format.
//
// Units   histogram buckets are seconds, 0.1 ms to 10 s.
// Thread  any; registration takes a lock, handles do not.
// Errors  a name used twice for different kinds of metric is a broken invariant.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/metrics.hpp"

namespace serai::ops {

class PrometheusMetrics final : public Metrics {
 public:
  PrometheusMetrics();
  ~PrometheusMetrics() override;

  Counter& counter(std::string_view name, std::string_view help, MetricLabels labels = {}) override;
  Gauge& gauge(std::string_view name, std::string_view help, MetricLabels labels = {}) override;
  Histogram& histogram(std::string_view name,
                       std::string_view help,
                       MetricLabels labels = {}) override;

  // Removes a series for good, when its subject is gone. No handle of it may be in use.
  void remove_gauge(std::string_view name, MetricLabels labels);

  std::string text() const;  // the body of /metrics
  // Sets a function that text() calls first, to update gauges; empty: none. Waits for a call of it
  // under way.
  void before_text(std::function<void()> sample);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace serai::ops
