// Metrics: a registry of counters, gauges and histograms by name. ops publishes them at /metrics.
//
// Units   each name ends in its unit: _seconds, _bytes, _total.
// Thread  any.
// Owner   the registry owns the metrics. A returned reference is valid as long as the registry.
// Cost    add(): one virtual call and one relaxed atomic. Get the references once, not per message.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace serai {

using MetricLabels = std::vector<std::pair<std::string, std::string>>;

class Counter {
 public:
  virtual ~Counter() = default;
  virtual void add(double by = 1) = 0;
};

class Gauge {
 public:
  virtual ~Gauge() = default;
  virtual void set(double value) = 0;
  virtual void add(double by) = 0;
};

class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void observe(double value) = 0;
};

class Metrics {
 public:
  virtual ~Metrics() = default;
  virtual Counter& counter(std::string_view name,
                           std::string_view help,
                           MetricLabels labels = {}) = 0;
  virtual Gauge& gauge(std::string_view name, std::string_view help, MetricLabels labels = {}) = 0;
  // All histograms have the buckets of the registry, which are made for latencies: 0.1 ms to 10 s.
  virtual Histogram& histogram(std::string_view name,
                               std::string_view help,
                               MetricLabels labels = {}) = 0;
};

// A registry that counts nothing, for unit tests and tools.
Metrics& no_metrics();

}  // namespace serai
