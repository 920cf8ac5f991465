#include "base/loop.h"

#include <event2/event.h>

#include <algorithm>
#include <stdexcept>

namespace base {

namespace {

void call(evutil_socket_t, short, void* function) { (*static_cast<std::function<void()>*>(function))(); }

timeval to_timeval(Duration delay) {
  const auto us =
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::microseconds>(delay).count());
  timeval tv{};
  tv.tv_sec = static_cast<decltype(tv.tv_sec)>(us / 1000000);
  tv.tv_usec = static_cast<decltype(tv.tv_usec)>(us % 1000000);
  return tv;
}

detail::EventPtr make_event(Loop& loop, evutil_socket_t fd, short what, std::function<void()>* function) {
  detail::EventPtr event(event_new(loop.get(), fd, what, call, function));
  if (!event) throw std::runtime_error("libevent: cannot make an event");
  return event;
}

}  // namespace

void detail::EventDeleter::operator()(event* e) const { event_free(e); }

// The coarse clock, good to a few milliseconds: with the precise one every wait sets a timer of the kernel
// first, which is a system call more each time round.
Loop::Loop() : base_(event_base_new()) {
  if (!base_) throw std::runtime_error("libevent: cannot start an event loop");
}

Loop::~Loop() { event_base_free(base_); }

void Loop::run() { event_base_loop(base_, EVLOOP_NO_EXIT_ON_EMPTY); }
void Loop::run_once() { event_base_loop(base_, EVLOOP_ONCE); }
void Loop::stop() { event_base_loopbreak(base_); }

FdWatch::FdWatch(Loop& loop, int fd, std::function<void()> ready, For what)
    : ready_(std::make_unique<std::function<void()>>(std::move(ready))),
      event_(make_event(loop, fd, static_cast<short>((what == For::kRead ? EV_READ : EV_WRITE) | EV_PERSIST),
                        ready_.get())) {
  event_add(event_.get(), nullptr);
}

void FdWatch::pause() { event_del(event_.get()); }
void FdWatch::resume() { event_add(event_.get(), nullptr); }

Timer::Timer(Loop& loop, std::function<void()> due)
    : due_(std::make_unique<std::function<void()>>(std::move(due))),
      event_(make_event(loop, -1, 0, due_.get())) {}

void Timer::start(Duration delay) {
  const timeval tv = to_timeval(delay);
  event_add(event_.get(), &tv);
}

void Timer::stop() { event_del(event_.get()); }
bool Timer::running() const { return event_pending(event_.get(), EV_TIMEOUT, nullptr) != 0; }

SignalWatch::SignalWatch(Loop& loop, int signal, std::function<void()> caught)
    : caught_(std::make_unique<std::function<void()>>(std::move(caught))),
      event_(make_event(loop, signal, EV_SIGNAL | EV_PERSIST, caught_.get())) {
  event_add(event_.get(), nullptr);
}

}  // namespace base
