// From a request to a transfer: who may ask, which file is meant, what is agreed on, and when it begins.
//
// All requests that wait on the socket are read before the first is served, so that a hall of machines that
// starts at once overflows no queue. Those whose turn has not come wait here; running transfers go on
// meanwhile.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.h"
#include "tftpd/admission.h"
#include "tftpd/command_line.h"
#include "tftpd/file_access.h"
#include "tftpd/host_list.h"
#include "tftpd/map_file.h"
#include "tftpd/request_queue.h"
#include "tftpd/settings.h"
#include "tftpd/transfers.h"

namespace tftpd {

// Who may ask at all, and when: what a service file of xinetd says, asked for every request.
struct HostRules {
  std::optional<HostList> only_from;
  HostList no_access;
  std::vector<std::pair<int, int>> access_times;  // minutes of the day; empty: always

  bool admit(const base::SocketAddress& client, base::UnixTime now) const;
};

class Server {
 public:
  Server(base::Loop& loop, const Options& options, const Settings& settings, FileAccess access,
         HostRules hosts, MapFile map, std::vector<base::UniqueFd> sockets);
  ~Server();

  // Running transfers keep the names they have.
  void set_map(MapFile map) { map_ = std::move(map); }
  // No more requests; running transfers go on.
  void close_request_sockets();

  const Counters& counters() const { return counters_; }
  std::size_t transfers() const { return transfers_.count(); }
  std::size_t waiting() const { return queue_.size(); }
  base::MonotonicTime last_request() const { return last_request_; }

 private:
  // kLater: not now; kFull: nor any other request of its row.
  enum class Verdict { kServed, kLater, kFull };

  void readable(int fd);
  void take(int index, base::MonotonicTime now);
  void serve_queue();
  bool serve_row(RequestQueue::Row row, base::MonotonicTime now);
  Verdict serve(PendingRequest& pending);
  Verdict begin(const PendingRequest& pending, const tftp::Request& request, std::uint64_t hash);
  std::variant<std::string, Denial> map_name(const PendingRequest& pending,
                                             const tftp::Request& request) const;
  std::variant<OpenedFile, Denial> open(const tftp::Request& request, const std::string& name) const;
  std::optional<Denial> start(const PendingRequest& pending, const tftp::Request& request, std::uint64_t hash,
                              std::size_t drawn, OpenedFile file);
  void refuse(const Transfers::Peer& peer, tftp::ErrorCode code, const std::string& text);
  void log_request(const base::SocketAddress& client, const tftp::Request& request,
                   const std::string& name) const;
  void log_refusal(const base::SocketAddress& client, tftp::ErrorCode code, const std::string& text);
  void transfer_proven(Transfer& transfer);
  void transfer_ended(Transfer& transfer, std::optional<tftp::Outcome> outcome);

  base::Loop& loop_;
  Options options_;
  Settings settings_;
  FileAccess access_;
  HostRules hosts_;
  MapFile map_;
  Counters counters_;
  Admission admission_;
  std::vector<base::UniqueFd> sockets_;
  ReceiveBatch batch_;
  Transfers transfers_;
  RequestQueue queue_;
  base::MonotonicTime last_request_;
  base::Timer queue_timer_;
  std::vector<std::unique_ptr<base::FdWatch>> watches_;
};

// A name as it may stand in the log: control characters and backslashes octal, so that no name can forge a
// line.
std::string printable_name(std::string_view name);

}  // namespace tftpd
