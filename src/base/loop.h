// The event loop (libevent): descriptors, timers and signals, each watched as long as its object lives.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "base/clock.h"

struct event_base;
struct event;

namespace base {

class Loop {
 public:
  Loop();  // throws std::runtime_error where libevent cannot start
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void run();       // until stop()
  void run_once();  // waits for one round of events and serves it
  void stop();      // ends run() after the events in hand
  event_base* get() { return base_; }

 private:
  event_base* base_;
};

namespace detail {
struct EventDeleter {
  void operator()(event* e) const;
};
using EventPtr = std::unique_ptr<event, EventDeleter>;
}  // namespace detail

// Calls `ready` whenever `fd` can be read (or written). Does not own the descriptor; destroy it before
// closing.
class FdWatch {
 public:
  enum class For { kRead, kWrite };
  FdWatch(Loop& loop, int fd, std::function<void()> ready, For what = For::kRead);
  void pause();
  void resume();

 private:
  std::unique_ptr<std::function<void()>> ready_;
  detail::EventPtr event_;
};

// Calls `due` once, `delay` after start(), a few milliseconds sooner or later; start() again moves it. Cheap
// to stop and start again.
class Timer {
 public:
  Timer(Loop& loop, std::function<void()> due);
  void start(Duration delay);
  void stop();
  bool running() const;

 private:
  std::unique_ptr<std::function<void()>> due_;
  detail::EventPtr event_;
};

class SignalWatch {
 public:
  SignalWatch(Loop& loop, int signal, std::function<void()> caught);

 private:
  std::unique_ptr<std::function<void()>> caught_;
  detail::EventPtr event_;
};

}  // namespace base
