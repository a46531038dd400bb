// PrometheusMetrics: the host's metrics, exposed in the Prometheus text format.
//
// Units   histogram buckets are seconds, from 0.1 ms to 10 s.
// Thread  any; registration takes a lock, handles do not.
// Owner   owns the handles it returns; they live as long as it does, except a removed gauge.
// Errors  a name used for two kinds of metric is a broken invariant.
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
  PrometheusMetrics(const PrometheusMetrics&) = delete;
  PrometheusMetrics& operator=(const PrometheusMetrics&) = delete;

  Counter& counter(std::string_view name, std::string_view help, MetricLabels labels = {}) override;
  Gauge& gauge(std::string_view name, std::string_view help, MetricLabels labels = {}) override;
  Histogram& histogram(std::string_view name,
                       std::string_view help,
                       MetricLabels labels = {}) override;

  // Removes the series of a subject that is gone, such as an unloaded generation. Nothing may use
  // its handle any more.
  void remove_gauge(std::string_view name, MetricLabels labels);

  std::string text() const;  // the body of /metrics
  // Sets the function that text() calls first, to update gauges. An empty one is not called. Blocks
  // while text() is calling the former function.
  void before_text(std::function<void()> sample);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace serai::ops
