#include "base/metrics.hpp"

namespace serai {
namespace {

struct NoCounter final : Counter {
  void add(double) override {}
};
struct NoGauge final : Gauge {
  void set(double) override {}
  void add(double) override {}
};
struct NoHistogram final : Histogram {
  void observe(double) override {}
};

struct NoMetrics final : Metrics {
  Counter& counter(std::string_view, std::string_view, MetricLabels) override { return counter_; }
  Gauge& gauge(std::string_view, std::string_view, MetricLabels) override { return gauge_; }
  Histogram& histogram(std::string_view, std::string_view, MetricLabels) override {
    return histogram_;
  }

  NoCounter counter_;
  NoGauge gauge_;
  NoHistogram histogram_;
};

}  // namespace

Metrics& no_metrics() {
  static NoMetrics none;
  return none;
}

}  // namespace serai
