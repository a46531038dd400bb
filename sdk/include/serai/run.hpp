// Run: turns one message into one call of a handler, waits included.
//
// Errors  an exception of a handler fails its call as internal, with the exception's text.
// Owner   the host owns a waiting handler's Frame, and resumes or cancels it.
// Thread  the entity's shard.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "serai/state.hpp"

namespace serai::inline face {
namespace detail {

// Passes the refusal's text to the host, and returns its status.
inline serai_status fail(const Context& context, const Reply& reply) {
  if (!reply.ok()) Access::host(context).fail(Access::call(context), to_abi(reply.text()));
  return static_cast<serai_status>(reply.status());
}

// The status of a handler that has ended: its own refusal, else a refused effect, else its answer.
inline serai_status conclude(const Context& context, const Reply& reply) {
  return fail(context, reply.ok() ? Access::fault(context) : reply);
}

template <class T>
serai_status conclude(const Context& context, const Answer<T>& answer) {
  if (!answer) return fail(context, answer.refusal());
  if (!Access::fault(context).ok()) return fail(context, Access::fault(context));
  std::string bytes;
  if constexpr (Message<T>) {
    bytes = serialize(*answer);
  } else {
    bytes = *answer;
  }
  return Access::host(context).reply(Access::call(context), to_bytes(bytes));
}

// A handler that may wait, and its context.
class Frame {
 public:
  Frame(const Instance& instance, serai_call* call, const serai_message& message)
      : context(instance, call, message) {}
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;
  virtual ~Frame() = default;
  virtual bool done() const = 0;
  virtual serai_status finish() = 0;

  Match context;
};

template <class Result>
class TaskFrame final : public Frame {
 public:
  using Frame::Frame;

  bool done() const override { return task->done(); }
  serai_status finish() override {
    if constexpr (std::is_void_v<Result>) {
      task->take();
      return conclude(context, accept());
    } else {
      return conclude(context, task->take());
    }
  }

  std::optional<Task<Result>> task;
};

// Takes a frame that has just run. A finished one is concluded; a waiting one goes to the host,
// which resumes it.
inline serai_status finish_or_wait(std::unique_ptr<Frame> frame, serai_frame** out) {
  if (!frame->done()) {
    *out = reinterpret_cast<serai_frame*>(frame.release());
    return SERAI_PENDING;
  }
  return frame->finish();
}

template <class State, class Row, class Request>
serai_status run_waiting(
    const Row& row,
    std::unique_ptr<TaskFrame<typename Signature<typename Row::Function>::Result>> frame,
    State* state,
    Request& request,
    serai_frame** out) {
  frame->task.emplace(invoke(row.function, Inputs<State, Request>{state, frame->context, request}));
  frame->task->start();
  return finish_or_wait(std::move(frame), out);
}

template <class State, class Row, class Request>
serai_status run_now(const Row& row, Match& context, State* state, Request& request) {
  const Inputs<State, Request> inputs{state, context, request};
  if constexpr (std::is_void_v<typename Signature<typename Row::Function>::Result>) {
    invoke(row.function, inputs);
    return conclude(context, accept());
  } else {
    return conclude(context, invoke(row.function, inputs));
  }
}

template <class State, class Row, class Request>
serai_status run_with(const Row& row,  // NOLINT(readability-function-size): the border's arguments
                      const Instance& instance,
                      State* state,
                      serai_call* call,
                      const serai_message& message,
                      Request& request,
                      serai_frame** out) {
  using Shape = Signature<typename Row::Function>;
  if constexpr (Shape::kWaits) {
    auto frame = std::make_unique<TaskFrame<typename Shape::Result>>(instance, call, message);
    return run_waiting(row, std::move(frame), state, request, out);
  } else {
    Match context(instance, call, message);
    return run_now(row, context, state, request);
  }
}

// Runs the handler of one row on a message. Passes on the exceptions of the handler.
template <class State, class Row>
serai_status run(const Row& row,  // NOLINT(readability-function-size)
                 const Instance& instance,
                 State* state,
                 serai_call* call,
                 const serai_message& message,
                 serai_frame** out) {
  if constexpr (std::is_void_v<typename Row::Request>) {
    std::string_view raw = view(message.payload);
    return run_with(row, instance, state, call, message, raw, out);
  } else {
    typename Row::Request request;
    if (!parse(request, view(message.payload))) {
      const Match context(instance, call, message);
      return fail(context, refuse("malformed_request", row.name, Status::invalid_argument));
    }
    return run_with(row, instance, state, call, message, request, out);
  }
}

}  // namespace detail
}  // namespace serai::inline face
