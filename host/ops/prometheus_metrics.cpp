#include "ops/prometheus_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>
#include <mutex>

namespace serai::ops {
namespace {

const prometheus::Histogram::BucketBoundaries& latency_buckets() {
  static const prometheus::Histogram::BucketBoundaries kBuckets{0.0001,
                                                                0.00025,
                                                                0.0005,
                                                                0.001,
                                                                0.0025,
                                                                0.005,
                                                                0.01,
                                                                0.025,
                                                                0.05,
                                                                0.1,
                                                                0.2,
                                                                0.5,
                                                                1,
                                                                2.5,
                                                                5,
                                                                10};
  return kBuckets;
}

class PrometheusCounter final : public Counter {
 public:
  explicit PrometheusCounter(prometheus::Counter& target) : target_(target) {}
  void add(double by) override { target_.Increment(by); }

 private:
  prometheus::Counter& target_;
};

class PrometheusGauge final : public Gauge {
 public:
  PrometheusGauge(prometheus::Family<prometheus::Gauge>& family, const prometheus::Labels& labels)
      : family_(family), target_(family.Add(labels)) {}
  void set(double value) override { target_.Set(value); }
  void add(double by) override { target_.Increment(by); }
  void remove() { family_.Remove(&target_); }

 private:
  prometheus::Family<prometheus::Gauge>& family_;
  prometheus::Gauge& target_;
};

class PrometheusHistogram final : public Histogram {
 public:
  explicit PrometheusHistogram(prometheus::Histogram& target) : target_(target) {}
  void observe(double value) override { target_.Observe(value); }

 private:
  prometheus::Histogram& target_;
};

using HandleKey = std::pair<std::string, MetricLabels>;

HandleKey make_key(std::string_view name, MetricLabels labels) {
  std::sort(labels.begin(), labels.end());
  return {std::string(name), std::move(labels)};
}

prometheus::Labels to_labels(const HandleKey& key) {
  return {key.second.begin(), key.second.end()};
}

}  // namespace

struct PrometheusMetrics::Impl {
  mutable std::mutex mutex;
  prometheus::Registry registry;  // merges equal names into one family
  std::map<HandleKey, std::unique_ptr<PrometheusCounter>> counters;      // GUARDED_BY(mutex)
  std::map<HandleKey, std::unique_ptr<PrometheusGauge>> gauges;          // GUARDED_BY(mutex)
  std::map<HandleKey, std::unique_ptr<PrometheusHistogram>> histograms;  // GUARDED_BY(mutex)

  std::mutex sample_mutex;
  std::function<void()> sample;  // GUARDED_BY(sample_mutex)
};

PrometheusMetrics::PrometheusMetrics() : impl_(std::make_unique<Impl>()) {}
PrometheusMetrics::~PrometheusMetrics() = default;

Counter& PrometheusMetrics::counter(std::string_view name,
                                    std::string_view help,
                                    MetricLabels labels) {
  HandleKey key = make_key(name, std::move(labels));
  const std::scoped_lock lock(impl_->mutex);
  auto& handle = impl_->counters[key];
  if (!handle) {
    auto& family = prometheus::BuildCounter()
                       .Name(key.first)
                       .Help(std::string(help))
                       .Register(impl_->registry);
    handle = std::make_unique<PrometheusCounter>(family.Add(to_labels(key)));
  }
  return *handle;
}

Gauge& PrometheusMetrics::gauge(std::string_view name, std::string_view help, MetricLabels labels) {
  HandleKey key = make_key(name, std::move(labels));
  const std::scoped_lock lock(impl_->mutex);
  auto& handle = impl_->gauges[key];
  if (!handle) {
    auto& family =
        prometheus::BuildGauge().Name(key.first).Help(std::string(help)).Register(impl_->registry);
    handle = std::make_unique<PrometheusGauge>(family, to_labels(key));
  }
  return *handle;
}

void PrometheusMetrics::remove_gauge(std::string_view name, MetricLabels labels) {
  const HandleKey key = make_key(name, std::move(labels));
  const std::scoped_lock lock(impl_->mutex);
  const auto found = impl_->gauges.find(key);
  if (found == impl_->gauges.end()) return;
  found->second->remove();
  impl_->gauges.erase(found);
}

Histogram& PrometheusMetrics::histogram(std::string_view name,
                                        std::string_view help,
                                        MetricLabels labels) {
  HandleKey key = make_key(name, std::move(labels));
  const std::scoped_lock lock(impl_->mutex);
  auto& handle = impl_->histograms[key];
  if (!handle) {
    auto& family = prometheus::BuildHistogram()
                       .Name(key.first)
                       .Help(std::string(help))
                       .Register(impl_->registry);
    handle = std::make_unique<PrometheusHistogram>(family.Add(to_labels(key), latency_buckets()));
  }
  return *handle;
}

void PrometheusMetrics::before_text(std::function<void()> sample) {
  const std::scoped_lock lock(impl_->sample_mutex);
  impl_->sample = std::move(sample);
}

std::string PrometheusMetrics::text() const {
  {
    const std::scoped_lock lock(impl_->sample_mutex);
    if (impl_->sample) impl_->sample();
  }
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace serai::ops
