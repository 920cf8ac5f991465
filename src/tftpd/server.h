// From a request to a transfer: who may ask, which file is meant, what is agreed on, and when it begins.
//
// All requests that wait on the socket are read before the first is served, so that a hall of machines that
// starts at once overflows no queue. Those whose turn has not come wait here; running transfers go on
// meanwhile.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.h"
#include "tftpd/admission.h"
#include "tftpd/command_line.h"
#include "tftpd/file_access.h"
#include "tftpd/settings.h"
#include "tftpd/transfers.h"

namespace tftpd {

class Server {
 public:
  Server(base::Loop& loop, const Options& options, const Settings& settings, FileAccess access,
         std::vector<base::UniqueFd> sockets);
  ~Server();

  const Counters& counters() const { return counters_; }
  std::size_t transfers() const { return transfers_.count(); }
  std::size_t waiting() const { return queue_.size(); }
  base::MonotonicTime last_request() const { return last_request_; }

 private:
  struct Pending {
    Transfers::Peer peer;
    base::Bytes datagram;
    base::MonotonicTime arrived;
  };
  enum class Verdict { kServed, kLater };

  void readable(int fd);
  void serve_queue();
  Verdict serve(Pending& pending);
  Verdict serve_read(const Pending& pending, const tftp::Request& request, std::uint64_t hash);
  bool has_room() const;
  void refuse(const Transfers::Peer& peer, tftp::ErrorCode code, const std::string& text);
  void log_refusal(const base::SocketAddress& client, tftp::ErrorCode code, const std::string& text);
  void transfer_proven(Transfer& transfer);
  void transfer_ended(Transfer& transfer, std::optional<tftp::Outcome> outcome);

  base::Loop& loop_;
  Options options_;
  Settings settings_;
  FileAccess access_;
  Counters counters_;
  Admission admission_;
  std::vector<base::UniqueFd> sockets_;
  ReceiveBatch batch_;
  Transfers transfers_;
  std::deque<Pending> queue_;
  std::size_t queue_octets_ = 0;
  base::MonotonicTime last_request_;
  base::Timer queue_timer_;
  std::vector<std::unique_ptr<base::FdWatch>> watches_;
};

// A name as it may stand in the log: control characters and backslashes octal, so that no name can forge a
// line.
std::string printable_name(std::string_view name);

}  // namespace tftpd
