// Becoming a daemon: detach, tell the parent that the service is up, write the PID file, tell systemd.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/fd.h"

namespace base {

// The parent of a daemon waits until the child says it serves, and then exits 0; if the child dies before,
// the parent exits with the child's status. So `service X start` means what it says.
class Detach {
 public:
  // Forks. Returns in the child only; the child has a session of its own. Throws std::system_error if fork
  // fails.
  Detach();
  // Lets the parent exit 0, and points descriptors 0 to 2 at /dev/null.
  void serving();

 private:
  UniqueFd to_parent_;
};

// The process that a PID file names, if it is alive and not ourselves.
std::optional<pid_t> live_pid_in(const std::string& path);

// Whether a process runs a program of our own name: a number that now belongs to another program is stale.
bool same_program(pid_t pid);

// /dev/null, opened at the first call; -1 where there is none. A process that will be where it is out of
// reach (a chroot, a file restriction) calls this before.
int null_device();

// Points descriptors 0 to 2 at it.
void close_standard_streams();

// Writes our process number. False (with errno) if the file cannot be written.
bool write_pid_file(const std::string& path);

// Gives memory that is free to the system, where the C library keeps it for later.
void give_back_memory();

// Tells systemd how it goes (sd_notify(3), environment NOTIFY_SOCKET); without that variable does nothing.
// The socket is opened and connected at once, so that it can be used in a chroot and when sockets may no
// longer be made.
class Supervisor {
 public:
  Supervisor();
  // For example "READY=1\nSTATUS=Dispatching packets...".
  void tell(const std::string& state);

 private:
  UniqueFd socket_;
};

// The same for one message.
inline void notify_supervisor(const std::string& state) { Supervisor().tell(state); }

}  // namespace base
