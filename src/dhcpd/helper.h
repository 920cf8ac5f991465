// The server's side of its helper process: what needs a right that the server has given up, or time that the
// server does not have. Nothing here waits but read(); answers come through answered(). Loop thread only.
#pragma once

#include <sys/types.h>

#include <deque>
#include <functional>
#include <optional>
#include <unordered_map>

#include "dhcpd/helper_protocol.h"

namespace dhcpd {

struct HelperLimits {
  std::size_t scripts_at_once = 16;
  std::size_t scripts_queued = 1024;
  std::size_t names_at_once = 8;
  unsigned script_seconds = 600;
  std::vector<std::string> readable;  // directories whose files read() opens
};

class Helper {
 public:
  // Forks; call before threads start and before much memory is in use. `in_child` runs first in the new
  // process: it gives up rights and points descriptors 0 to 2 where they belong. Throws std::system_error.
  Helper(const HelperLimits& limits, const std::function<void()>& in_child);
  ~Helper();
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;

  // Runs a program; logs how it ended where that was not 0. False: the queue is full, it will not run.
  bool execute(std::vector<std::string> argv);
  // Waits until every program has ended; for a process that has nothing else to do.
  void finish_scripts();
  // Looks a name up; `done` gets its addresses. False: too many are being looked up.
  bool resolve(const std::string& name, std::function<void(const std::vector<base::Ipv4>&)> done);
  // Looks up the name of an address; `done` gets it, empty if there is none. False as above.
  bool find_name(base::Ipv4 address, std::function<void(const std::string&)> done);
  // `done` gets the socket, or an empty one and an errno.
  void open(int interface_index, std::uint16_t port, std::function<void(base::UniqueFd, int)> done);
  // A file of the configuration, open for reading; waits for the helper. Empty with errno.
  base::UniqueFd read(const std::string& path);

  int socket() const { return socket_.get(); }
  void answered();  // when socket() is readable
  bool alive() const { return alive_; }

 private:
  std::optional<HelperAnswer> next_answer();  // nullopt: none waits
  void handle(HelperAnswer answer);
  void start_scripts();
  std::uint32_t next() { return ++last_number_; }

  HelperLimits limits_;
  base::UniqueFd socket_;
  pid_t process_ = -1;
  bool alive_ = true;
  std::uint32_t last_number_ = 0;
  std::deque<std::vector<std::string>> queue_;
  std::unordered_map<std::uint32_t, std::string> running_;  // by number: the program
  std::unordered_map<std::uint32_t, std::function<void(const std::vector<base::Ipv4>&)>> resolving_;
  std::unordered_map<std::uint32_t, std::function<void(const std::string&)>> naming_;
  std::unordered_map<std::uint32_t, std::function<void(base::UniqueFd, int)>> opening_;
};

}  // namespace dhcpd
